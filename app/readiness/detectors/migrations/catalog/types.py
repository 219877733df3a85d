"""What a change of a column's type costs: nothing, an index built again, or the whole table."""

from dataclasses import dataclass
from enum import StrEnum

from app.readiness.detectors.migrations.model import Dialect
from app.readiness.detectors.migrations.sql.types import same_type


class Cost(StrEnum):
    """FREE changes the catalogue only; INDEX builds the column's indexes again; REWRITE copies the table."""

    FREE = "free"
    INDEX = "index"
    REWRITE = "rewrite"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Written:
    """A type taken apart: `varchar(10)[]` is `varchar`, (10,), and an array."""

    name: str
    sizes: tuple[str, ...]
    is_array: bool
    is_unsigned: bool


def take_apart(written: str) -> Written:
    text = same_type(written)
    is_array = text.endswith("[]")
    text = text.removesuffix("[]")
    is_unsigned = text.endswith(" unsigned")
    text = text.removesuffix(" unsigned")
    name, _, rest = text.partition("(")
    sizes, _, tail = rest.partition(")")
    full = f"{name.strip()}{tail}".strip()
    return Written(full, tuple(part.strip() for part in sizes.split(",") if part.strip()), is_array, is_unsigned)


def cost_of_change(old: str, new: str, dialect: Dialect, *, is_utc: bool = False) -> Cost:
    """What ALTER COLUMN … TYPE does to the stored rows; UNKNOWN when one of the types is not known.

    PostgreSQL: checked on 16.14 and 18.4 for 870 pairs of types. is_utc: the sessions' time zone is UTC.
    """
    if not old or not new:
        return Cost.UNKNOWN
    if same_type(old) == same_type(new):
        return Cost.FREE
    before, after = take_apart(old), take_apart(new)
    if dialect is Dialect.POSTGRES:
        return _postgres(before, after, is_utc)
    if dialect.is_mysql:
        return _mysql(before, after)
    return Cost.REWRITE


_TEXTS = frozenset({"varchar", "text"})
_TIMES = frozenset({"timestamp", "time", "timestamp with time zone", "time with time zone", "interval"})


def _postgres(old: Written, new: Written, is_utc: bool) -> Cost:
    if old.is_array or new.is_array:
        return Cost.FREE if old.is_array and new.is_array and _is_wider(old, new) else Cost.REWRITE
    if _is_wider(old, new):
        return Cost.FREE
    if {old.name, new.name} == {"timestamp", "timestamp with time zone"}:
        return Cost.INDEX if is_utc and not (old.sizes or new.sizes) else Cost.REWRITE
    is_plain_text = new.name == "text" and not new.sizes
    if (old.name in _TEXTS and new.name == "citext") or (old.name == "citext" and is_plain_text):
        return Cost.INDEX
    return Cost.REWRITE


def _is_wider(old: Written, new: Written) -> bool:
    if old.name in _TEXTS and new.name in _TEXTS:
        return not new.sizes or (bool(old.sizes) and int_of(new.sizes[0]) >= int_of(old.sizes[0]))
    if old.name == new.name == "varbit":
        return not new.sizes or (bool(old.sizes) and int_of(new.sizes[0]) >= int_of(old.sizes[0]))
    if old.name == new.name == "numeric":
        return _is_wider_numeric(old.sizes, new.sizes)
    if old.name == new.name and old.name in _TIMES:
        most = "6"
        return int_of((new.sizes or (most,))[0]) >= int_of((old.sizes or (most,))[0])
    return (old.name, new.name) in {("cidr", "inet"), ("xml", "text")}


def _is_wider_numeric(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    if not new:
        return True
    if not old:
        return False
    scales = [int_of(sizes[1]) if len(sizes) > 1 else 0 for sizes in (old, new)]
    return scales[0] == scales[1] and int_of(new[0]) >= int_of(old[0])


_LONGEST_CHARACTER = 4
_ONE_BYTE = 255


def _mysql(old: Written, new: Written) -> Cost:
    """InnoDB: a varchar grows in place while its length needs as many bytes as before; enum values are appended."""
    if old.name == new.name == "varchar" and old.sizes and new.sizes:
        sizes = [int_of(one.sizes[0]) * _LONGEST_CHARACTER for one in (old, new)]
        is_same_class = (sizes[0] > _ONE_BYTE) == (sizes[1] > _ONE_BYTE)
        return Cost.FREE if sizes[1] >= sizes[0] and is_same_class else Cost.REWRITE
    if old.name == new.name and old.name in ("enum", "set"):
        is_appended = new.sizes[: len(old.sizes)] == old.sizes
        return Cost.FREE if is_appended and _bytes(len(new.sizes)) == _bytes(len(old.sizes)) else Cost.REWRITE
    # The width in brackets only matters for display.
    if old.name == new.name and old.is_unsigned == new.is_unsigned and old.name in _INTEGERS:
        return Cost.FREE
    return Cost.REWRITE


_MOST_DIGITS = 9
_INTEGERS = frozenset({"integer", "bigint", "smallint", "tinyint", "mediumint"})


def _bytes(values: int) -> int:
    return 1 if values <= _ONE_BYTE else 2


def is_narrower(old: str, new: str) -> bool:
    """Whether values that fit before may not fit any more."""
    before, after = take_apart(old), take_apart(new)
    order = ("tinyint", "smallint", "mediumint", "integer", "bigint")
    if before.name in order and after.name in order:
        return order.index(after.name) < order.index(before.name)
    if before.name == after.name and before.name in ("enum", "set"):
        return not set(before.sizes) <= set(after.sizes)
    if (after.sizes and before.name in ("text", "varchar", "char", "numeric") and after.name != "numeric") or (
        before.name == after.name == "numeric" and after.sizes
    ):
        return not before.sizes or int_of(after.sizes[0]) < int_of(before.sizes[0])
    return False


def int_of(text: str) -> int:
    return int(text) if text.isdigit() and len(text) <= _MOST_DIGITS else 0
