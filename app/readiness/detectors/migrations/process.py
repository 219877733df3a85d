"""What is wrong with the order and the history of migrations, whatever they do."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.readiness.detectors.migrations.judging.scene import Danger
from app.readiness.detectors.migrations.layouts.dialects import database_word
from app.readiness.detectors.migrations.layouts.naming import name_of, order_of
from app.readiness.detectors.migrations.model import Direction, Kind, Migration, Op, Span

_UNORDERED = frozenset({"alembic", "django", "liquibase"})
"""Tools whose order is in the migrations, not in their versions."""
_STRICT = frozenset({"flyway", "golang-migrate", "refinery", "goose"})
"""Tools that refuse or skip what comes before the newest; others run it when they see it."""
_PAIRED = frozenset({"golang-migrate", "diesel", "sqlx"})
_CODE = frozenset({Kind.CODE, Kind.UPDATE, Kind.DELETE, Kind.INSERT})
_WITHOUT_TRACE = frozenset({Kind.SELECT, Kind.SET, Kind.OTHER, Kind.STATE, Kind.COMMENT, Kind.BEGIN, Kind.COMMIT})
"""What needs no way back."""
Found = tuple[Migration, Danger]


def judge_versions(added: Sequence[Migration], merged: Sequence[Migration]) -> Iterator[Found]:
    """Against what the branch to merge into has now: a version that is taken, or older than the newest."""
    taken: dict[tuple[object, ...], str] = {}
    newest: dict[tuple[object, ...], tuple[tuple[int, ...], str]] = {}
    for one in merged:
        if _is_ordered(one):
            line, version = _line(one), order_of(one.version)
            taken.setdefault((line, version), one.path)
            newest[line] = max(newest.get(line, ((), "")), (version, one.path))
    for one in added:
        if not _is_ordered(one):
            continue
        line, version = _line(one), order_of(one.version)
        other = taken.get((line, version))
        last, path = newest.get(line, ((), ""))
        if other is not None and other != one.path:
            yield one, Danger("duplicate-version", _head(one), f"`{other}` has the version {one.version} as well.")
        elif version < last and one.tool in _STRICT and other is None:
            yield one, Danger("out-of-order", _head(one), f"`{path}` is newer and merged already.")
        taken.setdefault((line, version), one.path)


def _line(one: Migration) -> tuple[object, ...]:
    """What shares one sequence of versions; files for several databases may lie side by side."""
    return one.tool, one.line, database_word(one.path)


def _is_ordered(one: Migration) -> bool:
    named = name_of(one.path)
    is_up = bool(one.up) or (not one.ops and (named is None or named.direction is Direction.UP))
    return bool(one.version) and not one.repeatable and one.tool not in _UNORDERED and is_up


def judge_heads(added: Sequence[Migration], merged: Sequence[Migration]) -> Iterator[Found]:
    """Two migrations of one line that nobody follows, where the change makes it so."""
    lines: dict[tuple[str, str], list[Migration]] = defaultdict(list)
    fresh = {one.id for one in added}
    for one in (*merged, *(one for one in added)):
        if one.tool in ("alembic", "django") and one.id:
            lines[one.tool, one.line].append(one)
    for members in lines.values():
        known = {one.id: one for one in members}
        followed = {parent for one in known.values() for parent in one.parents}
        followed |= {old for one in known.values() for old in one.replaces}
        heads = [one for name, one in known.items() if name not in followed]
        ours = [one for one in heads if one.id in fresh]
        if len(heads) > 1 and ours:
            others = ", ".join(f"`{one.path}`" for one in heads if one is not ours[0])
            yield ours[0], Danger("multiple-heads", _head(ours[0]), f"Nothing follows {others} either.")


def judge_reversal(
    added: Sequence[Migration], merged: Iterable[Migration], text_of: Callable[[str], str]
) -> Iterator[Found]:
    """A migration that says it cannot be undone, or lacks the other half that its neighbours have."""
    paired = {(one.tool, one.line) for one in merged if one.ops and not one.up}
    halves = {(one.tool, one.line, one.version) for one in added if one.ops and not one.up}
    for one in added:
        # Django refuses to go back over anything that does not say how, be it as harmless as it may.
        if one.tool != "django" and all(op.kind in _WITHOUT_TRACE for op in one.up):
            continue
        if one.reversible is False and not _says_nothing(one, text_of):
            yield one, Danger("irreversible-migration", _cause(one), "It has no way back.")
        elif _lacks_half(one, paired, halves):
            yield (
                one,
                Danger("irreversible-migration", _head(one), "Its neighbours have a way back, and it has none."),
            )


def _lacks_half(one: Migration, paired: set[tuple[str, str]], halves: set[tuple[str, str, str]]) -> bool:
    is_of_pair = one.reversible is None and one.tool in _PAIRED and bool(one.up)
    return is_of_pair and (one.tool, one.line) in paired and (one.tool, one.line, one.version) not in halves


def _says_nothing(one: Migration, text_of: Callable[[str], str]) -> bool:
    """Alembic writes an empty way back into every new file; only one that is missing or raises says something."""
    text = text_of(one.path) if one.tool == "alembic" else ""
    return "def downgrade" in text and "raise" not in text


def _cause(one: Migration) -> Op:
    """The operation that most likely has no way back."""
    return next((op for op in one.up if op.kind in _CODE), _head(one))


def judge_stages(added: Iterable[Migration], dropped: Iterable[Op]) -> Iterator[Found]:
    """A column that is new, and one that goes, in the same table and change."""
    gone = {(op.table, op.span.path): op for op in dropped}
    for one in added:
        for op in one.up:
            if op.kind is Kind.ADD_COLUMN:
                other = next((old for (table, _), old in gone.items() if table == op.table), None)
                if other is not None:
                    words = f"`{op.table}.{op.column}` is new, and `{other.column}` goes in the same change."
                    yield one, Danger("expand-and-contract", other, words)
                    return


def judge_edits(pairs: Iterable[tuple[Sequence[Migration], Sequence[Migration]]]) -> Iterator[Found]:
    """Each pair is a merged file before and after; comments and formatting do not matter, meaning does."""
    for before, after in pairs:
        known = {_key(one): one for one in after}
        for one in before:
            if one.repeatable:
                continue
            now = known.get(_key(one))
            if now is None:
                where = after[0] if after else one
                yield where, Danger("migration-deleted", _head(where), f"`{one.id or one.path}` is gone.")
            elif _meaning(now) != _meaning(one):
                yield (
                    now,
                    Danger("migration-edited", _difference(one, now), "It does something else than what was merged."),
                )


def _key(one: Migration) -> str:
    return one.id if one.tool == "liquibase" else ""


def _meaning(one: Migration) -> tuple[object, ...]:
    return (one.version, one.parents, tuple(_effect(op) for op in one.ops))


def _effect(op: Op) -> tuple[object, ...]:
    """Everything but where it is written; of what is not read, the text itself."""
    words = " ".join(op.text.split()) if op.kind in _OPAQUE else ""
    return (
        op.kind, op.table, op.column, op.name, op.new_name, op.value, op.new_type, op.using, op.default, op.definition,
        op.columns,
        op.constraint, op.constraints, op.index, op.concurrent, op.cascade, op.options, op.direction, words,
    )  # fmt: skip


_OPAQUE = frozenset(
    {
        Kind.DYNAMIC,
        Kind.CODE,
        Kind.INSERT,
        Kind.UPDATE,
        Kind.DELETE,
        Kind.SELECT,
        Kind.CREATE_OBJECT,
        Kind.OTHER,
        Kind.MERGE,
    }
)


def _difference(before: Migration, after: Migration) -> Op:
    """The first operation that was not there."""
    known = {_effect(op) for op in before.ops}
    return next((op for op in after.ops if _effect(op) not in known), _head(after))


def _head(one: Migration) -> Op:
    """The migration as a whole."""
    return one.ops[0] if one.ops else Op(Kind.OTHER, Span(one.path, 1, 1))
