"""A document's headings, steps and words, read from Markdown exactly and from other markup leniently."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source
from app.readiness.lazy import lazily
from app.readiness.patterns import compile_pattern, matches

if TYPE_CHECKING:
    import markdown_it
    from markdown_it.token import Token
else:
    markdown_it = lazily("markdown_it")

LINES = 40_000
LINE = 20_000
_SHELL = ("sh", "bash", "shell", "console", "zsh", "shell-session", "powershell", "sql", "terminal")
_NUMBERED = r"^(?i:step\s*)?\d+\s*[.:)–-]"
_UNDERLINE = r"^([=\-~^\"'#*+]{3,})\s*$"
_ADOC_HEADING = r"^(={1,6})\s+(\S.*)$"
_OTHER_STEP = r"^\s*(?:\d+|#)[.)]\s+\S|^\.{1,3}\s+\S"
_OTHER_SHELL = r"^\s*(?:\.\. code(?:-block)?::|\[source,)\s*(?:sh|bash|shell|console)"
_WORD = r"[\pL\pN][\pL\pN'’.-]*"


@dataclass(frozen=True, slots=True)
class Heading:
    """level 1 to 6; lines are 1-based, `end` is the last line of the section below it."""

    level: int
    text: str
    line: int
    end: int


@dataclass(frozen=True, slots=True)
class Prose:
    """A document: its title and where it stands, headings, and the lines where a step begins."""

    title: str
    title_line: int
    headings: tuple[Heading, ...]
    steps: tuple[int, ...]
    lines: tuple[str, ...]

    def text(self, first: int, last: int) -> str:
        return "\n".join(self.lines[first - 1 : last])


def read_prose(source: Source) -> Prose:
    """Markdown by its tokens, reStructuredText, AsciiDoc and text by their lines; raises `Malformed`."""
    lines = source.lines
    if len(lines) > LINES or max(map(len, lines)) > LINE:
        raise Malformed(f"more than {LINES} lines or a line longer than {LINE} characters")
    body, stated = _front_matter(lines)
    if source.path.lower().endswith((".md", ".markdown", ".mdx")):
        raw, steps = _markdown(body)
    else:
        raw, steps = _plain(body)
    headings = tuple(sorted(_sections(raw, len(lines)), key=lambda heading: heading.line))
    numbered = [heading.line for heading in headings if matches(_NUMBERED, heading.text)]
    title, line = (stated, 1) if stated else _title(headings, source.path)
    return Prose(title, line, headings, tuple(sorted({*steps, *numbered})), tuple(lines))


def _title(headings: Sequence[Heading], path: str) -> tuple[str, int]:
    """The first heading, or the file's name where there is none."""
    if headings:
        return headings[0].text, headings[0].line
    return path.rpartition("/")[2].rpartition(".")[0].replace("-", " ").replace("_", " "), 1


def _front_matter(lines: Sequence[str]) -> tuple[list[str], str]:
    """The lines with the front matter blanked out, and the title it states."""
    if not lines or lines[0].strip() != "---":
        return list(lines), ""
    end = next((at for at in range(1, min(len(lines), 100)) if lines[at].strip() == "---"), 0)
    stated = [line[6:].strip().strip("\"'") for line in lines[1:end] if line.lower().startswith("title:")]
    return [""] * (end + 1) + list(lines[end + 1 :]), stated[0] if stated else ""


def _markdown(lines: Sequence[str]) -> tuple[list[tuple[int, str, int]], list[int]]:
    """(level, text, line) of headings, and the lines of ordered items and shell blocks."""
    tokens = _parser().parse("\n".join(lines))
    headings, steps, lists = [], [], []
    for index, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else 1
        if token.type in ("ordered_list_open", "bullet_list_open"):
            lists.append(token.type == "ordered_list_open")
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif (token.type == "list_item_open" and lists and lists[-1]) or (token.type == "fence" and _is_shell(token)):
            steps.append(line)
        elif token.type == "heading_open":
            headings.append((int(token.tag[1]), tokens[index + 1].content.strip(), line))
    return headings, steps


@cache
def _parser() -> "markdown_it.MarkdownIt":
    return markdown_it.MarkdownIt("commonmark").disable(["inline"])


def _is_shell(token: "Token") -> bool:
    return token.info.strip().lower().split(" ")[0].split("{")[0] in _SHELL


def _plain(lines: Sequence[str]) -> tuple[list[tuple[int, str, int]], list[int]]:
    headings: list[tuple[int, str, int]] = []
    characters: list[str] = []
    for number, line in enumerate(lines, 1):
        found = compile_pattern(_ADOC_HEADING).match(line.encode(errors="replace"))
        above = lines[number - 2].strip() if number > 1 else ""
        if found:
            headings.append((len(found.group(1)), found.group(2).decode(errors="replace"), number))
        elif above and matches(_UNDERLINE, line) and len(line.strip()) >= len(above) - 2:
            if line[0] not in characters:
                characters.append(line[0])
            headings.append((characters.index(line[0]) + 1, above, number - 1))
    steps = [n for n, line in enumerate(lines, 1) if matches(_OTHER_STEP, line) or matches(_OTHER_SHELL, line)]
    return headings, steps


def _sections(raw: Sequence[tuple[int, str, int]], last: int) -> Iterator[Heading]:
    """Each heading with the last line before the next one that is not below it."""
    open_headings: list[tuple[int, str, int]] = []
    for level, text, line in raw:
        while open_headings and open_headings[-1][0] >= level:
            yield Heading(*open_headings.pop(), line - 1)
        open_headings.append((level, text, line))
    for level, text, line in open_headings:
        yield Heading(level, text, line, last)


def count_words(text: str) -> int:
    return sum(1 for _ in compile_pattern(_WORD).finditer(text.encode(errors="replace")))
