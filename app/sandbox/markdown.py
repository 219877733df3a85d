"""Markdown as GitHub shows it: tables and a few tags of HTML, everything else of HTML taken out."""

import re
from html import escape
from html.parser import HTMLParser

from markdown_it import MarkdownIt

_MOST = 70_000
_TAGS = frozenset(
    [
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_VOID = frozenset({"br", "hr"})
_SILENT = frozenset({"script", "style"})
_LINK = re.compile(r"(https?://|mailto:|/(?!/)|#)", re.IGNORECASE)
_ALIGN = re.compile(r"text-align:(left|right|center)")
_LANGUAGE = re.compile(r"language-[\w+-]{1,30}")

_markdown = MarkdownIt("gfm-like", {"html": True, "linkify": False}).disable("linkify")


def render(text: str) -> str:
    """Safe HTML of a Markdown text; what lies beyond GitHub's own size limits is cut off."""
    cleaner = _Cleaner()
    cleaner.feed(_markdown.render(text[:_MOST]))
    cleaner.close()
    return cleaner.html()


class _Cleaner(HTMLParser):
    """Writes HTML anew from a list of allowed tags, so nothing unknown can pass and every tag is closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._open: list[str] = []
        self._silent = 0

    def html(self) -> str:
        return "".join(self._out) + "".join(f"</{tag}>" for tag in reversed(self._open))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif not self._silent and tag == "img":
            self._image(dict(attrs))
        elif not self._silent and tag in _TAGS:
            self._out.append(f"<{tag}{_attributes(tag, dict(attrs))}>")
            if tag not in _VOID:
                self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and tag != "img":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif not self._silent and tag in self._open:
            while self._open:
                closed = self._open.pop()
                self._out.append(f"</{closed}>")
                if closed == tag:
                    return

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._out.append(escape(data))

    def _image(self, given: dict[str, str | None]) -> None:
        """Pictures would be fetched from other hosts: their text stands in for them."""
        self._out.append(f'<span class="picture">[picture: {escape(given.get("alt") or "no text")}]</span>')


def _attributes(tag: str, given: dict[str, str | None]) -> str:
    if tag == "a":
        target = given.get("href") or ""
        return f' href="{escape(target)}" rel="nofollow noopener noreferrer"' if _LINK.match(target) else ""
    if tag == "details":
        return " open" if "open" in given else ""
    if tag in ("td", "th"):
        aligned = _ALIGN.fullmatch(given.get("style") or "")
        return f' class="{aligned.group(1)}"' if aligned else ""
    if tag == "code":
        language = _LANGUAGE.fullmatch(given.get("class") or "")
        return f' class="{language.group()}"' if language else ""
    return ""
