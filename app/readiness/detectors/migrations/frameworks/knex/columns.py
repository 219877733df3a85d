"""Columns as the table builder of Knex defines them."""

from collections.abc import Mapping, Sequence

from app.readiness.detectors.migrations.frameworks.sql_pieces import literal_default, sql_default
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Value, word, words
from app.readiness.detectors.migrations.model import Column, DefaultKind, Dialect, References
from app.readiness.detectors.migrations.sql.names import plain_name, table_name
from app.readiness.detectors.migrations.sql.types import same_type

_TYPES: Mapping[str, str] = {
    "string": "varchar", "varchar": "varchar", "text": "text", "integer": "integer", "int": "integer",
    "tinyint": "smallint",
    "smallint": "smallint", "mediumint": "integer", "bigint": "bigint", "bigInteger": "bigint", "float": "real",
    "double": "double precision",
    "decimal": "numeric", "boolean": "boolean", "bool": "boolean", "date": "date",
    "datetime": "timestamp with time zone",
    "dateTime": "timestamp with time zone", "time": "time", "timestamp": "timestamp with time zone", "binary": "bytea",
    "json": "json", "jsonb": "jsonb", "uuid": "uuid", "increments": "integer", "bigIncrements": "bigint",
    "bigincrements": "bigint", "smallint2": "smallint", "enu": "text", "enum": "text", "geometry": "geometry",
    "geography": "geography", "point": "point", "specificType": "",
}  # fmt: skip
_MYSQL: Mapping[str, str] = {
    "tinyint": "tinyint", "mediumint": "mediumint", "float": "float", "double": "double", "datetime": "datetime",
    "dateTime": "datetime",
    "timestamp": "timestamp", "binary": "blob", "jsonb": "json", "uuid": "char(36)", "enu": "enum", "enum": "enum",
    "boolean": "tinyint(1)",
}  # fmt: skip
COLUMNS = frozenset(_TYPES)
IDENTITIES = frozenset({"increments", "bigIncrements", "bigincrements"})


def type_of(call: Call, dialect: Dialect) -> str:
    """The type in SQL of one call of the table builder."""
    kind, size = call.name, call.at(1)
    if kind == "specificType":
        return same_type(word(size))
    if kind in ("string", "varchar"):
        return f"varchar({size})" if isinstance(size, int) else "varchar(255)"
    if kind == "decimal":
        scale = call.at(2)
        return f"numeric({size},{scale if isinstance(scale, int) else 2})" if isinstance(size, int) else "numeric(8,2)"
    if kind in ("timestamp", "datetime", "dateTime") and not dialect.is_mysql:
        options = size if isinstance(size, dict) else {}
        is_plain = options.get("useTz") is False or size is True
        return "timestamp" if is_plain else "timestamp with time zone"
    return (dialect.is_mysql and _MYSQL.get(kind)) or _TYPES.get(kind, "")


def column_of(steps: Sequence[Call], dialect: Dialect) -> Column:
    """A column from its chain: `string('a')`, `notNullable()`, `defaultTo(…)` …"""
    first, said = steps[0], {step.name: step for step in steps[1:]}
    default, text = _default(said, dialect)
    given = first.at(1)
    is_key = not (isinstance(given, dict) and given.get("primaryKey") is False)
    is_primary = (first.name in IDENTITIES and is_key) or "primary" in said
    name = word(first.at(0)) or ("id" if first.name in IDENTITIES else "")
    return Column(
        plain_name(name), type_of(first, dialect),
        "notNullable" not in said and "notNull" not in said and not is_primary, default, text,
        is_primary=is_primary, is_unique="unique" in said, identity=first.name in IDENTITIES,
        has_check=(first.name in ("enu",
        "enum") and not dialect.is_mysql) or any(name.startswith("check") for name in said),
        references=references_of(steps), first_or_after=bool({"after", "first"} & set(said)),
    )  # fmt: skip


def _default(said: Mapping[str, Call], dialect: Dialect) -> tuple[DefaultKind, str]:
    if "defaultTo" not in said:
        return DefaultKind.NONE, ""
    return default_of(said["defaultTo"].at(0), dialect)


def default_of(value: Value, dialect: Dialect) -> tuple[DefaultKind, str]:
    """`knex.fn.now()` and `knex.raw(…)` are SQL, everything else is a literal."""
    if value is None:
        return DefaultKind.NONE, ""
    if isinstance(value, Call):
        if value.name == "now":
            return DefaultKind.STABLE, "now()"
        if value.name == "uuid":
            return DefaultKind.VOLATILE, "gen_random_uuid()"
        return sql_default(value.at(0), dialect)
    return literal_default(value)


def references_of(steps: Sequence[Call]) -> References | None:
    """The other end of `references('id').inTable('users')` or `references('users.id')`."""
    said = {step.name: step for step in steps}
    if "references" not in said:
        return None
    columns = words(said["references"].at(0))
    table = word(said["inTable"].at(0)) if "inTable" in said else columns[0].rpartition(".")[0] if columns else ""
    on_delete = word(said["onDelete"].at(0)).lower() if "onDelete" in said else ""
    return References(
        table_name(*table.split(".")), tuple(plain_name(c.rpartition(".")[2]) for c in columns), on_delete
    )
