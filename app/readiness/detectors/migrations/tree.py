"""The files of one commit as the detector reads them: texts by path, each once."""

from dataclasses import dataclass, field

from app.errors import Unreadable
from app.readiness.detectors.migrations.places import LARGEST, may_hold_migrations
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
        """The bytes of a file that has to be judged; None for one that is not there or cannot be had."""
        found = self._read(path)
        if found is None and self.holds(path):
            self.unread.append(path)
        return found

    def text(self, path: str) -> str:
        """What another file says by the way; "" where it cannot be had."""
        return (self._read(path) or b"").decode("utf-8", "replace")

    def _read(self, path: str) -> bytes | None:
        if path in self._kept or not self.holds(path):
            return self._kept.get(path)
        entry = self.snapshot.entries[path]
        try:
            self._kept[path] = b" " * (LARGEST + 1) if entry.size > LARGEST else self.snapshot.read(entry.blob)
        except Unreadable:
            return None
        return self._kept[path]
