"""Hazards of indexes."""

from app.readiness.detectors.migrations.hazards.hazard import BUILD, EXCLUSIVE, INSTANT, Hazard
from app.readiness.status import Severity

_OUTSIDE = "Run it in a migration of its own, outside a transaction."

INDEX_HAZARDS = (
    Hazard(
        "create-index",
        "An index is built while writes wait",
        "L",
        "Every insert, update and delete of the table waits until the index is built.",
        ("CREATE INDEX CONCURRENTLY.", _OUTSIDE),
        "SHARE on the table: no writes",
        BUILD,
        breaks_elsewhere="Every insert, update and delete of the table waits until the index is built.",
        steps_elsewhere=("Build it at a quiet hour, or on a copy of the table that is swapped in.",),
    ),
    Hazard(
        "drop-index",
        "An index is dropped under a lock",
        "LP",
        "Every query of the table queues behind the lock, and queries that used the index become slow at once.",
        ("DROP INDEX CONCURRENTLY.", _OUTSIDE),
        EXCLUSIVE,
        INSTANT,
        breaks_elsewhere="Queries that used the index become slow at once, and what it kept unique no longer is.",
        steps_elsewhere=("Make the index INVISIBLE first, and drop it when nothing got slow.",),
    ),
    Hazard(
        "concurrently-in-transaction",
        "A concurrent statement stands in a transaction",
        "F",
        "PostgreSQL refuses it, and the deployment stops there.",
        ("Switch the transaction of this migration off.", "Keep it the only statement."),
    ),
    Hazard(
        "concurrent-index-on-partitioned-table",
        "An index of a partitioned table is built concurrently",
        "F",
        "PostgreSQL refuses it for the parent.",
        (
            "CREATE INDEX … ON ONLY the parent.",
            "CREATE INDEX CONCURRENTLY on each partition.",
            "ALTER INDEX … ATTACH PARTITION for each.",
        ),
    ),
    Hazard(
        "reindex",
        "An index is built anew under a lock",
        "L",
        "Writes to the table wait, and so do queries that would use the index.",
        ("REINDEX … CONCURRENTLY, outside a transaction.",),
        "SHARE on the table, ACCESS EXCLUSIVE on the index",
        BUILD,
    ),
    Hazard(
        "rename-index",
        "An index is renamed",
        "B",
        "Hints, upserts and later migrations may name it.",
        ("Look for the name first.",),
        severity=Severity.WARNING,
    ),
    Hazard(
        "wide-index",
        "An index has more than three columns",
        "P",
        "It is rarely used beyond its first columns, and every write pays for it.",
        ("Index the columns that select most.",),
        severity=Severity.WARNING,
    ),
)
