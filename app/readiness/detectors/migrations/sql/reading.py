"""SQL text into operations."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from app.readiness.detectors.migrations.model import Dialect, Direction, Kind, Op, Phase, Span, Transaction
from app.readiness.detectors.migrations.sql.alter_table import alter_table
from app.readiness.detectors.migrations.sql.bodies import read_block
from app.readiness.detectors.migrations.sql.cursor import Cursor, words_of
from app.readiness.detectors.migrations.sql.data import delete, insert, pragma, select, set_value, update
from app.readiness.detectors.migrations.sql.indexes import alter_index, create_index, drop_index, reindex
from app.readiness.detectors.migrations.sql.objects import alter_object, create_object, drop_object
from app.readiness.detectors.migrations.sql.out import Out
from app.readiness.detectors.migrations.sql.statements import Statement, split_statements
from app.readiness.detectors.migrations.sql.tables import (
    create_table,
    drop_table,
    lock_table,
    rename_tables,
    truncate,
)
from app.readiness.detectors.migrations.sql.tokens import TEXT, Token

_LONGEST_TEXT = 200
_LARGEST_BODY = 200_000


def read_sql(
    text: str,
    dialect: Dialect,
    path: str,
    first_line: int = 1,
    *,
    direction: Direction = Direction.UP,
    transaction: Transaction = Transaction.IMPLICIT,
    phase: Phase = Phase.PRE,
    first_statement: int = 0,
    first_batch: int = 0,
) -> list[Op]:
    """Every statement of the text, in order, as operations; never raises for what the text holds.

    first_line: the 1-based line of the file on which the text begins. With IMPLICIT the whole text is one batch until
    the text itself commits; with NONE each statement is a batch. Statements and batches are numbered from the given
    numbers on; the next free ones are one above the largest returned.
    """
    out = Out(dialect, path, {"direction": direction, "phase": phase}, batch=first_batch, transaction=transaction)
    reader = _Reader(out, transaction, first_line, first_statement)
    for statement in split_statements(text, dialect):
        reader.read(statement)
    return out.ops


class _Reader:
    """One text; knows whether it is between BEGIN and COMMIT of its own."""

    def __init__(self, out: Out, outside: Transaction, first_line: int, number: int) -> None:
        self._out = out
        self._outside = outside
        self._line = first_line
        out.number = number - 1

    def read(self, statement: Statement) -> None:
        out, cursor = self._out, Cursor(statement.tokens)
        out.number += 1
        out.text = words_of(statement.tokens[:60])[:_LONGEST_TEXT]
        out.span = Span(out.path, self._line + statement.first_line, self._line + statement.last_line)
        if statement.is_open:
            out.unread("a text that never ends")
            return
        start = len(out.ops)
        read_statement(cursor, out)
        last = out.ops[-1].kind if len(out.ops) > start else Kind.OTHER
        self._follow(last, start)

    def _follow(self, last: Kind, start: int) -> None:
        """Transactions that the text opens and closes itself."""
        out = self._out
        if last is Kind.BEGIN:
            out.batch += 1
            out.transaction = Transaction.OWN
            out.ops[-1] = replace(out.ops[-1], batch=out.batch)
        elif last in (Kind.COMMIT, Kind.ROLLBACK):
            out.transaction = self._outside
            out.batch += 1
        elif out.transaction is Transaction.NONE:
            out.batch += 1
        elif out.dialect.is_mysql and any(op.kind not in _ROWS for op in out.ops[start:]):
            # MySQL commits before and after every statement that changes the schema.
            out.batch += 1


_ROWS = frozenset({Kind.INSERT, Kind.UPDATE, Kind.DELETE, Kind.SELECT, Kind.SET, Kind.OTHER})


def read_statement(cursor: Cursor, out: Out) -> None:
    """One statement; what is not known is one operation of kind DYNAMIC."""
    word = cursor.key
    if word == "WITH":
        _skip_with(cursor)
        word = cursor.key
    if word == "EXPLAIN":
        out.add(Kind.OTHER)
        return
    read = _STATEMENTS.get(word)
    if read is not None:
        cursor.skip()
        read(cursor, out)
    elif word in _OTHERS:
        out.add(_OTHERS[word], name=words_of(cursor.tokens[1:3])[:80])
    elif word in ("(", "VALUES", "TABLE"):
        out.add(Kind.SELECT)
    else:
        out.unread(f"a statement that is not known: {words_of(cursor.tokens[:5])[:80]}")


def _skip_with(cursor: Cursor) -> None:
    """To the statement behind the common table expressions."""
    cursor.until(lambda key: key in ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "VALUES"))


def _create(cursor: Cursor, out: Out) -> None:
    replaces = cursor.take("OR", "REPLACE")
    if cursor.take("OR", "ALTER"):
        replaces = True
    temporary = False
    while (
        word := cursor.take_any(
            "TEMP", "TEMPORARY", "GLOBAL", "LOCAL", "UNLOGGED", "RECURSIVE", "TRUSTED", "PROCEDURAL", "VIRTUAL", "FORCE"
        )
    ) or cursor.key in ("DEFINER", "ALGORITHM", "SQL", "AGGREGATE"):
        temporary = temporary or word in ("TEMP", "TEMPORARY")
        if not word:
            if cursor.key == "AGGREGATE" and not cursor.sees("AGGREGATE", "FUNCTION"):
                break
            _skip_clause(cursor)
    if cursor.take("TABLE"):
        create_table(cursor, out, temporary=temporary)
    elif cursor.key in ("UNIQUE", "INDEX", "FULLTEXT", "SPATIAL", "VECTOR"):
        create_index(cursor, out)
    elif cursor.take("FOREIGN", "TABLE"):
        create_table(cursor, out, temporary=temporary)
    else:
        create_object(cursor, out, replaces=replaces, temporary=temporary)


def _skip_clause(cursor: Cursor) -> None:
    """DEFINER = `user`@`host`, ALGORITHM = word, SQL SECURITY word."""
    word = cursor.take_any("DEFINER", "ALGORITHM", "SQL", "AGGREGATE")
    if word in ("SQL",):
        cursor.skip()
        cursor.skip()
    elif cursor.take("="):
        cursor.skip()
        if word == "DEFINER":
            cursor.until(lambda key: key in ("VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "SQL", "AGGREGATE"))


def _drop(cursor: Cursor, out: Out) -> None:
    temporary = bool(cursor.take_any("TEMPORARY", "TEMP"))
    if cursor.take_any("TABLE", "TABLES"):
        drop_table(cursor, out, temporary=temporary)
    elif cursor.take("INDEX"):
        drop_index(cursor, out)
    elif cursor.take("FOREIGN", "TABLE"):
        drop_table(cursor, out)
    else:
        drop_object(cursor, out)


def _alter(cursor: Cursor, out: Out) -> None:
    cursor.take_any("ONLINE", "OFFLINE", "IGNORE")
    if cursor.take("TABLE") or cursor.take("FOREIGN", "TABLE"):
        if cursor.take("ALL", "IN"):
            out.add(Kind.TABLE_OPTION, name="set-tablespace", options=("set-tablespace",))
            return
        alter_table(cursor, out)
    elif cursor.take("INDEX"):
        alter_index(cursor, out)
    else:
        while cursor.key in ("DEFINER", "ALGORITHM", "SQL"):
            _skip_clause(cursor)
        alter_object(cursor, out)


def _rename(cursor: Cursor, out: Out) -> None:
    if cursor.take_any("TABLE", "TABLES"):
        rename_tables(cursor, out)
    else:
        out.add(Kind.OTHER)


def _refresh(cursor: Cursor, out: Out) -> None:
    cursor.take("MATERIALIZED", "VIEW")
    concurrent = cursor.take("CONCURRENTLY")
    out.add(Kind.REFRESH_VIEW, name=cursor.table(), concurrent=concurrent)


def _vacuum(cursor: Cursor, out: Out) -> None:
    words = {token.key for token in cursor.brackets()}
    is_full = bool(cursor.take_any("FULL")) or "FULL" in words
    cursor.take_any("FREEZE", "VERBOSE", "ANALYZE")
    out.add(Kind.VACUUM, table=cursor.table(), options=("full",) if is_full else ())


def _cluster(cursor: Cursor, out: Out) -> None:
    cursor.take("VERBOSE")
    out.add(Kind.CLUSTER, table=cursor.table())


def _start(cursor: Cursor, out: Out) -> None:
    """START TRANSACTION, but not START SLAVE."""
    out.add(Kind.BEGIN if cursor.key == "TRANSACTION" else Kind.OTHER)


def _end(kind: Kind) -> Callable[[Cursor, Out], None]:
    def read(cursor: Cursor, out: Out) -> None:
        out.add(Kind.OTHER if cursor.key in ("TO", "PREPARED") or cursor.ahead() == "TO" else kind)

    return read


def _do(cursor: Cursor, out: Out) -> None:
    """An anonymous block; DO of MySQL only calls."""
    body = next((token for token in cursor.tokens[cursor.at :] if token.key == TEXT), None)
    if body is None or len(body.text) > _LARGEST_BODY:
        out.add(Kind.CODE) if body is None else out.unread("a block that is too long")
        return
    read_block(body.text, out, read_statement)


def _prepare(cursor: Cursor, out: Out) -> None:
    """MySQL's PREPARE … FROM 'text' is read; from a variable nobody knows."""
    cursor.name()
    if not cursor.take("FROM"):
        out.add(Kind.OTHER)
        return
    token = cursor.skip()
    if token is not None and token.key == TEXT:
        _read_inner(token, out)
    else:
        out.unread("SQL put together at run time")


