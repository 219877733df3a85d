"""Columns and keys as a migration builder of Entity Framework describes them."""

from collections.abc import Mapping

from app.readiness.detectors.migrations.frameworks.sql_pieces import check_of, literal_default, sql_default
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Block,
    Call,
    Name,
    Value,
    chain,
    is_given,
    word,
    words,
)
from app.readiness.detectors.migrations.model import (
    Column,
    Constraint,
    ConstraintKind,
    DefaultKind,
    Dialect,
    References,
)
from app.readiness.detectors.migrations.sql.names import plain_name, table_name
from app.readiness.detectors.migrations.sql.types import same_type

_TYPES: Mapping[str, str] = {
    "string": "text", "int": "integer", "long": "bigint", "short": "smallint", "byte": "smallint", "bool": "boolean",
    "decimal": "numeric",
    "double": "double precision", "float": "real", "Guid": "uuid", "DateTime": "timestamp with time zone",
    "DateTimeOffset": "timestamp with time zone", "DateOnly": "date", "TimeOnly": "time", "TimeSpan": "interval",
    "byte[]": "bytea",
}  # fmt: skip
_IDENTITY = ("Identity", "Serial", "AutoIncrement", "Autoincrement")


def type_of(options: Mapping[str, Value], dialect: Dialect, prefix: str = "") -> str:
    """The store type if it is said, else that of the CLR type; prefix: `old` for what it was."""
    key = f"{prefix}Type" if prefix else "type"
    length = options.get(f"{prefix}MaxLength" if prefix else "maxLength")
    given = word(options.get(key))
    if given:
        return same_type(given)
    name = word(options.get("<>" if not prefix else "oldClrType")).rstrip("?")
    if prefix:
        clr = options.get("oldClrType")
        name = word(clr.at(0)) if isinstance(clr, Call) else name
    if name == "string" and isinstance(length, int):
        return f"varchar({length})"
    return _TYPES.get(name, "") if not dialect.is_mysql else ""


def default_of(options: Mapping[str, Value], dialect: Dialect) -> tuple[DefaultKind, str]:
    """`defaultValueSql` is SQL, `defaultValue` a literal."""
    text = options.get("defaultValueSql")
    if isinstance(text, str):
        return sql_default(text, dialect)
    if options.get("defaultValue") is not None:
        return literal_default(options["defaultValue"])
    return DefaultKind.NONE, ""


def column_of(name: str, value: Value, dialect: Dialect) -> Column:
    """A column from `AddColumn<T>(…)` or `table.Column<T>(…)` with its annotations."""
    steps = chain(value)
    call = next((step for step in steps if step.name in ("AddColumn", "AlterColumn", "Column")), Call(""))
    options = call.options
    default, text = default_of(options, dialect)
    noted = " ".join(f"{word(step.at(0))}={step.at(1)}" for step in steps if step.name == "Annotation")
    computed = options.get("computedColumnSql") is not None
    return Column(
        plain_name(word(options.get("name")) or name), type_of(options, dialect), options.get("nullable") is True,
        default, text,
        generated=("stored" if options.get("stored") is True else "virtual") if computed else "",
        identity=any(sign in noted for sign in _IDENTITY), collation=word(options.get("collation")),
    )  # fmt: skip


def table_of(call: Call, table: str = "table", schema: str = "schema") -> str:
    name = word(call.options.get(table)) if table in call.options else ""
    return table_name(word(call.options.get(schema)), name) if name else ""


def columns_named(call: Call, place: int = 99) -> tuple[str, ...]:
    """`column: "a"`, `columns: new[] { "a", "b" }`, `x => x.Id`, `x => new { x.A, x.B }`."""
    given = call.options.get("columns", call.options.get("column", call.at(place)))
    if isinstance(given, Block):
        result = given.result
        if isinstance(result, dict):
            return tuple(plain_name(name) for name in result)
        return (plain_name(result.last),) if isinstance(result, Name) else ()
    return tuple(plain_name(name) for name in words(given)) if is_given(given) else ()


def key_of(call: Call, dialect: Dialect) -> Constraint | None:
    """A key or check, whether it is added or stands in a new table; None for anything else."""
    name = plain_name(word(call.options.get("name", call.at(0))))
    kind = call.name.removeprefix("Add")
    if kind == "PrimaryKey":
        return Constraint(ConstraintKind.PRIMARY, columns_named(call, 1), name)
    if kind == "UniqueConstraint":
        return Constraint(ConstraintKind.UNIQUE, columns_named(call, 1), name)
    if kind == "CheckConstraint":
        return check_of(word(call.options.get("sql", call.at(1))), name, dialect)
    if kind == "ForeignKey":
        target = table_of(call, "principalTable", "principalSchema")
        there = words(call.options.get("principalColumns", call.options.get("principalColumn", [])))
        on_delete = word(call.options.get("onDelete")).lower()
        references = References(target, tuple(plain_name(column) for column in there), on_delete)
        return Constraint(ConstraintKind.FOREIGN, columns_named(call, 1), name, references)
    return None
