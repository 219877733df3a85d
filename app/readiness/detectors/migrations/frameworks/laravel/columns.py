"""Columns as a Blueprint of Laravel defines them."""

from collections.abc import Mapping, Sequence

from app.readiness.detectors.migrations.frameworks.sql_pieces import literal_default, sql_default
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Value, word, words
from app.readiness.detectors.migrations.model import Column, DefaultKind, Dialect, References

_TYPES: Mapping[str, str] = {
    "string": "varchar({0})", "char": "char({0})", "text": "text", "tinyText": "varchar(255)", "mediumText": "text",
    "longText": "text",
    "integer": "integer", "bigInteger": "bigint", "smallInteger": "smallint", "tinyInteger": "smallint",
    "mediumInteger": "integer",
    "unsignedInteger": "integer", "unsignedBigInteger": "bigint", "unsignedSmallInteger": "smallint",
    "unsignedTinyInteger": "smallint", "unsignedMediumInteger": "integer", "increments": "integer",
    "bigIncrements": "bigint",
    "smallIncrements": "smallint", "tinyIncrements": "smallint", "mediumIncrements": "integer",
    "integerIncrements": "integer",
    "id": "bigint", "foreignId": "bigint", "foreignIdFor": "bigint", "foreignUuid": "uuid", "foreignUlid": "char(26)",
    "uuid": "uuid", "ulid": "char(26)", "boolean": "boolean", "date": "date", "dateTime": "timestamp",
    "timestamp": "timestamp",
    "dateTimeTz": "timestamp with time zone", "timestampTz": "timestamp with time zone", "time": "time",
    "timeTz": "time with time zone", "year": "integer", "decimal": "numeric({0},{1})",
    "unsignedDecimal": "numeric({0},{1})",
    "float": "double precision", "double": "double precision", "unsignedFloat": "double precision",
    "unsignedDouble": "double precision", "json": "json", "jsonb": "jsonb", "binary": "bytea", "enum": "varchar(255)",
    "set": "varchar(255)", "ipAddress": "inet", "macAddress": "macaddr", "rememberToken": "varchar(100)",
    "geometry": "geometry",
    "geography": "geography", "point": "geometry", "multiPoint": "geometry", "polygon": "geometry",
    "multiPolygon": "geometry",
    "lineString": "geometry", "multiLineString": "geometry", "geometryCollection": "geometry", "vector": "vector",
    "softDeletes": "timestamp",
    "softDeletesTz": "timestamp with time zone", "softDeletesDatetime": "timestamp", "computed": "",
    "tsvector": "tsvector",
}  # fmt: skip
_MYSQL: Mapping[str, str] = {
    "tinyText": "tinytext", "mediumText": "mediumtext", "longText": "longtext", "tinyInteger": "tinyint",
    "mediumInteger": "mediumint",
    "unsignedInteger": "integer unsigned", "unsignedBigInteger": "bigint unsigned",
    "unsignedSmallInteger": "smallint unsigned",
    "unsignedTinyInteger": "tinyint unsigned", "unsignedMediumInteger": "mediumint unsigned",
    "increments": "integer unsigned",
    "bigIncrements": "bigint unsigned", "id": "bigint unsigned", "foreignId": "bigint unsigned",
    "foreignIdFor": "bigint unsigned",
    "uuid": "char(36)", "foreignUuid": "char(36)", "boolean": "tinyint(1)", "dateTime": "datetime",
    "dateTimeTz": "datetime",
    "timestampTz": "timestamp", "timeTz": "time", "year": "year", "double": "double", "float": "float", "jsonb": "json",
    "binary": "blob", "enum": "enum", "set": "set", "ipAddress": "varchar(45)", "macAddress": "varchar(17)",
    "softDeletesTz": "timestamp",
}  # fmt: skip
COLUMNS = frozenset(_TYPES) | {"addColumn", "rawColumn"}
IDENTITIES = frozenset(
    {"id", "increments", "bigIncrements", "smallIncrements", "tinyIncrements", "mediumIncrements", "integerIncrements"}
)
_NAMES = {
    "id": "id",
    "rememberToken": "remember_token",
    "softDeletes": "deleted_at",
    "softDeletesTz": "deleted_at",
    "softDeletesDatetime": "deleted_at",
}


