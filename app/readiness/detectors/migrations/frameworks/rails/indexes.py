"""What Active Record's methods do to indexes, and to references, which come with one."""

from typing import Any

from app.readiness.detectors.migrations.frameworks.inflection import plural
from app.readiness.detectors.migrations.frameworks.rails.columns import (
    INDEXED_REFERENCES,
    index_of,
    is_concurrent,
    reference_columns,
    reference_key,
    table_of,
)
from app.readiness.detectors.migrations.frameworks.rails.operations import TableOperations
from app.readiness.detectors.migrations.frameworks.syntax.values import (
    Call,
    Computed,
    word,
    words,
)
from app.readiness.detectors.migrations.model import Index, Kind


class IndexOperations(TableOperations):
    """Indexes and references."""

    def add_reference(self, call: Call) -> None:
        """The column, its index unless `index: false`, and the foreign key that is asked for."""
        table = table_of(call.at(0))
        for given in call.arguments[1:]:
            if not isinstance(given, dict):
                self._reference(call, table, word(given).lower())

    def _reference(self, call: Call, table: str, name: str) -> None:
        columns = reference_columns(name, call.options, self.dialect, self.version)
        for column in columns:
            self.new_column(call, table, column)
        wanted = call.options.get("index", self.version >= INDEXED_REFERENCES)
        if wanted is not False and wanted is not None:
            inner = wanted if isinstance(wanted, dict) else {}
            self.new_index(call, table, index_of([column.name for column in columns], inner), wanted)
        key = reference_key(name, call.options)
        if key is not None:
            self.emit(Kind.ADD_CONSTRAINT, call, table=table, constraint=key, options=("implied",))
        elif isinstance(call.options.get("foreign_key"), Computed):
            self.dynamic(call, f"whether {plural(name)} is referred to is computed")

    def remove_reference(self, call: Call) -> None:
        for given in call.arguments[1:]:
            if isinstance(given, dict):
                continue
            name = word(given).lower()
            both = [f"{name}_id", f"{name}_type"] if call.options.get("polymorphic") else [f"{name}_id"]
            self.drop(call, both)

    def add_index(self, call: Call) -> None:
        index = index_of(call.at(1), call.options)
        self.emit(
            Kind.CREATE_INDEX, call, table=table_of(call.at(0)), name=word(call.options.get("name")).lower(),
            index=index,
            concurrent=is_concurrent(call.options), if_not_exists=call.options.get("if_not_exists") is True,
        )  # fmt: skip

    def remove_index(self, call: Call) -> None:
        table = table_of(call.at(0))
        columns = call.options.get("column", call.at(1))
        names = () if isinstance(columns, dict) else words(columns)
        name = word(call.options.get("name")).lower() or (f"index_{table}_on_{'_and_'.join(names)}" if names else "")
        fields: dict[str, Any] = {"index": Index(tuple(item.lower() for item in names))} if names else {}
        self.emit(
            Kind.DROP_INDEX, call, table=table, name=name, concurrent=is_concurrent(call.options),
            if_exists=call.options.get("if_exists") is True, **fields,
        )  # fmt: skip
        self.is_reversible = self.is_reversible and bool(names)

    def rename_index(self, call: Call) -> None:
        old, new = word(call.at(1)).lower(), word(call.at(2)).lower()
        self.emit(Kind.RENAME_INDEX, call, table=table_of(call.at(0)), name=old, new_name=new)
