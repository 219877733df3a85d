"""Collects the operations of one migration while a framework's calls are read."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from app.readiness.detectors.migrations.frameworks.syntax.reading import Reader
from app.readiness.detectors.migrations.frameworks.syntax.values import HOLE, Call, Text, Value, flatten
from app.readiness.detectors.migrations.model import Dialect, Direction, Kind, Op, Phase, Span, Transaction
from app.readiness.detectors.migrations.sql.reading import read_sql
from app.readiness.formats.source import Source

TEXT = 200


class Place(Protocol):
    """Where something is written: 1-based lines, inclusive."""

    @property
    def line(self) -> int: ...

    @property
    def end_line(self) -> int: ...


class Lowering:
    """What is set here holds for the operations that follow: direction, transaction, phase, assured."""

    def __init__(self, source: Source, dialect: Dialect) -> None:
        self.source = source
        self.dialect = dialect
        self.direction = Direction.UP
        self.transaction = Transaction.IMPLICIT
        self.phase = Phase.PRE
        self.assured = ""
        self.ops: list[Op] = []
        self.statement = 0
        self.batch = 0

    def turn(self, direction: Direction) -> None:
        """What follows belongs to the way up or down, and commits apart from what came before."""
        self.direction = direction
        self.batch += 1

    def begin(self) -> None:
        """A new statement: what is emitted from here on is one statement of the database."""
        self.statement += 1
        if self.transaction is Transaction.NONE:
            self.batch += 1

    def emit(self, kind: Kind, place: Place, *, same: bool = False, **fields: Any) -> Op:
        """Adds an operation; same: it belongs to the statement of the one before."""
        if not same:
            self.begin()
        span = Span(self.source.path, max(place.line, 1), max(place.line, place.end_line, 1))
        unresolved = _is_unresolved(kind, fields)
        fields = {key: _plain(value) for key, value in fields.items()}
        if kind is Kind.MODIFY_COLUMN and "definition" in fields:
            fields["new_type"] = fields["definition"].type
        op = Op(
            kind, span, direction=self.direction, transaction=self.transaction, phase=self.phase,
            statement=self.statement,
            batch=self.batch, assured=self.assured, text=self._text(span), **fields,
        )  # fmt: skip
        self.ops.append(replace(op, resolved=False) if unresolved else op)
        return self.ops[-1]

    def walk(self, values: Iterable[Value]) -> None:
        """Reads the calls among statements, branches and loops opened."""
        for value in flatten(list(values)):
            if isinstance(value, list):
                self.walk(value)
            elif isinstance(value, Call):
                self.read(value)

    def read(self, call: Call) -> None:
        """What one call does; each framework has its own answer."""
        raise NotImplementedError

    def walk_ways(self, reader: Reader, up: str, down: str) -> bool:
        """Both functions of a migration; whether the way down does something or there was nothing to undo."""
        is_refused = False
        for direction, name in ((Direction.UP, up), (Direction.DOWN, down)):
            if name in reader.functions:
                self.turn(direction)
                found = tuple(flatten(reader.run(reader.functions[name].body)))
                is_refused = name == down and any(isinstance(value, Call) and value.name == "raise" for value in found)
                self.walk(found)
        directions = {op.direction for op in self.ops}
        return not is_refused and (Direction.DOWN in directions or Direction.UP not in directions)

    def code(self, call: Call) -> None:
        """A program over data; one operation says so, however many calls it has."""
        if not any(op.kind is Kind.CODE and op.direction is self.direction for op in self.ops):
            self.emit(Kind.CODE, call, name=call.name)

    def dynamic(self, place: Place, note: str) -> None:
        self.emit(Kind.DYNAMIC, place, resolved=False, note=note)

    def sql(self, text: Value, place: Call, *, note: str = "the SQL is put together when it runs") -> None:
        """Raw SQL, or several texts of it, through the SQL reader; its lines are kept within those of the call."""
        if isinstance(text, list) and text:
            for item in text:
                self.sql(item, place, note=note)
            return
        if not isinstance(text, str) or text.strip() == HOLE:
            self.dynamic(place, note)
            return
        if not text.strip():
            return
        first = text.line if isinstance(text, Text) and text.line else place.line
        self.begin()
        found = read_sql(
            str(text), self.dialect, self.source.path, first, direction=self.direction, transaction=self.transaction,
            phase=self.phase, first_statement=self.statement, first_batch=self.batch,
        )  # fmt: skip
        for op in found:
            self._take(op, place.end_line)

    def _take(self, op: Op, last: int) -> None:
        span = Span(op.span.path, min(op.span.start_line, last), min(max(op.span.end_line, op.span.start_line), last))
        names = (op.table, op.column, op.name, op.new_name)
        if any(HOLE in name for name in names):
            fields = ("table", "column", "name", "new_name")
            cleared: dict[str, Any] = {field: "" for field, name in zip(fields, names, strict=True) if HOLE in name}
            op = replace(op, resolved=False, **cleared)
        self.ops.append(replace(op, span=span, assured=self.assured))
        self.statement = max(self.statement, op.statement)
        self.batch = max(self.batch, op.batch)

    def _text(self, span: Span) -> str:
        lines = self.source.lines[span.start_line - 1 : min(span.end_line, span.start_line + 7)]
        return " ".join(" ".join(lines).split())[:TEXT]


_OF_COLUMNS = frozenset({
    Kind.ADD_COLUMN, Kind.DROP_COLUMN, Kind.RENAME_COLUMN, Kind.ALTER_TYPE, Kind.MODIFY_COLUMN, Kind.SET_NOT_NULL,
    Kind.DROP_NOT_NULL, Kind.SET_DEFAULT, Kind.DROP_DEFAULT,
})  # fmt: skip
_OF_TABLES = _OF_COLUMNS | {Kind.DROP_TABLE, Kind.RENAME_TABLE, Kind.TRUNCATE, Kind.CREATE_INDEX, Kind.ADD_CONSTRAINT}


def _is_unresolved(kind: Kind, fields: Mapping[str, Any]) -> bool:
    """Whether a name without which the operation says nothing is not known."""
    table, column = fields.get("table", ""), fields.get("column", "")
    if HOLE in table or HOLE in column:
        return True
    return (kind in _OF_TABLES and not table) or (kind in _OF_COLUMNS and not column)


def _plain(value: Any) -> Any:
    """Texts without their line, so that operations compare and travel as plain values."""
    if isinstance(value, str):
        return "" if value == HOLE else str(value)
    return value
