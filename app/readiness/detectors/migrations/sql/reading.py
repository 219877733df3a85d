"""SQL text into operations."""

from app.readiness.detectors.migrations.model import Dialect, Direction, Op, Phase, Transaction


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
    raise NotImplementedError
