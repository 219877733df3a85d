"""What is wrong with a policy text, in words that say where and how to mend it."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.errors import Problem
from app.readiness.policy_shape import (
    PATTERN_BLANK,
    PATTERN_HEXADECIMAL,
    PATTERN_WORD,
    PRESETS,
    AttestationShape,
    DueDaysShape,
    IssuesShape,
    PolicyShape,
    PrioritiesShape,
    RuleShape,
    WaiverShape,
)
from app.readiness.policy_text import Place, PolicyText, Trail
from app.readiness.rule_names import nearest

MAX_PROBLEMS = 50
SHOWN = 60
"""Characters of a wrong value that a message repeats."""
NOT_YET = frozenset({("scopes",), ("locked",), ("plans",), ("define",)})
_SHAPES: Mapping[str, type[BaseModel]] = {
    "rules": RuleShape,
    "waivers": WaiverShape,
    "attestations": AttestationShape,
    "issues": IssuesShape,
    "priorities": PrioritiesShape,
}
_PATTERNS: Mapping[str, str] = {
    PATTERN_BLANK: "must not be blank",
    PATTERN_WORD: "must be one word",
    PATTERN_HEXADECIMAL: "must be 8 to 64 digits and letters from a to f",
}
_DEMANDS: Mapping[Trail, str] = {
    ("version",): "the only version is 1",
    ("extends",): f"only the built-in presets can be extended: {', '.join(PRESETS)}",
}


class Problems:
    """Collects the problems of one text; the first 50 are kept, which is more than anybody mends at once."""

    def __init__(self, path: str, text: PolicyText) -> None:
        self._path = path
        self._text = text
        self._found: list[Problem] = []

    @property
    def found(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._found, key=lambda problem: (problem.line, problem.column, problem.message)))

    @property
    def is_full(self) -> bool:
        return len(self._found) >= MAX_PROBLEMS

    def at_key(self, trail: Trail, message: str, mend: str = "") -> None:
        self._add(self._text.key_at(trail), message, mend)

    def at_value(self, trail: Trail, message: str, mend: str = "") -> None:
        self._add(self._text.value_at(trail), message, mend)

    def add_errors(self, error: ValidationError) -> None:
        """Every mistake in the shape that pydantic saw."""
        for details in error.errors(include_url=False)[:MAX_PROBLEMS]:
            self._add_error(details)

    def _add_error(self, details: ErrorDetails) -> None:
        trail: Trail = details["loc"]
        kind = details["type"]
        if details["input"] is None:
            return  # refused already, as a key without a value
        if kind == "extra_forbidden":
            self.at_key(trail, *_unknown_key(trail))
        elif kind == "missing":
            where = "the policy" if len(trail) == 1 else f"`{spelled(trail[:-1])}`"
            mend = "add `version: 1`" if trail == ("version",) else f"add `{trail[-1]}: …`"
            self.at_value(trail[:-1], f"`{trail[-1]}` is missing from {where}", mend)
        elif trail[-1:] == ("[key]",):
            self.at_key(trail[:-1], f"`{shown(trail[-2])}` is not a possible key: {_said(details)}")
        else:
            self.at_value(trail, f"`{spelled(trail)}` is `{shown(details['input'])}`: {_said(details)}", _mend(details))

    def _add(self, place: Place, message: str, mend: str) -> None:
        if not self.is_full:
            self._found.append(Problem(message, self._path, *place, mend))


def shown(value: Any) -> str:
    """A value of the text, short and on one line."""
    plain = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)[: 4 * SHOWN]
    text = " ".join(plain.split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def spelled(trail: Trail) -> str:
    """A trail as people write it: `waivers[0].expires`."""
    text = ""
    for part in trail:
        text += f"[{part}]" if isinstance(part, int) else f".{shown(part)}" if text else shown(part)
    return text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    close = nearest(word, known)
    return f"did you mean `{close}`?" if close else ""


def _unknown_key(trail: Trail) -> tuple[str, str]:
    key = str(trail[-1])
    if trail in NOT_YET or (trail[0] == "rules" and trail[2:] == ("promote",)):
        return f"`{key}` is not supported by this version", "remove it; nothing of it would take effect"
    known = _keys_of(trail[:-1])
    return f"unknown key `{shown(key)}`", did_you_mean(key, known) or f"known here: {', '.join(known)}"


def _keys_of(trail: Trail) -> list[str]:
    shape = _SHAPES[str(trail[0])] if trail else PolicyShape
    if trail[:2] == ("issues", "due-days"):
        shape = DueDaysShape
    names = [field.alias or name for name, field in shape.model_fields.items()]
    return [name for name in names if trail or name != "priorities"]


def _said(details: ErrorDetails) -> str:
    """Pydantic's sentence as a demand; ours where its words are about types rather than about policies."""
    kind = details["type"]
    if own := _DEMANDS.get(details["loc"]):
        return own
    if kind.startswith("date"):
        return "must be a date such as 2027-03-01"
    if kind == "string_pattern_mismatch":
        return _PATTERNS[details["ctx"]["pattern"]]
    message = details["msg"].removeprefix("Input ").removeprefix("String ").removeprefix("List ")
    return message.replace("should be an object", "must be a mapping of keys").replace("should ", "must ", 1)


def _mend(details: ErrorDetails) -> str:
    expected = str(details.get("ctx", {}).get("expected", ""))
    options = expected.replace(" or ", ", ").replace("'", "").split(", ")
    given = details["input"]
    return did_you_mean(given, options) if isinstance(given, str) and expected else ""
