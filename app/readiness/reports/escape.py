"""Makes text from a repository harmless where GitHub, a browser or a terminal shows it."""

import unicodedata
from functools import cache

import re2

# Zero width, no word character: GitHub's filters for mentions and references run over the rendered text,
# where a backslash or an entity is already gone, so only a character in between stops them.
BREAK = "\u200b"
_BREAK = BREAK.encode()
ELLIPSIS = "…"
LINE_LIMIT = 300
CODE_LIMIT = 4_000
PROSE_LIMIT = 1_000

_SURROGATE = "\ufffd"
_NO_XML = "\ufffe\uffff"
_ENTITIES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {mark: f"&#x{ord(mark):x};" for mark in "\\`*_[]|~#$^{}"}
)
# Over bytes: the bindings turn every offset of a match in a `str` from bytes into characters, which is quadratic.
_ACTING = re2.compile(rb"(?i)(#)[0-9]|(GH-)[0-9]|(:)/|((?:mailto|xmpp|javascript|vbscript|data):)|(www)\.")
_COMMIT = re2.compile(rb"\b[0-9A-Fa-f]{7,64}\b")
_BACKTICKS = re2.compile(rb"`+")
_LEADING_MARKS = frozenset("-+=/:")
_LEADING_NUMBER = re2.compile(r"^([0-9]{1,9})([.)])")


@cache
def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp"} or character in "\t\n\r\v\f\x85":
        return " "
    if category == "Cs":
        return _SURROGATE
    return "" if category in {"Cc", "Cf"} or character in _NO_XML else character


def _clean(text: str) -> str:
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def cap(text: str, limit: int) -> str:
    """At most `limit` characters, the last one an ellipsis when something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def fold(text: str, limit: int = LINE_LIMIT) -> str:
    """One printable line: controls, bidi marks and invisible characters gone, white space single, at most `limit` long.

    Nothing else is changed, so it is for terminals, XML and JSON, never for Markdown or HTML by itself.
    """
    return cap(" ".join(_clean(text[: 4 * limit]).split()), limit)


def fold_lines(text: str, limit: int = CODE_LIMIT) -> str:
    """`fold` for text whose line breaks and indents matter, such as a suggestion."""
    lines = cap(text, limit).expandtabs(4).splitlines()
    return "\n".join(_clean(line).rstrip() for line in lines).strip("\n")


def log_line(text: str, limit: int = LINE_LIMIT) -> str:
    """`fold` for a terminal or a build log, where a line must not be read as a command to the runner of a workflow."""
    line = fold(text, limit).replace("##[", f"##{BREAK}[")
    return f"{BREAK}{line}" if line.startswith("::") else line


def inert(text: str, limit: int = LINE_LIMIT) -> str:
    """One plain line in which GitHub finds no mention, reference, commit or address; for titles and annotations.

    It is not escaped for Markdown: where Markdown is read, call `escape_text`.
    """
    return _inert(fold(text, limit))


def _inert(line: str) -> str:
    written = line.replace("@", f"@{BREAK}").encode()
    return bytes(_COMMIT.sub(_cut, _ACTING.sub(_part, written))).decode()


def _part(match: "re2._Match[bytes]") -> bytes:
    """A break after the group that matched."""
    mark: bytes = next(group for group in match.groups() if group)
    return mark + _BREAK + bytes(match.group(0))[len(mark) :]


def _cut(match: "re2._Match[bytes]") -> bytes:
    """A run of hex digits cut into parts too short for GitHub to read as a commit."""
    digits: bytes = match.group(0)
    return _BREAK.join(digits[start : start + 6] for start in range(0, len(digits), 6))


def escape_text(text: str, limit: int = LINE_LIMIT) -> str:
    """Inline text that does nothing in GitHub's Markdown, in a table cell or in raw HTML such as `<summary>`.

    Entities are used instead of backslashes because raw HTML blocks do not know backslashes.
    The result may stand at the start of a line. It is not for attribute values: use `escape_html`.
    limit: characters of the original that are kept.
    """
    return _escape(fold(text, limit))


def escape_prose(text: str, limit: int = PROSE_LIMIT) -> str:
    """`escape_text` for sentences: text between two backticks becomes a code span; not for raw HTML or tables."""
    return "".join(code_span(part) if is_code else _escape(part) for is_code, part in prose_parts(text, limit))


def prose_parts(text: str, limit: int = PROSE_LIMIT) -> list[tuple[bool, str]]:
    """One folded line cut at its backticks, each part with whether it is code; whole where they do not pair."""
    line = fold(text, limit)
    parts = line.split("`")
    if len(parts) % 2 == 0 or "" in parts[1:-1]:
        return [(False, line)]
    return [(bool(number % 2), part) for number, part in enumerate(parts)]


def _escape(line: str) -> str:
    line = str(_inert(line)).translate(_ENTITIES)
    line = str(_LEADING_NUMBER.sub(r"\1&#x2e;", line)) if line[:1].isdigit() else line
    return f"&#x{ord(line[0]):x};{line[1:]}" if line[:1] in _LEADING_MARKS else line


def escape_html(text: str, limit: int = CODE_LIMIT) -> str:
    """Text for HTML, attribute values in double or single quotes included."""
    return fold_lines(text, limit).translate(_HTML)


_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def code_span(text: str, limit: int = LINE_LIMIT) -> str:
    """One line as a Markdown code span; no place for table cells, where a bar would end the cell."""
    line = fold(text, limit) or " "
    fence = _fence(line, 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def code_html(text: str, limit: int = LINE_LIMIT) -> str:
    """One line as code where Markdown is not read or a bar would end a cell: `<summary>` and tables."""
    return f"<code>{escape_text(text, limit)}</code>"


def code_block(text: str, limit: int = CODE_LIMIT) -> str:
    """Lines as a fenced block without a language, with no line break after the closing fence."""
    lines = fold_lines(text, limit)
    fence = _fence(lines, 3)
    return f"{fence}\n{lines}\n{fence}"


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in _BACKTICKS.findall(text.encode())), default=0)
    return "`" * max(least, longest + 1)
