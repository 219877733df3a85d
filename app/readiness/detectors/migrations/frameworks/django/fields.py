"""The column that a field of a Django model stands for."""

from collections.abc import Mapping

from app.readiness.detectors.migrations.frameworks.sql_pieces import literal_default
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Value, is_given, word
from app.readiness.detectors.migrations.model import Column, DefaultKind, Dialect, References
from app.readiness.detectors.migrations.sql.names import table_name

_TYPES: Mapping[str, str] = {
    "AutoField": "integer", "BigAutoField": "bigint", "SmallAutoField": "smallint", "BinaryField": "bytea",
    "BooleanField": "boolean", "NullBooleanField": "boolean", "CharField": "varchar({max_length})",
    "CommaSeparatedIntegerField": "varchar({max_length})", "DateField": "date",
    "DateTimeField": "timestamp with time zone",
    "DecimalField": "numeric({max_digits},{decimal_places})", "DurationField": "interval",
    "EmailField": "varchar({max_length})",
    "FileField": "varchar({max_length})", "FilePathField": "varchar({max_length})",
    "ImageField": "varchar({max_length})",
    "FloatField": "double precision", "IntegerField": "integer", "BigIntegerField": "bigint",
    "SmallIntegerField": "smallint",
    "PositiveIntegerField": "integer", "PositiveBigIntegerField": "bigint", "PositiveSmallIntegerField": "smallint",
    "IPAddressField": "inet", "GenericIPAddressField": "inet", "SlugField": "varchar({max_length})",
    "TextField": "text",
    "TimeField": "time", "URLField": "varchar({max_length})", "UUIDField": "uuid", "JSONField": "jsonb",
    "HStoreField": "hstore",
    "SearchVectorField": "tsvector", "CITextField": "citext", "CICharField": "citext", "CIEmailField": "citext",
    "IntegerRangeField": "int4range", "BigIntegerRangeField": "int8range", "DecimalRangeField": "numrange",
    "DateTimeRangeField": "tstzrange", "DateRangeField": "daterange", "OIDField": "oid",
}  # fmt: skip
_MYSQL: Mapping[str, str] = {
    "BinaryField": "longblob", "BooleanField": "bool", "DateTimeField": "datetime(6)", "DurationField": "bigint",
    "TextField": "longtext", "TimeField": "time(6)", "UUIDField": "char(32)", "JSONField": "json",
    "GenericIPAddressField": "char(39)", "PositiveIntegerField": "integer unsigned",
    "PositiveBigIntegerField": "bigint unsigned",
    "PositiveSmallIntegerField": "smallint unsigned",
}  # fmt: skip
_LENGTHS = {
    "EmailField": "254",
    "SlugField": "50",
    "URLField": "200",
    "FileField": "100",
    "ImageField": "100",
    "FilePathField": "100",
}
_RELATIONS = ("ForeignKey", "OneToOneField", "OneToOneRel")
_TEXTS = frozenset(
    {
        "CharField",
        "TextField",
        "SlugField",
        "URLField",
        "EmailField",
        "FileField",
        "ImageField",
        "FilePathField",
        "CITextField",
    }
)
_MOMENTS = frozenset({"DateField", "DateTimeField", "TimeField"})
_VOLATILE = frozenset({"RandomUUID", "Random", "UUID4", "UUID7"})
_STABLE = frozenset({"Now", "TransactionNow", "CurrentTimestamp"})
_UNSIGNED = ("PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField")


def field_kind(field: Value) -> str:
    """The class of a field without the module and the prefix of a subclass: `models.CharField` is `CharField`."""
    name = field.name if isinstance(field, Call) else ""
    if name in _TYPES or name in (*_RELATIONS, "ManyToManyField", "GeneratedField", "ArrayField"):
        return name
    known = [known for known in (*_RELATIONS, "ManyToManyField", *_TYPES) if name.endswith(known)]
    return max(known, key=len, default=name)


def is_relation(field: Value) -> bool:
    return field_kind(field) in _RELATIONS


def is_join(field: Value) -> bool:
    """Whether the field has a table of its own and no column."""
    return field_kind(field) in ("ManyToManyField", "TaggableManager", "SortedManyToManyField")


def has_column(field: Value) -> bool:
    return not is_join(field) and field_kind(field) not in (
        "GenericForeignKey",
        "GenericRelation",
        "CompositePrimaryKey",
    )


