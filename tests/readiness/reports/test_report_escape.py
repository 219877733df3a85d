from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_pages import Page, acting, rendered

from app.readiness.reports.escape import (
    code_block,
    code_html,
    code_span,
    escape_html,
    escape_prose,
    escape_text,
    fold,
    fold_lines,
    inert,
    log_line,
)

PAYLOADS = [
    "@octocat",
    "@org/team please look",
    "fixes #12",
    "closes GH-1",
    "Resolves acme/shop#7",
    "fixes https://github.com/acme/shop/issues/1",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<!-- readygate:rule -->",
    "</summary></details><b>out</b>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/p.png)",
    "[x]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example/a",
    "HTTP://EVIL.EXAMPLE",
    "www.evil.example",
    "_http://evil.example",
    "1https://evil.example",
    "éwww.evil.example xGH-1 é#1",
    "data:x javascript://x",
    "a@evil.example",
    "mailto:a@evil.example",
    "ftp://evil.example",
    "```",
    "`` ` ``",
    "~~~",
    "# heading",
    "## heading",
    "- item",
    "+ item",
    "* item",
    "- [ ] task",
    "1. item",
    "12) item",
    "> quote",
    "---",
    "===",
    "***bold***",
    "__bold__",
    "~~gone~~",
    "a | b",
    "| --- | --- |",
    "$x$ and $`y`$",
    "[^1]",
    "    indented code",
    "line\n\n# heading",
    "line\r\n- item",
    "&lt;b&gt;",
    "&#64;octocat",
    "\\@octocat \\#1",
    "0123456789abcdef0123456789abcdef01234567",
    "acme/shop@0123456",
    "/close",
    "\u202etxt.exe",
    "\x1b[31mred",
    "zero\u200bwidth @\u2060octocat",
    "lone \ud800 surrogate",
    "nul \x00 \ufffe",
]


def test_payloads_act_when_they_are_not_escaped() -> None:
    """The detector of this test file sees what it has to see."""
    assert "img" in rendered("<img src=x onerror=alert(1)>").tags
    assert "a" in rendered("[x](https://evil.example)").tags
    for payload in ("@octocat", "fixes #12", "GH-1", "https://evil.example", "www.evil.example", "a@evil.example"):
        assert acting(payload), payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_has_no_effect_in_a_paragraph(payload: str) -> None:
    page = rendered(escape_text(payload))
    assert page.tags == ["p"]
    assert acting(page.text) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_has_no_effect_after_a_bullet_in_a_table_and_in_a_summary(payload: str) -> None:
    text = escape_text(payload)
    assert rendered(f"- {text}").tags == ["ul", "li"]
    table = rendered(f"| a | b |\n|---|---|\n| {text} | x |")
    assert table.tags.count("td") == 2
    assert table.text.split()[-1] == "x"
    assert set(table.tags) == {"table", "thead", "tbody", "tr", "th", "td"}
    summary = rendered(f"<details><summary>{text}</summary>\n\nbody\n\n</details>")
    assert summary.tags == ["details", "summary", "p"]
    assert acting(summary.text) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_code_stays_code(payload: str) -> None:
    page = rendered(f"see {code_span(payload)} there")
    assert page.tags == ["p", "code"]
    assert page.text.split() == ["see", "there"]
    page = rendered(f"| a | b |\n|---|---|\n| {code_html(payload)} | x |")
    assert page.tags.count("td") == 2
    assert page.tags.count("code") == 1


@pytest.mark.parametrize("payload", [*PAYLOADS, "a\n```\n# out\n```", "````\nx", "~~~\n```"])
def test_a_block_keeps_its_lines_inside(payload: str) -> None:
    page = rendered(f"before\n\n{code_block(payload)}\n\nafter")
    assert [tag for tag in page.tags if tag != "p"] == ["pre", "code"]
    assert page.text.split() == ["before", "after"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_is_text_in_elements_and_attributes(payload: str) -> None:
    page = Page(f"<p title=\"{escape_html(payload)}\" lang='{escape_html(payload)}'>{escape_html(payload)}</p>")
    assert page.tags == ["p"]
    assert page.text == fold_lines(payload)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_plain_lines_hold_nothing_that_acts(payload: str) -> None:
    line = inert(payload)
    assert acting(line) == []
    assert "\n" not in line


def test_what_a_person_reads_stays_the_same() -> None:
    text = 'Don\'t use `x_y` (a | b) at #12, 50% <of> "it"'
    assert unescape(escape_text(text)).replace("\u200b", "") == text
    assert rendered(code_span("a`b``c")).code == "a`b``c"
    assert rendered(code_span("`")).code == "`"
    assert escape_text("naïve — ünïcode ✓ 日本") == "naïve — ünïcode ✓ 日本"


def test_invisible_characters_and_line_breaks_are_folded() -> None:
    assert fold("a\u202eb\u2066c\u200dd\ufeff\x07e\n\tf\u2028g\u00a0 h\x85i") == "abcde f g h i"
    assert fold("\ud800") == "\ufffd"
    assert fold_lines("  a\n\tb\x1b[1m\u202e \n\n") == "  a\n    b[1m"


def test_lengths_are_capped_before_escaping() -> None:
    assert fold("x" * 1000, 10) == "x" * 9 + "…"
    assert unescape(escape_text("<" * 1000, 10)) == "<" * 9 + "…"
    assert len(unescape(code_span("x" * 1000, 10))) == 12
    assert fold("short", 5) == "short"


@given(st.text(max_size=200))
def test_any_text_is_one_harmless_paragraph(text: str) -> None:
    page = rendered("x " + escape_text(text))
    assert page.tags == ["p"]
    assert acting(page.text) == []


@given(st.text(alphabet="`~ \n\r\tab|<&@#\\", max_size=40))
def test_any_code_is_one_span_and_one_block(text: str) -> None:
    assert rendered(f"x {code_span(text)} y").tags == ["p", "code"]
    assert rendered(f"x\n\n{code_block(text)}\n\ny").tags == ["p", "pre", "code", "p"]


def test_prose_keeps_its_code_and_nothing_else() -> None:
    page = rendered(escape_prose("Add `a_b` and `c|d` (see @octocat, #12)."))
    assert page.tags == ["p", "code", "code"]
    assert page.code == "a_bc|d"
    assert page.text.replace("\u200b", "").strip() == "Add  and  (see @octocat, #12)."
    assert acting(page.text) == []


@pytest.mark.parametrize("payload", [*PAYLOADS, "`", "a ` b", "``", "`a``b`", "`@x` @y `#1` #2", "`a`@octocat `b`#12"])
def test_prose_has_no_effect(payload: str) -> None:
    page = rendered(escape_prose(payload))
    assert set(page.tags) <= {"p", "code"}
    assert acting(page.text) == []


@pytest.mark.parametrize("payload", [*PAYLOADS, "::error::x", "##[error]x", " ::set-output name=a::b", "a ##[group]b"])
def test_no_log_line_is_a_command_to_a_runner(payload: str) -> None:
    line = log_line(payload)
    assert "\n" not in line
    assert "\x1b" not in line
    assert "##[" not in line
    assert not line.lstrip().startswith("::")


def test_long_input_takes_no_long_time() -> None:
    for text in ("`" * 2_000_000, "a" * 2_000_000, "@" * 2_000_000, "[" * 2_000_000, "0" * 2_000_000, " " * 2_000_000):
        assert len(escape_text(text)) < 4_000
        assert len(escape_prose(text)) < 8_000
        assert len(code_block(text)) < 20_000
