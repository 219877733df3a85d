"""Reading a condition out of a rule text: every mistake is kept with its place, none stops the reading."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from app.readiness.formats.marked import Location
from app.readiness.globs import check_glob
from app.readiness.paths import Scope
from app.readiness.patterns import BadPattern, compile_pattern


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong at a location of the text."""

    location: Location
    message: str
    mend: str = ""


@dataclass(slots=True)
class Mistakes:
    """All that is wrong with one text; is_trusted: it was checked before it was shipped, so patterns are not tried."""

    is_trusted: bool = False
    found: list[Mistake] = field(default_factory=list)

    def add(self, location: Location, message: str, mend: str = "") -> None:
        self.found.append(Mistake(location, message, mend))


@dataclass(slots=True)
class Fields:
    """The keys of one mapping; whatever nobody asked for is a mistake when `finish` is called."""

    raw: Mapping[str, Any]
    location: Location
    mistakes: Mistakes
    asked: set[str] = field(default_factory=set)

    def has(self, key: str) -> bool:
        return key in self.raw

    def at(self, key: str) -> Location:
        return (*self.location, key)

    def take(self, key: str) -> Any:
        self.asked.add(key)
        return self.raw.get(key)

    def text(self, key: str, default: str = "") -> str:
        value = self.take(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.mistakes.add(self.at(key), f"'{key}' must be a text")
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts."""
        value = self.take(key)
        values = value if isinstance(value, list) else [] if value is None else [value]
        for index, item in enumerate(values):
            if not isinstance(item, str):
                self.mistakes.add((*self.at(key), index), f"'{key}' must hold texts", "quote it")
        return tuple(item for item in values if isinstance(item, str))

    def number(self, key: str, default: int | None = None) -> int | None:
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.mistakes.add(self.at(key), f"'{key}' must be a whole number, 0 or more")
            return default
        return value

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if value is not None and not isinstance(value, bool):
            self.mistakes.add(self.at(key), f"'{key}' must be true or false")
        return value is True

    def patterns(self, key: str) -> tuple[str, ...]:
        return self._checked(key, self.texts(key), compile_pattern, "regular expression")

    def globs(self, key: str) -> tuple[str, ...]:
        return self._checked(key, self.texts(key), check_glob, "path glob")

    def scope(self) -> Scope:
        value = self.text("scope", Scope.PRODUCT)
        if value not in set(Scope):
            self.mistakes.add(self.at("scope"), f"'{value}' is no scope", f"use one of {', '.join(Scope)}")
            return Scope.PRODUCT
        return Scope(value)

    def finish(self) -> None:
        for key in self.raw:
            if key not in self.asked:
                close = get_close_matches(key, self.asked, 1)
                mend = f"did you mean '{close[0]}'?" if close else f"known here: {', '.join(sorted(self.asked))}"
                self.mistakes.add(self.at(key), f"unknown key '{key}'", mend)

    def _checked(self, key: str, values: Sequence[str], check: Callable[[str], Any], what: str) -> tuple[str, ...]:
        if self.mistakes.is_trusted:
            return tuple(values)
        good = []
        for index, value in enumerate(values):
            try:
                check(value)
                good.append(value)
            except BadPattern as error:
                place = (*self.at(key), index) if isinstance(self.raw[key], list) else self.at(key)
                self.mistakes.add(place, f"bad {what}: {error}")
        return tuple(good)
