"""Schema operations and migrations: what every framework and every dialect is lowered to.

The contract between those who read files (SQL, Alembic, Django, Rails …) and those who judge:

- Names are as the database stores them when unquoted: lower case, without quotes. `table` is dotted only when a schema
  other than the default (`public`, `dbo`, `main`) was written. Use `sql.names.plain_name` and `sql.names.table_name`.
- Types are SQL text of the database in lower case with single spaces: `varchar(255)`, `numeric(10,2)`,
  `timestamp with time zone`. A lowering writes what its framework would send to the database, so `CharField(max_length=10)`
  is `varchar(10)`; "" where that cannot be told.
- One operation is one effect on one object, in the order in which the database would do them. A statement with three
  actions yields three operations with the same `statement`. Operations that commit together share `batch`.
- What a framework does beside the obvious is lowered too: a foreign key that comes with an index yields two operations;
  a default that the framework drops again after adding the column yields ADD_COLUMN and DROP_DEFAULT.
- What cannot be read is one DYNAMIC operation with `note` saying why in a few words: it is reported as not analysed and
  never as safe. An operation of a known kind with a computed name has `resolved=False` and "" for that name.
- Renames: `table` or `column` or `name` is the old name, `new_name` the new one.
"""

from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Span:
    """Where it is written: lines are 1-based and inclusive."""

    path: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class References:
    """The other end of a foreign key; no columns means its primary key."""

    table: str
    columns: tuple[str, ...] = ()
    on_delete: str = ""


@dataclass(frozen=True, slots=True)
class Constraint:
    """expression: of a check or an exclusion, in lower case; using_index: the name, or ""."""

    kind: ConstraintKind
    columns: tuple[str, ...] = ()
    name: str = ""
    references: References | None = None
    not_valid: bool = False
    using_index: str = ""
    expression: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is defined; nullable is None where nothing was said and the old state stands.

    generated: "", "stored" or "virtual"; identity: serial, identity or auto_increment; first_or_after: not the last one.
    """

    name: str
    type: str = ""
    nullable: bool | None = None
    default: DefaultKind = DefaultKind.NONE
    default_text: str = ""
    is_primary: bool = False
    is_unique: bool = False
    generated: str = ""
    identity: bool = False
    has_check: bool = False
    references: References | None = None
    collation: str = ""
    first_or_after: bool = False


@dataclass(frozen=True, slots=True)
class Index:
    """columns: plain names, "" for an expression; method: btree, gin, fulltext, spatial …, "" for the default."""

    columns: tuple[str, ...] = ()
    is_unique: bool = False
    method: str = ""
    is_partial: bool = False
    only: bool = False


@dataclass(frozen=True, slots=True)
class Op:
    """One effect on one object. Which fields a kind uses is said at `Kind`.

    statement: number of the statement in the file; batch: operations with the same number commit together.
    assured: why the authors say it is safe (`safety_assured`), else ""; it makes what is found a warning, and is shown with it.
    text: the start of the statement, at most 200 characters, for fingerprints that survive moved lines.
    """

    kind: Kind
    span: Span
    table: str = ""
    column: str = ""
    name: str = ""
    new_name: str = ""
    object: str = ""
    value: str = ""
    position: str = ""
    old_type: str = ""
    new_type: str = ""
    using: str = ""
    default: DefaultKind = DefaultKind.NONE
    definition: Column | None = None
    columns: tuple[Column, ...] = ()
    constraint: Constraint | None = None
    constraints: tuple[Constraint, ...] = ()
    index: Index | None = None
    concurrent: bool = False
    if_exists: bool = False
    if_not_exists: bool = False
    cascade: bool = False
    forced: bool = False
    replaces: bool = False
    temporary: bool = False
    forget: bool = False
    has_where: bool = True
    has_select: bool = False
    options: tuple[str, ...] = ()
    direction: Direction = Direction.UP
    transaction: Transaction = Transaction.IMPLICIT
    phase: Phase = Phase.PRE
    statement: int = 0
    batch: int = 0
    resolved: bool = True
    assured: str = ""
    note: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Migration:
    """One migration as its tool sees it; a pair of files (up, down) is two values with the same tool and version.

    tool: `flyway`, `sqlx`, `alembic`, `django`, `rails` …; line: what shares one sequence of versions, such as the
    folder or the Django app; version: what orders it, "" for a repeatable one; id: the name by which others refer to
    it; parents: those ids (Alembic down_revision, Django dependencies within the app); replaces: ids it squashes.
    dialect: what the file itself says or its syntax shows, else None; transaction: the default of tool and file.
    reversible: False when it says it cannot be undone or nothing undoes it, None when the tool has no way back at all.
    repeatable: runs again whenever it changes, so editing it is right. problems: what is wrong with the file itself.
    """

    path: str
    tool: str
    ops: tuple[Op, ...] = ()
    line: str = ""
    version: str = ""
    id: str = ""
    parents: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    dialect: Dialect | None = None
    transaction: Transaction = Transaction.IMPLICIT
    reversible: bool | None = None
    repeatable: bool = False
    is_baseline: bool = False
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())

    @property
    def up(self) -> tuple[Op, ...]:
        return tuple(op for op in self.ops if op.direction is Direction.UP)

    @property
    def down(self) -> tuple[Op, ...]:
        return tuple(op for op in self.ops if op.direction is Direction.DOWN)
