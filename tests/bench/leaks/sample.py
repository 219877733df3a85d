"""One labelled file: what it is, and the lines on which its credentials stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

OPEN, CLOSE = "⟦", "⟧"
MARKED = re.compile(f"{OPEN}(.*?){CLOSE}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sample:
    """family, form and kind (of file) are the label; places are 1-based, inclusive lines, none where it is harmless.

    known_by_name: the file is nothing but a credential, which only its name tells.
    tier: `block` or `warn` where the documentation leaves no doubt, else `any`.
    """

    family: str
    form: str
    kind: str
    path: str
    text: str
    places: tuple[tuple[int, int], ...] = ()
    tier: str = "any"
    known_by_name: bool = False

    @property
    def label(self) -> str:
        return f"{self.family} / {self.form} / {self.kind}"


def marked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text without its marks, and the lines that they enclosed."""
    return text.replace(OPEN, "").replace(CLOSE, ""), tuple(_places(text))


def _places(text: str) -> Iterator[tuple[int, int]]:
    for match in MARKED.finditer(text):
        first = text.count("\n", 0, match.start()) + 1
        yield first, first + match[1].rstrip("\n").count("\n")
