"""A file of SQL cut into what goes up and what goes down, with the transaction each part runs in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.readiness.detectors.migrations.model import Direction, Transaction


@dataclass(frozen=True, slots=True)
class Section:
    """text begins on first_line of the file, 1-based."""

    text: str
    first_line: int
    direction: Direction
    transaction: Transaction


_GOOSE = re.compile(r"^\s*--\s*\+goose\s+(Up|Down|NO\s+TRANSACTION)\b", re.IGNORECASE)
_DBMATE = re.compile(r"^\s*--\s*migrate:(up|down)\b(.*)$", re.IGNORECASE)
_MARKS = {"goose": _GOOSE, "dbmate": _DBMATE, "sql-migrate": re.compile(r"^\s*--\s*\+migrate\s+(Up|Down)\b(.*)$", re.I)}
_NOTHING = re.compile(r"transaction\s*:\s*false|notransaction", re.IGNORECASE)


def tool_of_marks(text: str) -> str:
    """The tool whose comments divide the text, or ""."""
    for line in text.splitlines():
        if line.lstrip().startswith("--"):
            for tool, mark in _MARKS.items():
                if mark.match(line):
                    return tool
    return ""


def cut(tool: str, text: str) -> Iterator[Section]:
    """The sections that the marks of the tool begin; what stands before the first one is nobody's."""
    mark = _MARKS[tool]
    lines = text.split("\n")
    outside = any(_no_transaction(tool, line) for line in lines)
    start, way, transaction = -1, Direction.UP, Transaction.IMPLICIT
    for number, line in enumerate([*lines, ""]):
        found = mark.match(line) if number < len(lines) else None
        is_turn = found is not None and found[1].lower() in ("up", "down")
        if (is_turn or number == len(lines)) and start >= 0:
            yield Section("\n".join(lines[start:number]), start + 1, way, transaction)
        if found is not None and is_turn:
            start = number
            way = Direction(found[1].lower())
            is_alone = outside or bool(tool != "goose" and _NOTHING.search(found[2]))
            transaction = Transaction.NONE if is_alone else Transaction.IMPLICIT


def _no_transaction(tool: str, line: str) -> bool:
    found = _GOOSE.match(line) if tool == "goose" else None
    return found is not None and found[1].upper().startswith("NO")
