"""Tables, columns and types as Ecto writes them."""

from collections.abc import Mapping

from app.readiness.detectors.migrations.frameworks.sql_pieces import literal_default, sql_default
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Value, is_given, word
from app.readiness.detectors.migrations.model import Column, DefaultKind, Dialect, References
from app.readiness.detectors.migrations.sql.names import table_name
from app.readiness.detectors.migrations.sql.types import same_type

_TYPES: Mapping[str, str] = {
    "string": "varchar(255)", "text": "text", "integer": "integer", "bigint": "bigint", "id": "bigint",
    "serial": "integer",
    "bigserial": "bigint", "identity": "bigint", "uuid": "uuid", "binary_id": "uuid", "boolean": "boolean",
    "map": "jsonb",
    "utc_datetime": "timestamp(0)", "utc_datetime_usec": "timestamp", "naive_datetime": "timestamp(0)",
    "naive_datetime_usec": "timestamp", "timestamptz": "timestamp with time zone", "date": "date", "time": "time(0)",
    "time_usec": "time", "decimal": "numeric", "float": "double precision", "binary": "bytea", "duration": "interval",
}  # fmt: skip
_MYSQL: Mapping[str, str] = {
    "binary_id": "binary(16)", "uuid": "binary(16)", "map": "json", "utc_datetime": "datetime",
    "naive_datetime": "datetime",
    "utc_datetime_usec": "datetime(6)", "naive_datetime_usec": "datetime(6)", "binary": "blob", "float": "double",
    "boolean": "tinyint(1)",
}  # fmt: skip


def type_of(value: Value, options: Mapping[str, Value], dialect: Dialect) -> str:
    """The type in SQL: an atom, `{:array, type}`, or the key of a table that is referred to."""
    if isinstance(value, Call):
        return type_of(value.options.get("type", "id"), {}, dialect) if value.name == "references" else ""
    if isinstance(value, list):
        kind = word(value[0]) if value else ""
        if kind == "array" and len(value) > 1:
            item = type_of(value[1], {}, dialect)
            return f"{item}[]" if item else ""
        return type_of(kind, {}, dialect)
    name = word(value)
    base = (dialect.is_mysql and _MYSQL.get(name)) or _TYPES.get(name)
    if name == "string" and isinstance(options.get("size"), int):
        return f"varchar({options['size']})"
    if name in ("decimal", "numeric") and isinstance(options.get("precision"), int):
        scale = options.get("scale")
        return f"numeric({options['precision']},{scale if isinstance(scale, int) else 0})"
    return base or same_type(name)


def default_of(value: Value, dialect: Dialect) -> tuple[DefaultKind, str]:
    """A default: `fragment(…)` is SQL, everything else a literal."""
    if value is None:
        return DefaultKind.NONE, ""
    if isinstance(value, Call) and value.name == "fragment":
        return sql_default(value.at(0), dialect)
    return literal_default(value)


def target_of(what: Call) -> str:
    """The table that `table`, `index` or `constraint` is about."""
    prefix = what.options.get("prefix")
    name = word(what.at(0))
    return table_name(prefix if isinstance(prefix, str) else "", name) if name else ""


def column_of(call: Call, dialect: Dialect) -> Column:
    """`add :name, type, options`."""
    kind, options = call.at(1), call.options
    default, text = default_of(options.get("default"), dialect)
    name = word(kind) if not isinstance(kind, Call) else ""
    generated = word(options.get("generated")).lower()
    is_primary = options.get("primary_key") is True
    return Column(
        word(call.at(0)).lower(), type_of(kind, options, dialect), options.get("null") is not False and not is_primary,
        default, text,
        is_primary=is_primary,
        generated=_kept_how(generated),
        identity=name in ("serial", "bigserial", "identity") or "identity" in generated,
        references=_references(kind) if isinstance(kind, Call) and kind.name == "references" else None,
        collation=word(options.get("collation")),
    )  # fmt: skip


def _references(call: Call) -> References:
    column = call.options.get("column")
    on_delete = word(call.options.get("on_delete"))
    columns = (word(column).lower(),) if is_given(column) and word(column) else ()
    return References(target_of(call), columns, {"delete_all": "cascade", "nilify_all": "set null"}.get(on_delete, ""))


def _kept_how(generated: str) -> str:
    if "always as (" not in generated:
        return ""
    return "virtual" if "virtual" in generated else "stored"
