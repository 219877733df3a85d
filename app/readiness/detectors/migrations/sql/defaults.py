"""Defaults of columns: a literal, the same for a whole statement, or another for each row."""

from collections.abc import Sequence

from app.readiness.detectors.migrations.model import DefaultKind
from app.readiness.detectors.migrations.sql.tokens import NAME, Token

STABLE = frozenset(
    [
        "now",
        "current_timestamp",
        "current_date",
        "current_time",
        "localtime",
        "localtimestamp",
        "transaction_timestamp",
        "statement_timestamp",
        "current_user",
        "session_user",
        "user",
        "current_setting",
        "current_database",
        "current_schema",
        "current_role",
        "txid_current",
        "pg_current_xact_id",
        "age",
        "to_char",
        "unix_timestamp",
        "utc_timestamp",
        "utc_date",
        "curdate",
        "curtime",
        "sysdate",
        "getdate",
    ]
)
"""The same value for every row of a statement; now() is the start of the transaction."""
CONSTANT = frozenset(
    [
        "array",
        "row",
        "date",
        "time",
        "timestamp",
        "timestamptz",
        "interval",
        "cast",
        "coalesce",
        "nullif",
        "lower",
        "upper",
        "concat",
        "abs",
        "round",
        "floor",
        "ceil",
        "ceiling",
        "power",
        "length",
        "trim",
        "btrim",
        "ltrim",
        "rtrim",
        "substring",
        "substr",
        "replace",
        "md5",
        "sha256",
        "encode",
        "decode",
        "date_trunc",
        "date_part",
        "extract",
        "make_date",
        "make_time",
        "make_timestamp",
        "make_timestamptz",
        "make_interval",
        "to_timestamp",
        "to_date",
        "to_number",
        "to_json",
        "to_jsonb",
        "json_build_object",
        "jsonb_build_object",
        "json_build_array",
        "jsonb_build_array",
        "json_object",
        "json_array",
        "jsonb_object",
        "to_tsvector",
        "timezone",
        "greatest",
        "least",
        "array_fill",
        "string_to_array",
        "int4range",
        "int8range",
        "numrange",
        "tsrange",
        "tstzrange",
        "daterange",
        "point",
        "box",
        "left",
        "right",
        "repeat",
        "lpad",
        "rpad",
        "chr",
        "ascii",
        "json_quote",
        "strftime",
        "datetime",
        "julianday",
        "inet",
        "cidr",
        "varchar",
        "char",
        "text",
        "integer",
        "int",
        "bigint",
        "smallint",
        "numeric",
        "decimal",
        "boolean",
        "bool",
        "json",
        "jsonb",
        "uuid",
        "bytea",
        "real",
        "double",
        "enum",
        "in",
        "any",
        "all",
        "case",
        "when",
        "values",
        "not",
        "and",
        "or",
        "convert",
        "hex",
        "unhex",
        "b",
        "x",
    ]
)
"""Immutable or stable with constant arguments; names of types because they are written like calls."""


def kind_of_default(tokens: Sequence[Token]) -> DefaultKind:
    """What a default gives: a call of a function that is not known is taken to differ from row to row."""
    found = DefaultKind.CONST
    for place, token in enumerate(tokens):
        name = token.text.strip('"').lower() if token.key == NAME else token.key.lower()
        is_call = place + 1 < len(tokens) and tokens[place + 1].key == "("
        is_typed = place > 0 and tokens[place - 1].key == "::"
        if name in STABLE:
            found = DefaultKind.STABLE
        elif is_call and not is_typed and _is_function(token) and name not in CONSTANT:
            return DefaultKind.VOLATILE
    return found


def _is_function(token: Token) -> bool:
    return token.key == NAME or (token.key.replace("_", "a").isalnum() and token.key not in ("text", "number"))


def is_null(tokens: Sequence[Token]) -> bool:
    """`NULL` and `NULL::type` are no default."""
    return bool(tokens) and tokens[0].key == "NULL" and (len(tokens) == 1 or tokens[1].key == "::")