def _execute(cursor: Cursor, out: Out) -> None:
    cursor.take("IMMEDIATE")
    token = cursor.skip()
    if token is not None and token.key == TEXT:
        _read_inner(token, out)
    else:
        out.add(Kind.OTHER)


def _read_inner(token: Token, out: Out) -> None:
    for statement in split_statements(token.text, out.dialect):
        read_statement(Cursor(statement.tokens), out)


def _copy(cursor: Cursor, out: Out) -> None:
    out.add(Kind.COPY, table=cursor.table())


def _merge(cursor: Cursor, out: Out) -> None:
    cursor.take("INTO")
    out.add(Kind.MERGE, table=cursor.table())


def _comment(cursor: Cursor, out: Out) -> None:
    out.add(Kind.COMMENT)


def _import_schema(cursor: Cursor, out: Out) -> None:
    out.add(Kind.OTHER)


_STATEMENTS: Mapping[str, Callable[[Cursor, Out], None]] = {
    "ALTER": _alter,
    "CREATE": _create,
    "DROP": _drop,
    "RENAME": _rename,
    "TRUNCATE": truncate,
    "REINDEX": reindex,
    "REFRESH": _refresh,
    "VACUUM": _vacuum,
    "CLUSTER": _cluster,
    "REPACK": _cluster,
    "LOCK": lock_table,
    "INSERT": insert,
    "REPLACE": insert,
    "UPDATE": update,
    "DELETE": delete,
    "SELECT": select,
    "MERGE": _merge,
    "COPY": _copy,
    "SET": set_value,
    "PRAGMA": pragma,
    "DO": _do,
    "PREPARE": _prepare,
    "EXECUTE": _execute,
    "START": _start,
    "COMMIT": _end(Kind.COMMIT),
    "END": _end(Kind.COMMIT),
    "ROLLBACK": _end(Kind.ROLLBACK),
    "ABORT": _end(Kind.ROLLBACK),
    "COMMENT": _comment,
    "IMPORT": _import_schema,
}
_OTHERS: Mapping[str, Kind] = {
    "BEGIN": Kind.BEGIN,
    "GRANT": Kind.GRANT,
    "REVOKE": Kind.REVOKE,
    "CALL": Kind.CODE,
    **dict.fromkeys(
        (
            [
                "ANALYZE",
                "ANALYSE",
                "RESET",
                "SHOW",
                "USE",
                "DESCRIBE",
                "DESC",
                "FLUSH",
                "SAVEPOINT",
                "RELEASE",
                "DISCARD",
                "LISTEN",
                "NOTIFY",
                "UNLISTEN",
                "DEALLOCATE",
                "FETCH",
                "DECLARE",
                "CLOSE",
                "CHECKPOINT",
                "SECURITY",
                "REASSIGN",
                "UNLOCK",
                "OPTIMIZE",
                "CHECK",
                "REPAIR",
                "CHECKSUM",
                "LOAD",
                "HANDLER",
                "KILL",
                "PURGE",
                "INSTALL",
                "UNINSTALL",
                "ATTACH",
                "DETACH",
                "SIGNAL",
                "XA",
                "STOP",
                "CHANGE",
                "HELP",
                "BINLOG",
                "CACHE",
                "MOVE",
                "IF",
                "WAIT",
            ]
        ),
        Kind.OTHER,
    ),
}
