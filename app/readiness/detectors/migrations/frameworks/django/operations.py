"""The operations of a Django migration, told by the end of their names: `RiskyAddField` is an `AddField`."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.readiness.detectors.migrations.frameworks.django.constraints import ConstraintOperations
from app.readiness.detectors.migrations.frameworks.django.fields import (
    column_of,
    has_column,
    is_join,
    is_kept,
    is_relation,
)
from app.readiness.detectors.migrations.frameworks.django.models import create_model, join_table
from app.readiness.detectors.migrations.frameworks.syntax.python import PythonReader
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Call,
    Name,
    Value,
    flatten,
    is_given,
    nested_calls,
    word,
)
from app.readiness.detectors.migrations.model import (
    DefaultKind,
    Dialect,
    Direction,
    Index,
    Kind,
)
from app.readiness.formats.source import Source


class DjangoLowering(ConstraintOperations):
    """state: whether what is read now changes only what Django knows; reader: knows the functions of the file."""

    def __init__(self, source: Source, dialect: Dialect, app: str, reader: PythonReader) -> None:
        super().__init__(source, dialect, app)
        self.reader = reader
        self.is_reversible = True
        self.state = False

    def take(self, operations: Sequence[Value]) -> None:
        for item in operations:
            if not isinstance(item, Call):
                self.dynamic(Call("", line=getattr(item, "line", 0) or 1), "an operation is computed")
                continue
            known = _known(item)
            read = OPERATIONS.get(known)
            if self.state:
                self.forget(item, known)
            elif read is None:
                self.dynamic(item, f"{item.name} is an operation of the project's own")
            else:
                read(self, item)

    def forget(self, call: Call, known: str) -> None:
        """What a state operation changes: nothing in the database."""
        is_model = known in ("CreateModel", "DeleteModel")
        model = call.at(0, "name") if is_model else call.at(0, "model_name")
        column = "" if is_model else word(call.at(1, "name", "old_name")).lower()
        self.emit(
            Kind.STATE, call, table=self.table(model), column=column, forget=known in ("RemoveField", "DeleteModel")
        )

    def separate(self, call: Call) -> None:
        for state, found in ((False, call.at(0, "database_operations")), (True, call.at(1, "state_operations"))):
            outer, self.state = self.state, self.state or state
            if isinstance(found, list):
                self.take(found)
            elif is_given(found) and found is not None and not state:
                self.dynamic(call, "the database operations are computed")
            self.state = outer

    def create_model(self, call: Call) -> None:
        create_model(self, call)

    def add_field(self, call: Call) -> None:
        model, name, field = word(call.at(0, "model_name")), word(call.at(1, "name")), call.at(2, "field")
        table = self.table(model)
        if not isinstance(field, Call):
            self.emit(
                Kind.ADD_COLUMN, call, table=table, column=name.lower(), resolved=False, note="the field is computed"
            )
            return
        if is_join(field):
            join_table(self, call, field, model, name)
            return
        if not has_column(field):
            self.emit(Kind.STATE, call, table=table, column=name.lower())
            return
        column = column_of(field, name, self.app, model, self.dialect, is_added=True)
        self.emit(Kind.ADD_COLUMN, call, table=table, column=column.name, definition=column)
        if column.default is not DefaultKind.NONE and not is_kept(field):
            self.emit(Kind.DROP_DEFAULT, call, table=table, column=column.name, options=("implied",))
        self.index_of(call, field, table, column.name, is_unique=column.is_unique)

    def index_of(self, call: Call, field: Call, table: str, column: str, *, is_unique: bool) -> None:
        """The index that a field asks for or, for a foreign key, comes with."""
        wants = field.options.get("db_index", is_relation(field))
        if wants is True and not is_unique and field.options.get("primary_key") is not True:
            self.emit(Kind.CREATE_INDEX, call, table=table, index=Index((column,)), options=("implied",))

    def alter_field(self, call: Call) -> None:
        model, name, field = word(call.at(0, "model_name")), word(call.at(1, "name")), call.at(2, "field")
        table = self.table(model)
        if not isinstance(field, Call):
            self.emit(
                Kind.MODIFY_COLUMN, call, table=table, column=name.lower(), resolved=False, note="the field is computed"
            )
        elif not has_column(field):
            self.emit(Kind.STATE, call, table=table, column=name.lower())
        else:
            column = column_of(field, name, self.app, model, self.dialect)
            options = ("indexed",) if field.options.get("db_index") is True else ()
            self.emit(Kind.MODIFY_COLUMN, call, table=table, column=column.name, definition=column, options=options)

    def remove_field(self, call: Call) -> None:
        self.emit(
            Kind.DROP_COLUMN, call, table=self.table(call.at(0, "model_name")), column=word(call.at(1, "name")).lower()
        )

    def rename_field(self, call: Call) -> None:
        old, new = word(call.at(1, "old_name")).lower(), word(call.at(2, "new_name")).lower()
        self.emit(Kind.RENAME_COLUMN, call, table=self.table(call.at(0, "model_name")), column=old, new_name=new)

    def delete_model(self, call: Call) -> None:
        self.emit(Kind.DROP_TABLE, call, table=self.table(call.at(0, "name")), cascade=True)

    def rename_model(self, call: Call) -> None:
        table, new = self.table(call.at(0, "old_name")), self.table(call.at(1, "new_name"))
        self.emit(Kind.RENAME_TABLE, call, table=table, new_name=new, object="model")

    def alter_table(self, call: Call) -> None:
        """Without a table the model gets back the one that is called after it."""
        table = self.table(call.at(0, "name"))
        new = word(call.at(1, "table")).strip('"').lower() or table
        kind = Kind.STATE if new == table and call.at(1, "table") is not None else Kind.RENAME_TABLE
        self.emit(kind, call, table=table, new_name=new, object="db_table")

    def run_sql(self, call: Call) -> None:
        self.sql(_statements(call.at(0, "sql")), call)
        reverse = call.at(1, "reverse_sql")
        if not is_given(reverse) or reverse is None:
            self.is_reversible = False
        elif not isinstance(reverse, Name):
            outer = self.direction
            self.turn(Direction.DOWN)
            self.sql(_statements(reverse), call)
            self.turn(outer)
        inner = call.at(2, "state_operations")
        if isinstance(inner, list):
            outer_state, self.state = self.state, True
            self.take(inner)
            self.state = outer_state

    def run_python(self, call: Call) -> None:
        code = call.at(0, "code")
        if isinstance(code, Name) and code.last == "noop":
            self.emit(Kind.OTHER, call)
        elif not self.run_function(word(code)):
            self.emit(Kind.CODE, call, name=word(code))
        reverse = call.at(1, "reverse_code")
        self.is_reversible = self.is_reversible and is_given(reverse) and reverse is not None

    def run_function(self, name: str) -> bool:
        """The SQL that a function of the file executes; whether there was any."""
        function = self.reader.functions.get(name)
        found = flatten(self.reader.run(function.body)) if function is not None else ()
        before = len(self.ops)
        for value in nested_calls(found):
            if value.name in ("execute", "executescript") and value.arguments:
                self.sql(value.arguments[0], value)
        return len(self.ops) > before

    def ordered(self, call: Call) -> None:
        """An order with respect to a model is a column of its own."""
        table = self.table(call.at(0, "name"))
        if call.at(1, "order_with_respect_to") is None:
            self.emit(Kind.DROP_COLUMN, call, table=table, column="_order")
            return
        field = Call("IntegerField", options={"default": 0})
        column = column_of(field, "_order", self.app, "", self.dialect, is_added=True)
        self.emit(Kind.ADD_COLUMN, call, table=table, column="_order", definition=column)
        self.emit(Kind.DROP_DEFAULT, call, table=table, column="_order", options=("implied",))

    def object_of(self, call: Call) -> None:
        kind = Kind.DROP_OBJECT if call.name.startswith("Remove") else Kind.CREATE_OBJECT
        what = "collation" if call.name.endswith("Collation") else "extension"
        name = word(call.at(0, "name")).lower() or call.name.removesuffix("Extension").lower()
        self.emit(kind, call, object=what, name=name, if_not_exists=True)

    def options_of(self, call: Call) -> None:
        self.emit(Kind.STATE, call, table=self.table(call.at(0, "name", "model_name")))


def _statements(value: Value) -> Value:
    """The texts of `RunSQL`: one, or a list of texts and of pairs of text and parameters."""
    if isinstance(value, list):
        return [item[0] if isinstance(item, list) and item else item for item in value]
    return value


OPERATIONS: Mapping[str, Callable[[Any, Call], None]] = {
    "SeparateDatabaseAndState": DjangoLowering.separate, "CreateModel": DjangoLowering.create_model,
    "DeleteModel": DjangoLowering.delete_model, "RenameModel": DjangoLowering.rename_model,
    "AlterModelTable": DjangoLowering.alter_table, "AlterModelTableComment": DjangoLowering.options_of,
    "AlterModelOptions": DjangoLowering.options_of, "AlterModelManagers": DjangoLowering.options_of,
    "AlterOrderWithRespectTo": DjangoLowering.ordered, "AddField": DjangoLowering.add_field,
    "AlterField": DjangoLowering.alter_field, "RemoveField": DjangoLowering.remove_field,
    "RenameField": DjangoLowering.rename_field, "AlterUniqueTogether": DjangoLowering.together,
    "AlterIndexTogether": DjangoLowering.together, "AddIndex": DjangoLowering.add_index,
    "AddIndexConcurrently": DjangoLowering.add_index, "RemoveIndex": DjangoLowering.remove_index,
    "RemoveIndexConcurrently": DjangoLowering.remove_index, "RenameIndex": DjangoLowering.rename_index,
    "AddConstraint": DjangoLowering.add_constraint, "AddConstraintNotValid": DjangoLowering.add_constraint,
    "AlterConstraint": DjangoLowering.options_of, "RemoveConstraint": DjangoLowering.remove_constraint,
    "ValidateConstraint": DjangoLowering.validate, "RunSQL": DjangoLowering.run_sql,
    "RunPython": DjangoLowering.run_python,
    "Extension": DjangoLowering.object_of, "CreateCollation": DjangoLowering.object_of,
    "RemoveCollation": DjangoLowering.object_of,
}  # fmt: skip


def _known(call: Call) -> str:
    return max((name for name in OPERATIONS if call.name.endswith(name)), key=len, default="")
