"""What ALTER TABLE does to partitions."""

from app.readiness.detectors.migrations.model import Kind
from app.readiness.detectors.migrations.sql.cursor import Cursor, words_of
from app.readiness.detectors.migrations.sql.out import Out

_WORDS = frozenset(
    [
        "ADD",
        "DROP",
        "TRUNCATE",
        "COALESCE",
        "REORGANIZE",
        "EXCHANGE",
        "ANALYZE",
        "CHECK",
        "OPTIMIZE",
        "REBUILD",
        "REPAIR",
        "REMOVE",
        "DISCARD",
        "IMPORT",
        "SPLIT",
        "MERGE",
    ]
)


def read_partition_action(action: Cursor, out: Out, table: str) -> bool:
    """True when the action is about partitions and was taken."""
    if action.take("ATTACH", "PARTITION"):
        out.add(Kind.ATTACH_PARTITION, table=table, name=action.table())
        return True
    if action.take("DETACH", "PARTITION"):
        child = action.table()
        out.add(Kind.DETACH_PARTITION, table=table, name=child, concurrent=action.take("CONCURRENTLY"))
        return True
    if action.take("PARTITION", "BY"):
        out.add(Kind.PARTITION, table=table, options=("by",))
        return True
    if action.key in _WORDS and action.ahead() in ("PARTITION", "PARTITIONING", "PARTITIONS"):
        word = action.key.lower()
        action.at += 2
        out.add(Kind.PARTITION, table=table, name=words_of(action.tokens[action.at : action.at + 1]), options=(word,))
        return True
    return False
