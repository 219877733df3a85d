"""How a reader sees a report: Markdown rendered as GitHub does, and what in it would act."""

import re
from html.parser import HTMLParser

from markdown_it import MarkdownIt

# What GitHub's filters look for in the text it has already rendered.
ACTS = [
    re.compile(r"(?:^|\W)@[a-z0-9]", re.I),
    re.compile(r"#\d"),
    re.compile(r"\bgh-\d", re.I),
    re.compile(r"\w+://"),
    re.compile(r"\bwww\.", re.I),
    re.compile(r"\bmailto:\w", re.I),
    re.compile(r"[\w.+-]+@[\w-]+\.\w"),
    re.compile(r"\b[0-9a-f]{7,40}\b", re.I),
]


class Page(HTMLParser):
    """The tags of a rendered page and its text outside of code."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""
        self.code = ""
        self._depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._depth += tag == "code"

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == "code"

    def handle_comment(self, data: str) -> None:
        self.tags.append("!--")

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.code += data
        else:
            self.text += data


def rendered(markdown: str) -> Page:
    """As GitHub reads it: raw HTML, tables and strike-through on."""
    return Page(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))


def acting(text: str) -> list[str]:
    return [pattern.pattern for pattern in ACTS if pattern.search(text)]
