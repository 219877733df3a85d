"""Markdown of strangers becomes harmless HTML that still reads well."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sandbox.markdown import render

ALLOWED_ATTRIBUTES = {"href", "rel", "open", "class"}


class Seen(HTMLParser):
    """Collects every tag and attribute, and checks that tags close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, str] = {}
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name: value or "" for name, value in attrs}
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_tables_details_and_code_are_kept() -> None:
    html = render(
        "<details><summary>More</summary>\n\n| a | b |\n|:-|-:|\n| 1 | `2` |\n\n</details>\n\n```py\nx < 1\n```\n"
    )
    assert "<details><summary>More</summary>" in html
    assert '<td class="left">1</td>' in html
    assert '<td class="right"><code>2</code></td>' in html
    assert "x &lt; 1" in html


def test_comments_vanish_and_pictures_become_words() -> None:
    assert "readygate:v1" not in render("<!-- readygate:v1 key=x -->\ntext")
    html = render("![a <b> badge](https://tracker.example/p.png)")
    assert "tracker.example" not in html
    assert "[picture: a &lt;b&gt; badge]" in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>after",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "[x](javascript:alert(1))",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='JaVaScRiPt:alert(1)'>x</a>",
        "<a href=' java\tscript:alert(1)'>x</a>",
        "<a href='//evil.example'>x</a>",
        "<a href='data:text/html,<script>1</script>'>x</a>",
        "<details ontoggle=alert(1) open>x",
        "<iframe src=//evil.example></iframe>",
        "<style>body{background:url(//evil.example)}</style>",
        "<form action=//evil.example><button>x</button></form>",
        "<p style='background:url(//evil.example)'>x</p>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "</div></main></body><h1>x</h1>",
        "<!--><img src=x onerror=alert(1)>-->",
        "`<script>alert(1)</script>`",
        "| <img src=x onerror=alert(1)> |\n|-|\n| </td></table><script>x</script> |",
    ],
)
def test_payloads_lose_their_sting(text: str) -> None:
    html = render(text)
    seen = Seen(html)
    assert seen.open == []
    assert not seen.tags & {
        "script",
        "img",
        "svg",
        "iframe",
        "style",
        "form",
        "button",
        "math",
        "main",
        "body",
        "input",
    }
    assert set(seen.attributes) <= ALLOWED_ATTRIBUTES
    assert seen.attributes.get("href", "#").startswith(("#", "http", "mailto:"))


def test_an_unclosed_tag_does_not_swallow_what_follows() -> None:
    assert render("<details><summary>x").endswith("</summary></details>")
    assert Seen(render("<b><i><table><tr><td>x")).open == []


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/\"'=`&;![]()|-\n abdeimnorstx:#jv"), max_size=80))
def test_no_text_brings_a_foreign_tag_or_attribute(text: str) -> None:
    seen = Seen(render(text))
    assert set(seen.attributes) <= ALLOWED_ATTRIBUTES
    assert seen.open == []
