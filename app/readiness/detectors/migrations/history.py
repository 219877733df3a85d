"""The schema at the merge base, replayed from those migrations that speak of what the change touches."""

from collections.abc import Iterable, Sequence

from app.readiness.detectors.migrations.catalog.replay import replay
from app.readiness.detectors.migrations.catalog.state import State
from app.readiness.detectors.migrations.layouts.naming import order_of
from app.readiness.detectors.migrations.model import Dialect, Kind, Migration, Op
from app.readiness.detectors.migrations.reading import read_migrations
from app.readiness.detectors.migrations.tree import Tree

_ROUNDS = 4
_SHORTEST = 2


def schema_at(base: Tree, paths: Sequence[str], ops: Iterable[Op], dialect: Dialect) -> State:
    """What the operations meet; only files that hold one of their names are read, and names they had before."""
    needles = needles_of(ops)
    read: dict[str, tuple[Migration, ...]] = {}
    for _ in range(_ROUNDS):
        fresh = [path for path in paths if path not in read and _speaks(base.content(path), needles)]
        for path in fresh:
            read[path] = read_migrations(path, base.content(path) or b"", dialect, base.text)
        more = _earlier_names(read.values(), needles) - needles
        if not fresh or not more:
            break
        needles |= more
    state = State()
    found = [migration for migrations in read.values() for migration in migrations]
    for migration in in_order(found):
        replay(state, state.names.settle(migration).up, is_change=False)
    return state


def needles_of(ops: Iterable[Op]) -> set[bytes]:
    """Names by which a migration speaks of what an operation touches: the end of each, in lower case.

    Models and classes are called after a part of the table's name, so of `shop_order_items` `item` is looked for.
    """
    names: set[str] = set()
    for op in ops:
        names.update((op.table, op.name if op.kind in _BY_NAME else ""))
        keys = [op.constraint, *op.constraints]
        names.update(key.references.table for key in keys if key is not None and key.references is not None)
        columns = [op.definition, *op.columns]
        names.update(one.references.table for one in columns if one is not None and one.references is not None)
    return {needle for name in names if (needle := _ending(name))}


_BY_NAME = frozenset(
    {
        Kind.DROP_INDEX,
        Kind.RENAME_INDEX,
        Kind.REINDEX,
        Kind.ATTACH_PARTITION,
        Kind.DETACH_PARTITION,
        Kind.ALTER_OBJECT,
        Kind.DROP_OBJECT,
        Kind.RENAME_OBJECT,
        Kind.ADD_ENUM_VALUE,
        Kind.RENAME_ENUM_VALUE,
    }
)


def _ending(name: str) -> bytes:
    whole = name.rpartition(".")[2]
    last = whole.rpartition("_")[2]
    if len(last) <= _SHORTEST:
        return whole.encode()
    for ending in ("ies", "es", "s"):
        if last.endswith(ending) and len(last) > len(ending) + _SHORTEST:
            return last.removesuffix(ending).encode()
    return last.encode()


def _speaks(content: bytes | None, needles: Iterable[bytes]) -> bool:
    lowered = (content or b"").lower()
    return any(needle in lowered for needle in needles)


def _earlier_names(read: Iterable[Sequence[Migration]], needles: set[bytes]) -> set[bytes]:
    """What tables were called before they got a name that is looked for."""
    return {
        _ending(op.table)
        for migrations in read
        for migration in migrations
        for op in migration.up
        if op.kind is Kind.RENAME_TABLE and _ending(op.new_name) in needles
    }


def in_order(migrations: Iterable[Migration]) -> list[Migration]:
    """Parents before children; else by version, then by path."""
    ranked = sorted(
        migrations, key=lambda one: (order_of(one.version) if not one.parents else (), one.version, one.path)
    )
    by_id = {one.id: one for one in ranked if one.id}
    done: dict[int, Migration] = {}
    for migration in ranked:
        _visit(migration, by_id, done)
    return list(done.values())


def _visit(migration: Migration, by_id: dict[str, Migration], done: dict[int, Migration]) -> None:
    """Depth first without recursion: histories are thousands of migrations long."""
    waiting, entered = [migration], set[int]()
    while waiting:
        one = waiting[-1]
        parents = [by_id[name] for name in one.parents if name in by_id and id(by_id[name]) not in done]
        if id(one) in done:
            waiting.pop()
        elif parents and id(one) not in entered:
            entered.add(id(one))
            waiting += [parent for parent in parents if id(parent) not in entered]
        else:
            done[id(one)] = one
            waiting.pop()
