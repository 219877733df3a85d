"""Hazards of rows, transactions, and of migrations as such."""

from app.readiness.detectors.migrations.hazards.hazard import Hazard
from app.readiness.status import Severity

_BATCHES = ("Do it in batches, outside the migration or without a transaction.",)

DATA_HAZARDS = (
    Hazard(
        "update-without-where",
        "All rows of a table are updated at once",
        "LPI",
        "Writes to every row wait until the statement ends, and the table grows to twice its size.",
        _BATCHES,
        "a row lock on every row",
        "one write for every row: minutes for each ten million",
    ),
    Hazard(
        "delete-without-where",
        "All rows of a table are deleted at once",
        "DLI",
        "The rows are gone, and writes to them wait until the statement ends.",
        _BATCHES,
        "a row lock on every row",
        "one write for every row",
    ),
    Hazard(
        "bulk-update",
        "Many rows are written by one statement",
        "LP",
        "Writes to those rows wait until the statement ends, and nobody knows how many they are.",
        _BATCHES,
        "a row lock on every row that is written",
        "one write for every row that fits",
        severity=Severity.WARNING,
    ),
    Hazard(
        "wide-lock-window",
        "A lock is held while another is waited for, or while rows are read",
        "L",
        "Every query of the first table waits for all that follows in the transaction, and two such "
        "transactions can deadlock.",
        ("One statement that locks in each transaction.",),
        "ACCESS EXCLUSIVE on the first table, until the transaction ends",
        "as long as everything after it takes",
        severity=Severity.WARNING,
    ),
    Hazard(
        "backfill-with-schema-change",
        "Rows are changed in a migration that changes their table",
        "L",
        "The lock of the schema change is held while the rows are written.",
        ("Change the schema in one migration.", "Fill the rows in batches in another, without a transaction."),
        "what the schema change took, held until the transaction ends",
        "as long as writing the rows takes",
    ),
    Hazard(
        "transaction-nesting",
        "A transaction is begun or ended within another",
        "F",
        "BEGIN does nothing there, and COMMIT ends the transaction of the tool: what follows is no longer "
        "undone by a failure.",
        ("Leave BEGIN and COMMIT to the tool, or switch its transaction off.",),
    ),
    Hazard(
        "uncommitted-transaction",
        "A transaction is begun and never ended",
        "F",
        "Nothing of it is kept when the connection closes.",
        ("End it with COMMIT.",),
    ),
)

PROCESS_HAZARDS = (
    Hazard(
        "migration-edited",
        "A migration that was merged is changed",
        "F",
        "Where it already ran, the change never runs; where its checksum is kept, the tool refuses to start.",
        ("Undo the change.", "Write a new migration."),
    ),
    Hazard(
        "migration-deleted",
        "A migration that was merged is deleted",
        "F",
        "Tools that compare the files with what ran refuse to start, and new databases come out different.",
        ("Restore it.", "Undo what it did in a new migration."),
    ),
    Hazard(
        "multiple-heads",
        "Two migrations follow the same one",
        "F",
        "The tool does not know which is the last, and refuses to upgrade.",
        ("Let the new one follow the newest, or add a merge migration.",),
    ),
    Hazard(
        "duplicate-version",
        "Two migrations have the same version",
        "F",
        "The tool refuses to start, or leaves one of them out.",
        ("Give the new one the next free number.",),
    ),
    Hazard(
        "out-of-order",
        "A new migration comes before one that was merged",
        "F",
        "Databases that are ahead skip it, or refuse to go on.",
        ("Give it a version after the newest.",),
    ),
    Hazard(
        "irreversible-migration",
        "A migration cannot be undone",
        "I",
        "A deployment that goes wrong cannot be rolled back by the tool.",
        ("Say how to undo it, or say that there is nothing to undo.",),
        severity=Severity.WARNING,
    ),
    Hazard(
        "expand-and-contract",
        "One change both adds what is new and removes what is old",
        "B",
        "There is no moment at which the old and the new version both work.",
        ("Merge and deploy what is added first.", "Remove what is old in a later change."),
        severity=Severity.WARNING,
    ),
    Hazard(
        "not-analysed",
        "Not analysed",
        "U",
        "What cannot be read is not known to be safe.",
        ("Look at it by hand.",),
        severity=Severity.WARNING,
    ),
)