def column_of(field: Call, name: str, app: str, model: str, dialect: Dialect, *, is_added: bool = False) -> Column:
    """app, model: where the field stands, for relations to itself and to models without an app.

    is_added: it is added to a table,
    which takes its default for the rows that exist; elsewhere only `db_default` counts.
    """
    options = field.options
    kind = field_kind(field)
    related = kind in _RELATIONS
    is_primary = options.get("primary_key") is True
    default, text = _default(field, kind) if is_added or is_kept(field) else (DefaultKind.NONE, "")
    return Column(
        word(options.get("db_column")).lower() or (f"{name}_id" if related else name).lower(),
        _type(field, kind, dialect),
        options.get("null") is True and not is_primary,
        default,
        text,
        is_primary=is_primary,
        is_unique=options.get("unique") is True or kind.startswith("OneToOne"),
        generated=("stored" if options.get("db_persist") is not False else "virtual")
        if kind == "GeneratedField"
        else "",
        identity=kind in ("AutoField", "BigAutoField", "SmallAutoField"),
        has_check=kind in _UNSIGNED and not dialect.is_mysql,
        references=_references(field, app, model) if related and options.get("db_constraint") is not False else None,
        collation=word(options.get("db_collation")),
    )


def _type(field: Call, kind: str, dialect: Dialect) -> str:
    if kind in _RELATIONS:
        return ""
    if kind in ("ArrayField", "GeneratedField"):
        inner = field.at(0, "base_field") if kind == "ArrayField" else field.options.get("output_field")
        item = _type(inner, field_kind(inner), dialect) if isinstance(inner, Call) else ""
        return f"{item}[]" if item and kind == "ArrayField" else item
    template = (dialect.is_mysql and _MYSQL.get(kind)) or _TYPES.get(kind, "")
    if "{" not in template:
        return template
    return _sized(template, kind, field.options)


def _sized(template: str, kind: str, options: Mapping[str, Value]) -> str:
    """A template with the sizes the field gives, "" where one of them is computed."""
    values = {key: options.get(key) for key in ("max_length", "max_digits", "decimal_places")}
    values["max_length"] = values["max_length"] or _LENGTHS.get(kind)
    if kind == "CharField" and values["max_length"] is None:
        return "varchar"
    needed = ("max_digits", "decimal_places") if kind == "DecimalField" else ("max_length",)
    return template.format(**values) if all(isinstance(values[key], int | str) for key in needed) else ""


def _default(field: Call, kind: str) -> tuple[DefaultKind, str]:
    """What the database is told: Django calls a function once, so even that is one constant for all rows."""
    if (given := field.options.get("db_default")) is not None and field.has("db_default"):
        return _database_default(given)
    if field.has("default") and field.options["default"] is not None:
        return literal_default(field.options["default"])
    if field.options.get("null") is True:
        return DefaultKind.NONE, ""
    if field.options.get("blank") is True and kind in _TEXTS:
        return DefaultKind.CONST, "''"
    if kind in _MOMENTS and (field.options.get("auto_now") is True or field.options.get("auto_now_add") is True):
        return DefaultKind.CONST, "now"
    return DefaultKind.NONE, ""


def _database_default(given: Value) -> tuple[DefaultKind, str]:
    if isinstance(given, Call):
        if given.name in _STABLE:
            return DefaultKind.STABLE, "now()"
        if given.name == "Value":
            return literal_default(given.at(0))
        return (
            DefaultKind.VOLATILE if given.name in _VOLATILE or given.name == "Func" else DefaultKind.STABLE,
            given.name,
        )
    return literal_default(given)


def is_kept(field: Call) -> bool:
    """Whether the default stays in the database after the column was added."""
    return field.has("db_default") or field_kind(field) == "GeneratedField"


def _references(field: Call, app: str, model: str) -> References:
    target = field.at(0, "to")
    return References(
        target_table(target, app, model), (), "cascade" if word(field.options.get("on_delete")) == "CASCADE" else ""
    )


def target_table(target: Value, app: str, model: str) -> str:
    """The table of the model that a relation points to, "" when a setting names it."""
    if not is_given(target) or not isinstance(target, str):
        return ""
    if target in ("self", "Self"):
        return f"{app}_{model}".lower()
    owner, _, name = target.rpartition(".")
    return table_name(f"{owner or app}_{name}".lower())
