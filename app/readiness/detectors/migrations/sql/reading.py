"""SQL text into operations."""

from dataclasses import replace

from app.readiness.detectors.migrations.model import Dialect, Direction, Kind, Op, Phase, Span, Transaction
from app.readiness.detectors.migrations.sql.cursor import Cursor, words_of
from app.readiness.detectors.migrations.sql.dispatch import read_statement
from app.readiness.detectors.migrations.sql.out import Out
from app.readiness.detectors.migrations.sql.statements import Statement, split_statements

_LONGEST_TEXT = 200


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
