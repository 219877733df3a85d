"""What ALTER TABLE does to a table as a whole."""

from app.readiness.detectors.migrations.model import Kind
from app.readiness.detectors.migrations.sql.cursor import Cursor, words_of
from app.readiness.detectors.migrations.sql.out import Out
from app.readiness.detectors.migrations.sql.partitions import read_partition_action

_SETTINGS = {
    ("SET", "LOGGED"): "set-logged",
    ("SET", "UNLOGGED"): "set-unlogged",
    ("SET", "TABLESPACE"): "set-tablespace",
    ("SET", "ACCESS", "METHOD"): "set-access-method",
    ("SET", "WITHOUT", "CLUSTER"): "without-cluster",
    ("SET", "WITHOUT", "OIDS"): "without-oids",
    ("SET", "WITH", "OIDS"): "with-oids",
    ("CLUSTER", "ON"): "cluster-on",
    ("OWNER", "TO"): "owner",
    ("REPLICA", "IDENTITY"): "replica-identity",
    ("ENABLE", "ROW"): "enable-row-level-security",
    ("DISABLE", "ROW"): "disable-row-level-security",
    ("FORCE", "ROW"): "force-row-level-security",
    ("NO", "FORCE"): "no-force-row-level-security",
    ("ENABLE", "RULE"): "enable-rule",
    ("DISABLE", "RULE"): "disable-rule",
    ("ENABLE", "REPLICA"): "enable-rule",
    ("ENABLE", "ALWAYS"): "enable-rule",
    ("SET", "("): "storage",
    ("RESET", "("): "storage",
    ("CONVERT", "TO"): "convert-charset",
    ("DEFAULT",): "default-charset",
    ("CHARACTER", "SET"): "default-charset",
    ("CHARSET",): "default-charset",
    ("COLLATE",): "default-charset",
    ("ENGINE",): "engine",
    ("TABLESPACE",): "set-tablespace",
    ("FORCE",): "force",
    ("ROW_FORMAT",): "row-format",
    ("KEY_BLOCK_SIZE",): "row-format",
    ("AUTO_INCREMENT",): "auto-increment",
    ("COMMENT",): "comment",
    ("ORDER", "BY"): "order-by",
    ("DISABLE", "KEYS"): "keys",
    ("ENABLE", "KEYS"): "keys",
    ("DISCARD", "TABLESPACE"): "discard-tablespace",
    ("IMPORT", "TABLESPACE"): "import-tablespace",
    ("STATS_PERSISTENT",): "statistics",
    ("STATS_AUTO_RECALC",): "statistics",
    ("STATS_SAMPLE_PAGES",): "statistics",
    ("ENCRYPTION",): "encryption",
    ("COMPRESSION",): "compression",
    ("WITHOUT", "VALIDATION"): "validation",
    ("WITH", "VALIDATION"): "validation",
    ("MAX_ROWS",): "storage",
    ("MIN_ROWS",): "storage",
    ("OF",): "of-type",
    ("NOT", "OF"): "of-type",
    ("WAIT",): "wait",
    ("NOWAIT",): "wait",
    ("ADD", "SYSTEM"): "versioning",
    ("DROP", "SYSTEM"): "versioning",
    ("ADD", "PERIOD"): "versioning",
    ("DROP", "PERIOD"): "versioning",
    ("PAGE_CHECKSUM",): "storage",
    ("PAGE_COMPRESSED",): "compression",
    ("CHECKSUM",): "storage",
    ("PACK_KEYS",): "storage",
    ("AVG_ROW_LENGTH",): "storage",
    ("DELAY_KEY_WRITE",): "storage",
    ("INSERT_METHOD",): "storage",
    ("UNION",): "storage",
    ("CONNECTION",): "storage",
    ("DATA", "DIRECTORY"): "storage",
    ("INDEX", "DIRECTORY"): "storage",
    ("SECONDARY_ENGINE",): "storage",
    ("ALTER", "CHECK"): "storage",
    ("ANALYZE",): "statistics",
    ("OPTIMIZE",): "force",
}


def read_table_option(action: Cursor, out: Out, table: str) -> bool:
    """True when the action is known and was taken."""
    if read_partition_action(action, out, table):
        return True
    if action.take("SET", "SCHEMA"):
        out.add(Kind.MOVE_SCHEMA, table=table, new_name=action.name())
        return True
    for kind, words in ((Kind.NO_INHERIT, ("NO", "INHERIT")), (Kind.INHERIT, ("INHERIT",))):
        if action.take(*words):
            out.add(kind, table=table, name=action.table())
            return True
    # MySQL's table options follow each other without commas.
    found = False
    while not action.is_done:
        option = next((name for words, name in _SETTINGS.items() if action.take(*words)), "")
        if not option:
            break
        if option == "default-charset":
            action.take_any("CHARACTER", "CHARSET", "COLLATE")
        value = words_of([token for token in action.until(_is_setting) if token.key != "="])[:80]
        out.add(Kind.TABLE_OPTION, table=table, name=option, value=value, options=(option,))
        found = True
    return found


def _is_setting(key: str) -> bool:
    return key in _FIRST_WORDS


_FIRST_WORDS = frozenset({"ENGINE", "AUTO_INCREMENT", "ROW_FORMAT", "CHARSET", "COLLATE", "COMMENT", "KEY_BLOCK_SIZE"})
