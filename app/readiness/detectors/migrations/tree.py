"""The files of one commit as the detector reads them: texts by path, each once."""

from dataclasses import dataclass, field

from app.errors import Unreadable
from app.readiness.detectors.migrations.reading import LARGEST, may_hold_migrations
from app.readiness.snapshot import Snapshot


@dataclass(slots=True)
class Tree:
    """Reads a snapshot; a file that cannot be read is noted in `unread`, and is "" to those who ask for it."""

    snapshot: Snapshot
    unread: list[str] = field(default_factory=list)
    _kept: dict[str, bytes] = field(default_factory=dict)

    def candidates(self) -> list[str]:
        """Paths that may hold migrations, in order."""
        entries = self.snapshot.entries
        return [path for path, entry in entries.items() if entry.kind.is_readable and may_hold_migrations(path)]

    def holds(self, path: str) -> bool:
        entry = self.snapshot.entries.get(path)
        return entry is not None and entry.kind.is_readable

    def content(self, path: str) -> bytes | None:
        """The bytes; None for a file that is not there or cannot be had."""
        if path not in self._kept:
            entry = self.snapshot.entries.get(path)
            if entry is None or not entry.kind.is_readable:
                return None
            if entry.size > LARGEST:
                return b" " * (LARGEST + 1)
            try:
                self._kept[path] = self.snapshot.read(entry.blob)
            except Unreadable:
                self.unread.append(path)
                return None
        return self._kept[path]

    def text(self, path: str) -> str:
        return (self.content(path) or b"").decode("utf-8", "replace")
