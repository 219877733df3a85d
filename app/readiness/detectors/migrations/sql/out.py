"""Where the readers of statements put the operations they find."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.readiness.detectors.migrations.model import Dialect, Kind, Op, Span, Transaction

NOWHERE = Span("", 1, 1)


@dataclass(slots=True)
class Out:
    """The operations of one text; `add` fills in what all those of one statement share, and options of its own."""

    dialect: Dialect
    path: str
    shared: Mapping[str, Any]
    ops: list[Op] = field(default_factory=list)
    number: int = 0
    text: str = ""
    options: tuple[str, ...] = ()
    span: Span = NOWHERE
    batch: int = 0
    transaction: Transaction = Transaction.IMPLICIT

    def add(self, kind: Kind, *, options: tuple[str, ...] = (), **fields: Any) -> None:
        self.ops.append(
            Op(
                kind,
                self.span,
                batch=self.batch,
                transaction=self.transaction,
                statement=self.number,
                text=self.text,
                options=(*self.options, *options),
                **self.shared,
                **fields,
            )
        )

    def unread(self, why: str, **fields: Any) -> None:
        self.add(Kind.DYNAMIC, note=why, resolved=False, **fields)
