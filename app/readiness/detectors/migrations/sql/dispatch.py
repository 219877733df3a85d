"""One statement into operations, by its first word."""

from collections.abc import Callable, Mapping

from app.readiness.detectors.migrations.model import Kind
from app.readiness.detectors.migrations.sql.bodies import read_block
from app.readiness.detectors.migrations.sql.cursor import Cursor, words_of
from app.readiness.detectors.migrations.sql.data import delete, insert, pragma, select, set_value, update
from app.readiness.detectors.migrations.sql.definitions import alter, create, drop
from app.readiness.detectors.migrations.sql.indexes import reindex
from app.readiness.detectors.migrations.sql.out import Out
from app.readiness.detectors.migrations.sql.statements import split_statements
from app.readiness.detectors.migrations.sql.tables import lock_table, rename_tables, truncate
from app.readiness.detectors.migrations.sql.tokens import TEXT, Token

_LARGEST_BODY = 200_000


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
    "ALTER": alter,
    "CREATE": create,
    "DROP": drop,
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
