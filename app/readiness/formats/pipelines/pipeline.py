"""One shape for the pipelines of every CI system: steps, jobs, triggers and includes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Location, Marked

PIECES = 5_000
SPENT = 1_000_000
TEXT = 8_000_000
DEPTH = 12
EVERY_PUSH: Mapping[str, Any] = {"push": {}, "pull_request": {}}
"""The events of systems that run for each push unless told otherwise, and of those that are told elsewhere."""


@dataclass(frozen=True, slots=True)
class Piece:
    """kind: step, job, trigger or include; value: its attributes; where it stands; words: what to call it by."""

    kind: str
    value: dict[str, Any]
    document: Marked
    location: Location
    words: str


@dataclass(slots=True)
class Pipeline:
    """What one file says; calls: the names of pipelines kept elsewhere that it runs; document: what is being read."""

    system: str
    document: Marked = field(default_factory=lambda: Marked({}))
    pieces: list[Piece] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    _spent: int = 0
    _text: int = 0

    @property
    def value(self) -> Any:
        """The whole of the document that is being read."""
        return self.document.value

    def read(self, documents: Iterable[Marked]) -> Iterator[Any]:
        """The values of documents, one after another; what is added in between stands in them."""
        for document in documents:
            self.document = document
            yield document.value

    def add(self, kind: str, value: Mapping[str, Any], location: Location, words: str) -> None:
        """One more piece; raises `Malformed` above 5,000. What is None is left out."""
        if len(self.pieces) >= PIECES:
            raise Malformed(f"more than {PIECES:,} steps and jobs")
        self.spend(len(value))
        kept = {"system": self.system, **{key: item for key, item in value.items() if item is not None}}
        self.pieces.append(Piece(kind, kept, self.document, location, words))

    def add_step(self, job: str, value: Mapping[str, Any], location: Location) -> None:
        """A step, called by its name, else by what it uses or by its first command."""
        words = value.get("name") or value.get("uses") or value.get("run") or job
        known = {"on": {}, "allow_failure": False, **value, "job": job}
        self.add("step", known, location, f"step {_first_line(words)}")

    def add_job(self, name: str, value: Mapping[str, Any], location: Location) -> None:
        known = {"on": {}, "allow_failure": False, **value, "id": name}
        self.add("job", known, location, f"job {name}")

    def add_triggers(self, events: Mapping[str, Any], location: Location) -> None:
        """One trigger an event; a list of settings, as that of `schedule`, is its `entries`."""
        for event, settings in events.items():
            extra = settings if isinstance(settings, Mapping) else {"entries": settings} if settings else {}
            place = (*location, event) if (*location, event) in self.document.marks else location
            self.add("trigger", {**extra, "event": event}, place, f"on {event}")

    def call(self, name: str) -> None:
        if name not in self.calls and len(self.calls) < PIECES:
            self.calls.append(name)

    def spend(self, values: int) -> None:
        """Counts values that are copied; raises `Malformed` when a file makes more than a million of them."""
        self._spent += values
        if self._spent > SPENT:
            raise Malformed(f"expands to more than {SPENT:,} values")

    def merged(self, *mappings: Any) -> dict[str, Any] | None:
        """Mappings laid over each other, None when there is nothing in them."""
        found: dict[str, Any] = {}
        for one in mappings:
            if isinstance(one, Mapping):
                self.spend(len(one))
                found.update(one)
        return found or None

    def commands(self, *values: Any) -> str | None:
        """Commands as one text, however deep they are listed; None when there are none."""
        lines: list[str] = []
        for value in values:
            for text in texts(value):
                self._text += len(text) + 1
                if self._text > TEXT:
                    raise Malformed(f"commands expand to more than {TEXT:,} characters")
                lines.append(text)
        return "\n".join(lines) or None


def _first_line(words: Any) -> str:
    lines = str(words)[:1_000].strip().splitlines()
    return lines[0] if lines else ""


def texts(value: Any, depth: int = 0) -> Iterator[str]:
    """The scalars of a value and of the lists in it, as texts."""
    if isinstance(value, list) and depth < DEPTH:
        for item in value:
            yield from texts(item, depth + 1)
    elif isinstance(value, str | int | float):
        yield str(value).lower() if isinstance(value, bool) else str(value)


def table(value: Any, *keys: str) -> Mapping[str, Any]:
    """The mapping below these keys, empty when there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def entries(value: Any, *keys: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The mappings inside the mapping below these keys."""
    for name, item in table(value, *keys).items():
        if isinstance(item, Mapping):
            yield name, item


def listed(value: Any) -> list[Any]:
    """A list as it is, anything else as the only member of one, nothing as an empty one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def is_true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.strip("${} ").lower() == "true")


def is_false(value: Any) -> bool:
    return value is False or (isinstance(value, str) and value.strip("${} ").lower() == "false")
