"""A declared package."""

from dataclasses import dataclass

from app.readiness.patterns import compile_pattern

_VERSION = r"\d+(?:\.\d+){0,3}"


@dataclass(frozen=True, slots=True)
class Dependency:
    """ecosystem: npm, pypi, go, crates, maven, gem, composer, nuget or hex; version: what the manifest says, or "".

    needle: the text by which its line is found; line: 1-based, 0 when it is to be found by the needle.
    """

    ecosystem: str
    name: str
    version: str = ""
    line: int = 0
    is_development: bool = False

    @property
    def lowest(self) -> str:
        """The lowest version the declaration allows, such as `3.4.1` of `^3.4.1`; "" when it states none."""
        text = self.version.strip()[:100]
        if not text or text.startswith(("<", "!", "$")):
            return ""
        found = compile_pattern(_VERSION).search(text.encode(errors="replace"))
        return found.group(0).decode() if found else ""


def normalise(ecosystem: str, name: str) -> str:
    """Names as the ecosystem compares them; a Go module without its major version suffix."""
    name = name.strip().lower()
    if ecosystem == "pypi":
        return name.replace("_", "-").replace(".", "-")
    if ecosystem == "go":
        stem, _, last = name.rpartition("/")
        return stem if stem and last[:1] == "v" and last[1:].isdigit() else name
    return name
