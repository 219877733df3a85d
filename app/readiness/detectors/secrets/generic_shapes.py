"""The forms in which credentials of no certain provider are written, read from shapes.yml beside this module."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256

import re2
import yaml
from pydantic import BaseModel, ConfigDict

from app.readiness.detectors.secrets.pack import FOLDER, Kind, latin1

FILE = FOLDER / "shapes.yml"
KINDS: Mapping[str, Kind] = {
    "basic-authorization": Kind(
        "User name with its password", "Change the password of that user; then keep the new one outside the repository"
    ),
    "bearer-token": Kind(
        "Token of an Authorization header",
        "Revoke it where it was issued; then keep the new one outside the repository",
    ),
    "database-url": Kind(
        "Database address with a password",
        "Change the password of that database user; then keep the new one outside the repository",
    ),
    "json-web-token": Kind(
        "JSON web token",
        "End the session or rotate the signing key; then keep the new one outside the repository",
    ),
    "key-store": Kind("Key store", "Revoke what its private keys open; then keep the new one outside the repository"),
    "secret-assignment": Kind(
        "Value assigned to a name that says secret",
        "Change it where it was issued; then keep the new one outside the repository",
    ),
    "url-with-password": Kind(
        "Address with a password", "Change the password of that user; then keep the new one outside the repository"
    ),
}
"""What is said about each kind that names no provider."""


class ShapeText(BaseModel):
    """One form as the file writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: str
    test: str
    gate: str
    value: str
    regex: str
    behind: int = 16
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class GenericShape:
    """One form, ready to look for."""

    text: ShapeText

    @cached_property
    def regex(self) -> "re2._Regexp[bytes]":
        """Compiled when it is first looked for."""
        return re2.compile(self.text.regex.encode(), latin1())

    @property
    def gate(self) -> bytes:
        return b"(?i)" + self.text.gate.encode()

    def is_for(self, file_class: str) -> bool:
        return file_class in self.text.classes if self.text.classes else file_class != "lock"


@cache
def shapes_digest() -> str:
    """Changes with every byte of the file."""
    return sha256(FILE.read_bytes()).hexdigest()[:8]


@cache
def load_shapes() -> tuple[GenericShape, ...]:
    """All forms in the order of the file, read once a process."""
    return tuple(GenericShape(ShapeText.model_validate(row)) for row in yaml.load(FILE.read_bytes(), yaml.CSafeLoader))
