"""Secrets planted wherever the program looks, and the search for one that came out."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from app.readiness.detectors.secrets.forge import forge
from app.readiness.detectors.secrets.pack import load_pack


@dataclass
class Canaries:
    """What was planted, by place; kinds take turns, and those are left out whose tokens are no file name."""

    planted: dict[str, str] = field(default_factory=dict)
    kinds: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        whole = [pattern.id for pattern in load_pack().patterns if pattern.text.tier == "block"]
        self.kinds = cycle(kind for kind in whole if forge(kind, "x").replace("_", "").replace("-", "").isalnum())

    def plant(self, place: str, most: int = 1_000) -> str:
        """most: how long it may be."""
        self.planted[place] = next(token for kind in self.kinds if len(token := forge(kind, place)) <= most)
        return self.planted[place]

    def escaped_in(self, shown: bytes) -> list[str]:
        return [place for place, token in self.planted.items() if token.encode() in shown]

    def escaped_into(self, folder: Path, *, besides: str = "") -> list[str]:
        """File and place of each that is in a file below the folder, but below a folder called `besides`."""
        files = [file for file in sorted(folder.rglob("*")) if file.is_file() and besides not in file.parts]
        assert files
        return [f"{file.name}: {place}" for file in files for place in self.escaped_in(_opened(file))]


def _opened(file: Path) -> bytes:
    """What a file says; the scan cache keeps whole trees compressed."""
    content = file.read_bytes()
    if not content.startswith(b"SQLite") or not file.name.startswith("scan"):
        return content
    with closing(sqlite3.connect(file)) as database:
        trees = [zlib.decompress(row[0]) for row in database.execute("SELECT value FROM tree")]
    return b"\n".join([content, *trees])
