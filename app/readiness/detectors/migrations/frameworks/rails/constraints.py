"""What Active Record's methods do to constraints and to what is no table: enums, extensions, views."""

from app.readiness.detectors.migrations.frameworks.rails.columns import foreign_key, index_of, table_of
from app.readiness.detectors.migrations.frameworks.rails.indexes import IndexOperations
from app.readiness.detectors.migrations.frameworks.sql_pieces import check_of
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, word, words
from app.readiness.detectors.migrations.model import Constraint, ConstraintKind, Kind

_KINDS = {
    "foreign_key": ConstraintKind.FOREIGN,
    "check_constraint": ConstraintKind.CHECK,
    "unique_constraint": ConstraintKind.UNIQUE,
    "exclusion_constraint": ConstraintKind.EXCLUDE,
    "unique_key": ConstraintKind.UNIQUE,
}
_OBJECTS = ("extension", "enum", "schema", "view", "function", "trigger", "type", "aggregate", "sequence")


class ConstraintOperations(IndexOperations):
    """Constraints, and objects that are no table."""

    def add_foreign_key(self, call: Call) -> None:
        self.add(call, foreign_key(call.at(1), call.options))

    def add_check(self, call: Call) -> None:
        not_valid = call.options.get("validate") is False
        self.add(
            call, check_of(word(call.at(1)), word(call.options.get("name")).lower(), self.dialect, not_valid=not_valid)
        )

    def add_unique(self, call: Call) -> None:
        columns = call.at(1)
        names = () if isinstance(columns, dict) else index_of(columns, {}).columns
        using = word(call.options.get("using_index")).lower()
        self.add(
            call, Constraint(ConstraintKind.UNIQUE, names, word(call.options.get("name")).lower(), using_index=using)
        )

    def add_exclusion(self, call: Call) -> None:
        self.add(call, Constraint(ConstraintKind.EXCLUDE, (), word(call.options.get("name")).lower()))

    def add(self, call: Call, constraint: Constraint) -> None:
        self.emit(Kind.ADD_CONSTRAINT, call, table=table_of(call.at(0)), constraint=constraint)

    def validate(self, call: Call) -> None:
        given = call.options.get("name", call.at(1))
        name = "" if isinstance(given, dict) else word(given).lower()
        self.emit(Kind.VALIDATE_CONSTRAINT, call, table=table_of(call.at(0)), name=name)

    def remove_constraint(self, call: Call) -> None:
        kind = next(kind for end, kind in _KINDS.items() if call.name.endswith(end))
        name = word(call.options.get("name")).lower()
        columns = tuple(column.lower() for column in words(call.options.get("column")))
        constraint = Constraint(kind, columns, name)
        self.emit(Kind.DROP_CONSTRAINT, call, table=table_of(call.at(0)), name=name, constraint=constraint)

    def object_of(self, call: Call) -> None:
        """`enable_extension`, `create_enum`, `update_view` …: told by the verb and the noun of the name."""
        verb, _, noun = call.name.partition("_")
        name = word(call.at(0)).lower()
        noun = noun.replace("pg_", "").replace("_value", "").replace("materialized_", "")
        if call.name in ("add_enum_value", "rename_enum_value"):
            self.enum_value(call)
        elif verb in ("enable", "create", "add"):
            self.emit(Kind.CREATE_OBJECT, call, object=noun, name=name)
        elif verb in ("disable", "drop", "remove"):
            cascade = word(call.options.get("force")) == "cascade"
            self.emit(Kind.DROP_OBJECT, call, object=noun, name=name, cascade=cascade)
        elif verb == "rename":
            self.emit(
                Kind.RENAME_OBJECT,
                call,
                object=noun,
                name=name,
                new_name=word(call.options.get("to", call.at(1))).lower(),
            )
        elif verb == "refresh":
            self.emit(Kind.REFRESH_VIEW, call, name=name, concurrent=call.options.get("concurrently") is True)
        else:
            self.emit(Kind.CREATE_OBJECT, call, object=noun, name=name, replaces=True)

    def enum_value(self, call: Call) -> None:
        name = word(call.at(0)).lower()
        if call.name.startswith("rename"):
            old, new = call.options.get("from", call.at(1)), call.options.get("to", call.at(2))
            self.emit(Kind.RENAME_ENUM_VALUE, call, name=name, value=word(old), new_name=word(new))
            return
        position = next((side for side in ("before", "after") if call.has(side)), "")
        exists = call.options.get("if_not_exists") is True
        self.emit(Kind.ADD_ENUM_VALUE, call, name=name, value=word(call.at(1)), position=position, if_not_exists=exists)
