"""Formatted SQL of Liquibase: change sets between comments."""

import re

from app.readiness.detectors.migrations.frameworks.liquibase.changelog import dialect_of
from app.readiness.detectors.migrations.frameworks.lowering import Lowering
from app.readiness.detectors.migrations.frameworks.syntax.values import HOLE, Call, Text
from app.readiness.detectors.migrations.model import Dialect, Direction, Migration, Transaction
from app.readiness.formats.source import Source

_HEAD = re.compile(rb"\A\s*(?:--|#)\s*liquibase\s+formatted\s+sql", re.IGNORECASE)
_SET = re.compile(r"^\s*(?:--|#)\s*changeset\s+(.*)$", re.IGNORECASE)
_BACK = re.compile(r"^\s*(?:--|#)\s*rollback\b(.*)$", re.IGNORECASE)
_BACK_BLOCK = re.compile(r"^\s*/\*\s*liquibase\s+rollback\s*$", re.IGNORECASE)
_HOLE = re.compile(r"\$\{[^{}]*\}")


def is_formatted(path: str, content: bytes) -> bool:
    return path.endswith(".sql") and _HEAD.match(content) is not None


def read_formatted(source: Source, dialect: Dialect) -> tuple[Migration, ...]:
    """One migration for each `--changeset`."""
    starts = [place for place, line in enumerate(source.lines) if _SET.match(line)]
    ends = [*starts[1:], len(source.lines)] if starts else []
    return tuple(_change_set(source, start, end, dialect) for start, end in zip(starts, ends, strict=True))


def _change_set(source: Source, start: int, end: int, dialect: Dialect) -> Migration:
    head = _SET.match(source.lines[start])
    words = (head[1] if head else "").split()
    author, _, name = (words[0] if words else "").partition(":")
    options = {key.lower(): value for word in words[1:] for key, _, value in [word.partition(":")]}
    meant = dialect_of(options.get("dbms", ""), dialect)
    lowering = Lowering(source, meant or dialect)
    is_alone = options.get("runintransaction", "").lower() == "false"
    lowering.transaction = Transaction.NONE if is_alone else Transaction.IMPLICIT
    up, down, is_reversible = _ways(source.lines[start + 1 : end])
    place = Call("changeset", line=start + 1, end_line=end)
    if meant is not None:
        lowering.sql(Text(_HOLE.sub(HOLE, up), start + 2), place)
        lowering.turn(Direction.DOWN)
        lowering.sql(Text(_HOLE.sub(HOLE, down), start + 2), place)
    return Migration(
        source.path, "liquibase", tuple(lowering.ops), line=source.path, id=f"{source.path}::{name}::{author}",
        dialect=meant if meant is not dialect else None, transaction=lowering.transaction, reversible=is_reversible,
        repeatable=options.get("runonchange", "").lower() == "true" or options.get("runalways", "").lower() == "true",
    )  # fmt: skip


def _ways(lines: list[str]) -> tuple[str, str, bool]:
    """The SQL up, the SQL down, each on the lines where it stands, and whether there is a way down."""
    up, down = [], []
    is_reversible = within = False
    for line in lines:
        back = _BACK.match(line)
        if _BACK_BLOCK.match(line):
            within = is_reversible = True
            up.append("")
            down.append("")
        elif within:
            within = "*/" not in line
            up.append("")
            down.append(line.replace("*/", ""))
        elif back:
            text = back[1].strip()
            is_reversible = True
            up.append("")
            down.append(
                "" if text.lower() in ("empty", "not required") or text.lower().startswith("changesetid") else text
            )
        else:
            up.append(line)
            down.append("")
    return "\n".join(up), "\n".join(down), is_reversible
