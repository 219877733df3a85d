"""The words of the model: kinds of operations, directions, transactions, defaults and constraints."""

from enum import StrEnum


class Dialect(StrEnum):
    POSTGRES = "postgresql"
    MYSQL = "mysql"
    MARIADB = "mariadb"
    SQLITE = "sqlite"

    @property
    def is_mysql(self) -> bool:
        return self in (Dialect.MYSQL, Dialect.MARIADB)


class Kind(StrEnum):
    """What an operation does; the comment names the fields that it uses beside `table`."""

    CREATE_TABLE = "create-table"  # columns, constraints; if_not_exists; `forced` drops one that is there first
    DROP_TABLE = "drop-table"  # if_exists, cascade
    RENAME_TABLE = "rename-table"  # new_name
    MOVE_SCHEMA = "move-schema"  # new_name: ALTER TABLE … SET SCHEMA
    TRUNCATE = "truncate"  # cascade
    ADD_COLUMN = "add-column"  # column, definition
    DROP_COLUMN = "drop-column"  # column, cascade
    RENAME_COLUMN = "rename-column"  # column, new_name
    ALTER_TYPE = "alter-type"  # column, new_type, old_type if the file says it, using
    MODIFY_COLUMN = "modify-column"  # column, definition: the whole column said anew (MySQL MODIFY, CHANGE)
    SET_NOT_NULL = "set-not-null"  # column
    DROP_NOT_NULL = "drop-not-null"  # column
    SET_DEFAULT = "set-default"  # column, default
    DROP_DEFAULT = "drop-default"  # column
    ADD_IDENTITY = "add-identity"  # column: ALTER COLUMN … ADD GENERATED
    DROP_IDENTITY = "drop-identity"  # column; also DROP EXPRESSION
    ADD_CONSTRAINT = "add-constraint"  # constraint
    VALIDATE_CONSTRAINT = "validate-constraint"  # name
    ALTER_CONSTRAINT = "alter-constraint"  # name
    DROP_CONSTRAINT = "drop-constraint"  # constraint (kind if known), name, cascade
    RENAME_CONSTRAINT = "rename-constraint"  # name, new_name
    CREATE_INDEX = "create-index"  # index, name, concurrent, if_not_exists
    DROP_INDEX = "drop-index"  # name, concurrent, if_exists; table "" where the dialect does not say it
    RENAME_INDEX = "rename-index"  # name, new_name
    ALTER_INDEX = "alter-index"  # name; options ("visible", "attach")
    REINDEX = "reindex"  # name or table, concurrent
    ATTACH_PARTITION = "attach-partition"  # table is the parent, name the child
    DETACH_PARTITION = "detach-partition"  # the same, concurrent
    PARTITION = "partition"  # options: add, drop, truncate, coalesce, reorganize, by, remove …
    INHERIT = "inherit"  # name is the parent
    NO_INHERIT = "no-inherit"  # name is the parent
    TABLE_OPTION = "table-option"  # options: set-logged, set-tablespace, engine, convert-charset, row-level-security …
    COLUMN_OPTION = "column-option"  # column; options: statistics, storage, compression, comment, visibility …
    CREATE_OBJECT = "create-object"  # object, name, replaces; table for a trigger, rule or policy
    DROP_OBJECT = "drop-object"  # object, name, cascade
    RENAME_OBJECT = "rename-object"  # object, name, new_name
    ALTER_OBJECT = "alter-object"  # object, name, options
    ADD_ENUM_VALUE = "add-enum-value"  # name is the type; value; position "before", "after" or ""
    RENAME_ENUM_VALUE = "rename-enum-value"  # name is the type; value, new_name
    ENABLE_TRIGGER = "enable-trigger"  # name
    DISABLE_TRIGGER = "disable-trigger"  # name, or "all"
    REFRESH_VIEW = "refresh-view"  # name, concurrent
    VACUUM = "vacuum"  # options ("full",)
    CLUSTER = "cluster"
    LOCK_TABLE = "lock-table"  # options: the mode
    INSERT = "insert"  # has_select
    UPDATE = "update"  # has_where
    DELETE = "delete"  # has_where
    MERGE = "merge"
    COPY = "copy"
    SELECT = "select"
    GRANT = "grant"
    REVOKE = "revoke"
    SET = "set"  # name, value: a setting of the session or transaction (SET, PRAGMA, set_config)
    BEGIN = "begin"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    CODE = "code"  # runs a program over data: RunPython, a Ruby block, DO $$ … $$, CALL
    STATE = "state"  # changes only what the framework knows, nothing in the database; column or table gone if `forget`
    COMMENT = "comment"
    OTHER = "other"  # read, and of no consequence for the version that runs
    DYNAMIC = "dynamic"  # not analysed; note says why


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


class Transaction(StrEnum):
    """own: the file itself says BEGIN; implicit: the tool wraps the file, or the database each statement group."""

    NONE = "none"
    OWN = "own"
    IMPLICIT = "implicit"


class Phase(StrEnum):
    """Before or after the new version is deployed."""

    PRE = "pre"
    POST = "post"


class DefaultKind(StrEnum):
    """const: a literal; stable: the same within a statement (now()); volatile: a value for each row."""

    NONE = "none"
    CONST = "const"
    STABLE = "stable"
    VOLATILE = "volatile"


class ConstraintKind(StrEnum):
    PRIMARY = "primary"
    UNIQUE = "unique"
    FOREIGN = "foreign"
    CHECK = "check"
    EXCLUDE = "exclude"
    NOT_NULL = "not-null"
    UNKNOWN = "unknown"
