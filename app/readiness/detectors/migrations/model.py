"""Schema operations and migrations: what every framework and every dialect is lowered to.

The contract between those who read files (SQL, Alembic, Django, Rails …) and those who judge:

- Names are as the database stores them when unquoted: lower case, without quotes. `table` is dotted only when a schema
  other than the default (`public`, `dbo`, `main`) was written. Use `sql.names.plain_name` and `sql.names.table_name`.
- Types are SQL text of the database in lower case with single spaces: `varchar(255)`, `numeric(10,2)`,
  `timestamp with time zone`. A lowering writes what its framework would send to the database, so
  `CharField(max_length=10)` is `varchar(10)`; "" where that cannot be told.
- One operation is one effect on one object, in the order in which the database would do them. A statement with three
  actions yields three operations with the same `statement`. Operations that commit together share `batch`.
- What a framework does beside the obvious is lowered too: a foreign key that comes with an index yields two operations;
  a default that the framework drops again after adding the column yields ADD_COLUMN and DROP_DEFAULT.
- What cannot be read is one DYNAMIC operation with `note` saying why in a few words: it is reported as not analysed and
  never as safe. An operation of a known kind with a computed name has `resolved=False` and "" for that name.
- Renames: `table` or `column` or `name` is the old name, `new_name` the new one.
"""

from dataclasses import dataclass, field

from app.readiness.detectors.migrations.kinds import (
    ConstraintKind,
    DefaultKind,
    Dialect,
    Direction,
    Kind,
    Phase,
    Transaction,
)

__all__ = [
    "Column",
    "Constraint",
    "ConstraintKind",
    "DefaultKind",
    "Dialect",
    "Direction",
    "Index",
    "Kind",
    "Migration",
    "Op",
    "Phase",
    "References",
    "Span",
    "Transaction",
]


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

    generated: "", "stored" or "virtual"; identity: serial, identity or auto_increment; first_or_after: not last.
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
    assured: why the authors say it is safe (`safety_assured`), else ""; what is found is a warning then.
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