def column_of(steps: Sequence[Call], dialect: Dialect) -> Column:
    """A column from its chain: `string('a')`, `nullable()`, `default(…)` …"""
    first, said = steps[0], {step.name: step for step in steps[1:]}
    kind = first.name
    name = word(first.at(1 if kind == "addColumn" else 0, "column")) or _NAMES.get(kind, "")
    if kind == "foreignIdFor":
        name = word(first.at(1, "column")) or f"{_model(first.at(0))}_id"
    default, text = _default(said, dialect)
    nullable = "nullable" in said and said["nullable"].at(0, "value") is not False
    generated = "stored" if ({"storedAs", "generatedAs"} & set(said) and "always" in said) or "storedAs" in said else ""
    identity = kind in IDENTITIES or "autoIncrement" in said or first.at(1, "autoIncrement") is True
    return Column(
        name.lower(), type_of(first, dialect), nullable or kind.startswith("softDeletes") or kind == "rememberToken",
        default, text,
        is_primary=kind in IDENTITIES or "primary" in said, is_unique="unique" in said,
        generated="virtual" if "virtualAs" in said else generated, identity=identity,
        has_check=kind == "enum" and not dialect.is_mysql, references=references_of(steps),
        collation=word(said["collation"].at(0)) if "collation" in said else "", first_or_after=bool({"after",
        "first"} & set(said)),
    )  # fmt: skip


def _model(value: Value) -> str:
    name = word(value).replace("::class", "").rpartition("\\")[2]
    return "".join(
        f"_{letter.lower()}" if letter.isupper() and place else letter.lower() for place, letter in enumerate(name)
    )


def type_of(call: Call, dialect: Dialect) -> str:
    """The type in SQL of one call of the Blueprint."""
    kind = word(call.at(0, "type")) if call.name == "addColumn" else call.name
    template = (dialect.is_mysql and _MYSQL.get(kind)) or _TYPES.get(kind, "")
    if "{0}" not in template:
        return template
    first, second = call.at(1, "length", "total"), call.at(2, "places")
    default = 8 if "{1}" in template else 255
    size = first if isinstance(first, int) else default
    return template.format(size, second if isinstance(second, int) else 2)


def _default(said: Mapping[str, Call], dialect: Dialect) -> tuple[DefaultKind, str]:
    if "useCurrent" in said:
        return DefaultKind.STABLE, "now()"
    if "default" not in said:
        return DefaultKind.NONE, ""
    value = said["default"].at(0, "value")
    if isinstance(value, Call) and value.name in ("raw", "Expression"):
        return sql_default(value.at(0), dialect)
    if value is None:
        return DefaultKind.NONE, ""
    return literal_default(value)


def references_of(steps: Sequence[Call]) -> References | None:
    """The other end of `constrained()` or of `references()->on()`."""
    said = {step.name: step for step in steps}
    on_delete = (
        word(said["onDelete"].at(0)).lower() if "onDelete" in said else "cascade" if "cascadeOnDelete" in said else ""
    )
    if "constrained" in said:
        call = said["constrained"]
        given = word(call.at(0, "table"))
        name = word(steps[0].at(0)) or f"{_model(steps[0].at(0))}_id"
        stem = name.removesuffix("_id")
        guessed = f"{stem[:-1]}ies" if stem.endswith("y") else f"{stem}s"
        return References((given or guessed).lower(), (), on_delete)
    if "on" in said:
        columns = words(said["references"].at(0)) if "references" in said else ()
        return References(word(said["on"].at(0)).lower(), tuple(column.lower() for column in columns), on_delete)
    return None
