"""The languages of `code`: their file names and a snippet to compile rules against.

ast-grep ends the process with a panic for a language it does not know, so no other name ever reaches it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """extensions: lower case, without the dot; falls_back: the language whose rules apply where it has none."""

    extensions: tuple[str, ...]
    falls_back: str = ""


LANGUAGES: Mapping[str, Language] = {
    "python": Language(("py", "pyi")),
    "javascript": Language(("js", "mjs", "cjs", "jsx")),
    "typescript": Language(("ts", "mts", "cts")),
    "tsx": Language(("tsx",), "typescript"),
    "go": Language(("go",)),
    "java": Language(("java",)),
    "kotlin": Language(("kt", "kts")),
    "ruby": Language(("rb", "rake", "ru")),
    "rust": Language(("rs",)),
    "php": Language(("php",)),
    "csharp": Language(("cs",)),
    "swift": Language(("swift",)),
    "scala": Language(("scala",)),
    "c": Language(("c", "h")),
    "cpp": Language(("cc", "cpp", "cxx", "hpp", "hh")),
    "bash": Language(("sh", "bash")),
    "lua": Language(("lua",)),
    "elixir": Language(("ex", "exs")),
    "haskell": Language(("hs",)),
    "css": Language(("css",)),
    "html": Language(("html", "htm")),
    "hcl": Language(("tf", "hcl")),
    "nix": Language(("nix",)),
    "solidity": Language(("sol",)),
}
_BY_EXTENSION = {extension: name for name, language in LANGUAGES.items() for extension in language.extensions}


def language_of(path: str) -> str:
    """The language of a path by its extension, "" for none."""
    return _BY_EXTENSION.get(path.rpartition(".")[2].lower(), "")
