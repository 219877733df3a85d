import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from report_verdicts import HOSTILE

from app.readiness.reports.escape import fold
from app.readiness.reports.html import render_html
from app.readiness.verdict import Verdict

VOID = {"meta", "br", "link", "img", "input", "hr"}
OURS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "a",
    "header",
    "main",
    "section",
    "footer",
    "div",
    "span",
    "p",
}
OURS |= {"h1", "h2", "ul", "li", "dl", "dt", "dd", "code", "pre", "strong", "br", "details", "summary", "meter"}
OURS |= {"p", "table", "caption", "thead", "tbody", "tr", "th", "td"}


class Reader(HTMLParser):
    """Tags, attributes and text of a page; unbalanced tags are collected."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.unbalanced: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.unbalanced += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(params=["rich_verdict", "ready_verdict", "incomplete_verdict", "policy_verdict", "hostile_verdict"])
def page(request: pytest.FixtureRequest) -> str:
    return render_html(request.getfixturevalue(request.param))


def test_the_page_is_well_formed_and_made_of_our_own_tags(page: str) -> None:
    reader = Reader(page)
    assert page.startswith("<!doctype html>\n")
    assert reader.unbalanced == []
    assert {tag for tag, _ in reader.elements} <= OURS


def test_the_page_loads_and_runs_nothing(page: str) -> None:
    reader = Reader(page)
    names = {name for _, attributes in reader.elements for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in {"src", "style", "action", "srcset"}]
    assert {attributes["href"] for _, attributes in reader.elements if "href" in attributes} == {"#rules"}
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_the_policy_of_the_page_names_its_style_by_hash(page: str) -> None:
    policy = next(a["content"] for _, a in Reader(page).elements if a.get("http-equiv") == "Content-Security-Policy")
    style = page[page.index("<style>") + 7 : page.index("</style>")]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_the_page_reads_on_a_phone_and_in_the_dark(page: str) -> None:
    assert '<html lang="en">' in page
    assert 'content="width=device-width, initial-scale=1"' in page
    assert "prefers-color-scheme: dark" in page
    assert page.count("<h1>") == 1


def test_it_tells_what_the_verdict_holds(rich_verdict: Verdict) -> None:
    text = " ".join(Reader(render_html(rich_verdict)).text.split())
    for words in (
        "Not ready: 2 blocking, 1 new gap, 2 gaps already there (score 81 -> 78)",
        "Blocking (2)",
        "Index built without CONCURRENTLY.",
        "CREATE INDEX CONCURRENTLY i ON t (a);",
        "In commit abcdef012345 , no longer in the head.",
        "last known good one judged",
        "Accepted until the new store is in. Approved by ada, until 2027-03-01.",
        "Approved by grace (approval not verified)",
        "STATUS.md:20 Health endpoint: claimed implemented, found missing",
        "TODO.md:12 Scale by load",
        "above the 20 MB limit",
        "project 81.32 %",
        "Add graceful-shutdown to the service.",
    ):
        assert words in text.replace("abcdef012345, no", "abcdef012345 , no"), words
    assert "quiet-rule" not in text
    assert "A claim that holds" not in text


def test_incomplete_is_said_not_to_be_a_pass(incomplete_verdict: Verdict) -> None:
    page = render_html(incomplete_verdict)
    assert "This is not a pass" in page
    assert 'class="answer incomplete"' in page
    assert "The Dockerfile parser ran out of time." in page


def test_hostile_text_is_shown_as_text(hostile_verdict: Verdict) -> None:
    page = render_html(hostile_verdict)
    reader = Reader(page)
    assert fold(HOSTILE) in reader.text
    assert "49" not in reader.text
    assert not [c for c in page if not (c.isprintable() or c == "\n")]


def test_a_huge_verdict_is_a_page_too(huge_verdict: Verdict) -> None:
    assert Reader(render_html(huge_verdict)).unbalanced == []
