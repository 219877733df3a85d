"""The pack: every secret format we know, read from the data files beside this module."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, Self

import re2
import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.readiness.detectors.secrets.frames import alone, beside_name
from app.readiness.status import Severity

FOLDER = Path(__file__).parent


class PatternText(BaseModel):
    """One format as its data file writes it; before and after are bytes around a literal that RE2 looks at.

    It is a whole `regex` with a group called secret, a `format` that nothing longer surrounds, or a `value` of a plain
    shape that counts only beside one of its `names`. No recipe of `negatives` may be found.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=lambda name: name.replace("_", "-"))

    id: str
    provider: str
    title: str
    regex: str = ""
    format: str = ""
    names: str = ""
    value: str = ""
    literals: tuple[str, ...] = Field(min_length=1)
    ignore_case: bool = False
    before: int = Field(default=4, ge=0, le=1024)
    after: int = Field(default=512, ge=16, le=16_384)
    entropy: float = Field(ge=0, le=8)
    tier: Literal["block", "warn"]
    revoke: str
    forge: str
    negatives: tuple[str, ...] = ()
    family: str = ""
    checksum: str | None = None
    shape: str | None = None
    classes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_one_form(self) -> Self:
        if sum(map(bool, (self.regex, self.format, self.names))) != 1 or bool(self.names) != bool(self.value):
            raise ValueError("write one of regex, format, and names with value")
        return self

    @property
    def expression(self) -> str:
        """What RE2 looks for, with the value in a group called secret."""
        return self.regex or (alone(self.format) if self.format else beside_name(self.names, self.value))


class FileNameText(BaseModel):
    """Files that should never be committed, by glob over the base name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    tier: Literal["block", "warn"]
    names: tuple[str, ...] = Field(min_length=1)
    advice: str


@dataclass(frozen=True, eq=False)
class Pattern:
    """One format, ready to scan; its literals are in lower case where it ignores case."""

    text: PatternText
    literals: tuple[bytes, ...]
    severity: Severity

    @cached_property
    def regex(self) -> "re2._Regexp[bytes]":
        """Compiled when it is first looked for, for most never are."""
        return re2.compile(self.text.expression.encode(), latin1())

    @cached_property
    def group(self) -> int:
        """The number of the group that holds the value."""
        return int(self.regex.groupindex[b"secret"])

    @property
    def id(self) -> str:
        return self.text.id

    @property
    def family(self) -> str:
        return self.text.family or self.text.id

    def is_for(self, file_class: str) -> bool:
        """Lock files hold hashes beside names of all kinds, so that a name beside a value says nothing there."""
        if self.text.names and file_class == "lock":
            return False
        return not self.text.classes or file_class in self.text.classes


@dataclass(frozen=True, slots=True)
class Kind:
    """What a finding needs to say about one kind of hit; action is an imperative without a full stop."""

    title: str
    action: str


@dataclass(frozen=True, slots=True)
class Pack:
    """All formats in the order of their files."""

    patterns: tuple[Pattern, ...]
    file_names: tuple[FileNameText, ...]
    kinds: Mapping[str, Kind]


@cache
def pack_digest() -> str:
    """Changes with every byte of the pack."""
    return sha256(b"\0".join(_contents())).hexdigest()[:16]


@cache
def _contents() -> tuple[bytes, ...]:
    files = [*sorted((FOLDER / "pack").glob("*.yml")), FOLDER / "file_names.yml"]
    return tuple(file.read_bytes() for file in files)


@cache
def load_pack() -> Pack:
    """The pack of this installation, read once a process; raises pydantic's `ValidationError` on a faulty file."""
    contents = _contents()
    rows = [row for content in contents[:-1] for row in yaml.load(content, yaml.CSafeLoader)]
    patterns = tuple(_pattern(row) for row in rows)
    names = tuple(FileNameText.model_validate(row) for row in yaml.load(contents[-1], yaml.CSafeLoader))
    kinds = {pattern.id: Kind(pattern.text.title, _action(pattern.text)) for pattern in patterns}
    kinds |= {name.id: Kind(name.title, f"{name.advice[0].upper()}{name.advice[1:]}") for name in names}
    if len(kinds) != len(patterns) + len(names):
        raise ValueError("two entries of the secrets pack have the same id")
    return Pack(patterns, names, kinds)


def latin1() -> "re2.Options":
    """Options for patterns over bytes of any encoding."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    return options


def _pattern(row: dict[str, Any]) -> Pattern:
    text = PatternText.model_validate(row)
    if "(?P<secret>" not in text.expression:
        raise ValueError(f"{text.id}: the regex has no group named secret")
    literals = tuple(literal.lower().encode() if text.ignore_case else literal.encode() for literal in text.literals)
    severity = Severity.ERROR if text.tier == "block" else Severity.WARNING
    return Pattern(text, literals, severity)


def _action(text: PatternText) -> str:
    return f"{text.revoke[0].upper()}{text.revoke[1:]}; then keep the new value outside the repository"
