"""Hazards of what is no table, column or index."""

from app.readiness.detectors.migrations.hazards.hazard import EXCLUSIVE, INSTANT, SCAN, Hazard
from app.readiness.status import Severity

_UNUSED_FIRST = ("Stop using it in one release.", "Drop it in a later one.")
_BROKEN = "The running version still uses it and fails."

OBJECT_HAZARDS = (
    *(
        Hazard(f"drop-{name}", f"{title} is dropped", "BDI", breaks, _UNUSED_FIRST)
        for name, title, breaks in (
            ("schema", "A schema", "Everything in it is gone, and the running version fails."),
            ("database", "A database", "Everything in it is gone, and the running version fails."),
            ("extension", "An extension", "Types, functions and indexes of it are gone, and what uses them fails."),
            ("type", "A type", "Columns, functions and queries that name it fail."),
            ("domain", "A domain", "Columns, functions and queries that name it fail."),
            ("sequence", "A sequence", "Inserts that take numbers from it fail, and where it stood is lost."),
            ("function", "A function", _BROKEN),
            ("view", "A view", _BROKEN),
            ("owned", "Everything that a role owns", "All its tables and rights are gone."),
        )
    ),
    Hazard(
        "drop-trigger",
        "A trigger or rule is dropped",
        "BL",
        "What it kept right is no longer done, while the running version relies on it.",
        ("Do the same in the program first.", "Drop it in a later release."),
        EXCLUSIVE,
        INSTANT,
    ),
    Hazard(
        "drop-policy",
        "A row security policy is dropped",
        "B",
        "The running version sees or may write other rows than before.",
        ("Put the new policy in place first, in the same transaction.",),
        EXCLUSIVE,
        INSTANT,
        severity=Severity.WARNING,
    ),
    Hazard(
        "create-trigger",
        "A trigger or rule is added to a table in use",
        "L",
        "Writes to the table wait for the lock; from then on every write pays for it, of the running version too.",
        (
            "Set a short lock_timeout and try again.",
            "Make sure that it does no harm to what the running version writes.",
        ),
        "SHARE ROW EXCLUSIVE on the table: no writes",
        INSTANT,
    ),
    Hazard(
        "disable-trigger",
        "A trigger is switched off",
        "LD",
        "What it kept right is not done meanwhile; ALL switches foreign keys off too.",
        ("Do not; write what the trigger must not see in another way.",),
        "SHARE ROW EXCLUSIVE on the table: no writes",
        INSTANT,
    ),
    Hazard(
        "row-level-security",
        "Row security of a table is switched or gets a policy",
        "B",
        "The running version suddenly sees no rows, or fewer, or more.",
        ("Let every version set what the policies ask for.", "Then switch it on."),
        EXCLUSIVE,
        INSTANT,
        severity=Severity.WARNING,
    ),
    Hazard(
        "revoke",
        "A right is taken away",
        "B",
        "The running version may still need it.",
        ("Take it away when no running version needs it.",),
        severity=Severity.WARNING,
    ),
    Hazard(
        "rename-schema",
        "A schema is renamed",
        "B",
        "The running version asks for the old name of everything in it.",
        ("Make a new schema, and move over.",),
    ),
    Hazard(
        "rename-view",
        "A view is renamed",
        "B",
        "The running version asks for the old name and fails.",
        ("Make a view with the new name.", "Drop the old one a release later."),
    ),
    Hazard(
        "rename-type",
        "A type or domain is renamed",
        "B",
        "Queries of the running version that name it in a cast fail.",
        ("Make a new type, and move over.",),
    ),
    Hazard(
        "rename-enum-value",
        "A value of an enum is renamed",
        "B",
        "The running version reads a value it does not know, and writes one that is gone.",
        ("Add the new value.", "Write it in the program.", "Rewrite the rows."),
    ),
    Hazard(
        "rename-object",
        "An object of the database is renamed",
        "B",
        "The running version asks for the old name.",
        ("Make a new one, and drop the old one a release later.",),
    ),
    Hazard(
        "enum-value-in-transaction",
        "A value is added to an enum in a transaction that cannot have it",
        "F",
        "PostgreSQL refuses ADD VALUE in a transaction before version 12, and the use of a new value in the "
        "same one after.",
        ("Add the value in a migration of its own, outside a transaction.",),
    ),
    Hazard(
        "refresh-materialized-view",
        "A materialized view is filled anew under a lock",
        "L",
        "Everybody who reads it waits until it is filled.",
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY, outside the migration.",),
        "ACCESS EXCLUSIVE on the view",
        SCAN,
    ),
)
