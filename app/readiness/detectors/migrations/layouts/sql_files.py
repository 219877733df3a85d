"""A file of SQL as the migration that its tool sees in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.readiness.detectors.migrations.layouts.naming import Named, name_of
from app.readiness.detectors.migrations.layouts.sections import Section, cut, tool_of_marks
from app.readiness.detectors.migrations.model import Dialect, Direction, Kind, Migration, Op, Transaction
from app.readiness.detectors.migrations.sql import read_sql

Neighbour = Callable[[str], str]
"""The text of another file of the same tree by its path, "" when there is none."""

_ATLAS_NONE = re.compile(r"^--\s*atlas:txmode\s+none\b", re.MULTILINE)
_WRAPPED = frozenset({"flyway", "sqlx", "drizzle", "diesel", "refinery", "atlas"})
_AS_SENT = frozenset({"prisma", "golang-migrate"})
"""Sent to PostgreSQL as one text, which makes a transaction of more than one statement."""
_ALONE = frozenset(
    {Kind.VACUUM, Kind.REINDEX, Kind.CREATE_INDEX, Kind.DROP_INDEX, Kind.DETACH_PARTITION, Kind.SET, Kind.ALTER_OBJECT}
)


@dataclass(frozen=True, slots=True)
class SqlFile:
    """path, text, and what is around it."""

    path: str
    text: str
    neighbour: Neighbour

    def above(self, name: str) -> str:
        """The nearest file of that name in the folders above."""
        folder = self.path.rpartition("/")[0]
        while True:
            text = self.neighbour(f"{folder}/{name}" if folder else name)
            if text or not folder:
                return text
            folder = folder.rpartition("/")[0]


def read_sql_file(file: SqlFile, dialect: Dialect) -> Migration | None:
    """None when neither path nor content says that it is a migration."""
    marked = tool_of_marks(file.text)
    named = name_of(file.path)
    if named is None and not marked:
        return None
    if named is None:
        named = Named(marked, file.path.rpartition("/")[0])
    named = replace(named, tool=marked or _tool(named, file))
    sections = list(cut(marked, file.text)) if marked else [_whole(named, file)]
    ops: list[Op] = []
    for section in sections:
        ops += _read(section, dialect, file.path, ops)
    return Migration(
        file.path,
        named.tool,
        tuple(_as_run(ops, named, dialect)),
        line=named.line,
        version=named.version,
        id=file.path,
        transaction=sections[0].transaction if sections else Transaction.IMPLICIT,
        reversible=_is_reversible(marked, named, sections),
        repeatable=named.is_repeatable,
        is_baseline=named.is_baseline,
    )


def _read(section: Section, dialect: Dialect, path: str, before: list[Op]) -> list[Op]:
    return read_sql(
        section.text,
        dialect,
        path,
        section.first_line,
        direction=section.direction,
        transaction=section.transaction,
        first_statement=before[-1].statement + 1 if before else 0,
        first_batch=before[-1].batch + 1 if before else 0,
    )


def _tool(named: Named, file: SqlFile) -> str:
    """Numbered files in a folder of migrations: the manifest above says whose they are."""
    if named.tool == "prisma" and "prisma" not in file.path and not file.neighbour(f"{named.line}/migration_lock.toml"):
        return "sql"
    if named.tool not in ("sql", "golang-migrate"):
        return named.tool if named.tool != "flyway" or "refinery" not in file.above("Cargo.toml") else "refinery"
    if "--> statement-breakpoint" in file.text or file.neighbour(f"{named.line}/meta/_journal.json"):
        return "drizzle"
    if file.neighbour(f"{named.line}/atlas.sum"):
        return "atlas"
    manifest = file.above("Cargo.toml")
    if "sqlx" in manifest:
        return "sqlx"
    return named.tool


def _whole(named: Named, file: SqlFile) -> Section:
    return Section(file.text, 1, named.direction, _transaction(named, file))


def _transaction(named: Named, file: SqlFile) -> Transaction:
    if named.tool == "sqlx" and file.text.lstrip("\ufeff \n\r\t").startswith("-- no-transaction"):
        return Transaction.NONE
    if named.tool == "atlas" and _ATLAS_NONE.search(file.text[:2_000]):
        return Transaction.NONE
    if named.tool == "flyway" and "executeintransaction=false" in file.neighbour(f"{file.path}.conf").lower().replace(
        " ", ""
    ):
        return Transaction.NONE
    if named.tool == "diesel" and "run_in_transaction=false" in _squeezed(file, "metadata.toml"):
        return Transaction.NONE
    return Transaction.IMPLICIT if named.tool in _WRAPPED | _AS_SENT else Transaction.NONE


def _squeezed(file: SqlFile, name: str) -> str:
    return file.neighbour(f"{file.path.rpartition('/')[0]}/{name}").replace(" ", "")


def _as_run(ops: list[Op], named: Named, dialect: Dialect) -> list[Op]:
    """Tools that leave the transaction out where the statements cannot have one."""
    if dialect is not Dialect.POSTGRES:
        return ops
    statements = {op.statement for op in ops}
    is_single = named.tool in _AS_SENT and len(statements) <= 1
    is_detected = named.tool == "flyway" and all(
        op.kind in _ALONE and (op.concurrent or op.kind in (Kind.SET, Kind.VACUUM)) for op in ops
    )
    if not (is_single or is_detected):
        return ops
    return [
        replace(op, transaction=Transaction.NONE, batch=op.statement) if op.transaction is Transaction.IMPLICIT else op
        for op in ops
    ]


def _is_reversible(marked: str, named: Named, sections: list[Section]) -> bool | None:
    """Only what the file itself shows; a missing other half of a pair is seen by whoever has all files."""
    if not marked or named.direction is Direction.DOWN:
        return None
    return any(section.direction is Direction.DOWN for section in sections)
