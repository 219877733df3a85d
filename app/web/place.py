"""Where the web part lives: what it asks of the process around it."""

from dataclasses import dataclass
from typing import Protocol

from app.settings import Settings
from app.store.fast_inbox import FastInbox


class Hinted(Protocol):
    """The part of a queue that the web half uses."""

    async def enqueue(self, kind: str, row_id: str) -> bool:
        """Hints that a row waits; False when the queue did not take it."""
        ...

    async def is_healthy(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Place:
    """queue is None where no worker would ever take a hint."""

    settings: Settings
    inbox: FastInbox
    queue: Hinted | None
