"""The change sets of a changelog: each is a migration of its own."""

import re
from collections.abc import Iterator

from app.readiness.detectors.migrations.frameworks.liquibase.changes import REVERSIBLE, LiquibaseLowering
from app.readiness.detectors.migrations.frameworks.liquibase.elements import Element, read_elements
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Text
from app.readiness.detectors.migrations.model import Dialect, Direction, Migration, Transaction
from app.readiness.formats.source import Source

_DIALECTS = {
    "postgresql": Dialect.POSTGRES,
    "mysql": Dialect.MYSQL,
    "mariadb": Dialect.MARIADB,
    "sqlite": Dialect.SQLITE,
}


def is_liquibase(path: str, content: bytes) -> bool:
    if path.endswith(".xml"):
        return b"<databaseChangeLog" in content or b":databaseChangeLog" in content[:4000]
    return path.endswith((".yaml", ".yml", ".json")) and b"databaseChangeLog" in content


def read_liquibase(source: Source, dialect: Dialect) -> tuple[Migration, ...]:
    """One migration for each change set; raises `Malformed`."""
    root = read_elements(source)
    return tuple(_change_set(source, element, dialect) for element in _change_sets(root))


def _change_sets(root: Element) -> Iterator[Element]:
    return (element for element in root.find("changeSet"))


def _change_set(source: Source, element: Element, dialect: Dialect) -> Migration:
    meant = dialect_of(element.get("dbms"), dialect)
    lowering = LiquibaseLowering(source, meant or dialect)
    lowering.transaction = Transaction.NONE if element.is_false("runInTransaction") else Transaction.IMPLICIT
    lowering.is_concurrent = any("concurrently" in value.lower() for value in _rewrites(element))
    changes = [child for group in element.find("changes") for child in group.children] or element.children
    changes = [child for child in changes if child.name != "rollback"]
    for child in changes if meant is not None else ():
        lowering.take(child)
    rollbacks = list(element.find("rollback"))
    for rollback in rollbacks if meant is not None else ():
        lowering.turn(Direction.DOWN)
        _roll_back(lowering, rollback)
    author, name = element.get("author"), element.get("id")
    return Migration(
        source.path, "liquibase", tuple(lowering.ops), line=source.path, version="",
        id=f"{source.path}::{name}::{author}",
        dialect=meant if meant is not dialect else None, transaction=lowering.transaction,
        reversible=bool(rollbacks) or all(child.name in REVERSIBLE for child in changes),
        repeatable=element.is_true("runOnChange") or element.is_true("runAlways"), notes=tuple(_notes(element, meant)),
    )  # fmt: skip


def _rewrites(element: Element) -> Iterator[str]:
    for group in element.find("modifySql"):
        for inner in group.walk():
            yield from inner.attributes.values()


def _roll_back(lowering: LiquibaseLowering, rollback: Element) -> None:
    for child in rollback.children:
        if child.name == "rollback":
            _roll_back(lowering, child)
        else:
            lowering.take(child)
    if rollback.text.strip() and not rollback.children:
        place = Call("rollback", line=rollback.line, end_line=max(rollback.end_line, rollback.line))
        lowering.sql(Text(rollback.text, rollback.text_line), place)


def _notes(element: Element, meant: Dialect | None) -> Iterator[str]:
    for name in ("context", "contexts", "contextFilter", "labels"):
        if element.get(name):
            yield f"{name}: {element.get(name)[:80]}"
    if meant is None:
        yield f"only for {element.get('dbms')[:80]}"


def dialect_of(written: str, dialect: Dialect) -> Dialect | None:
    """What a change set with this `dbms` runs on here: the given dialect, another, or None for none that is known."""
    names = [name.strip().lower() for name in re.split(r"[,\s]+", written) if name.strip()]
    wanted = [name for name in names if not name.startswith("!")]
    if dialect.value in names or not wanted or "all" in names:
        return None if f"!{dialect.value}" in names else dialect
    return next((_DIALECTS[name] for name in wanted if name in _DIALECTS), None)
