import pytest
from asking import ask, judge, mistakes_in


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", "signal.SIGTERM\n", "implemented"),
        ("a.py", "# SIGTERM\n", "missing"),
        ("a.py", "x = 1  # SIGTERM\n", "implemented"),
        ("a.go", "// SIGTERM\n", "missing"),
        ("a.go", "/* SIGTERM\n * SIGTERM\n */\n", "missing"),
        ("a.rs", "#[on(SIGTERM)]\n", "implemented"),
        ("a.sql", "-- SIGTERM\n", "missing"),
        ("a.md", "# SIGTERM\n", "implemented"),
        ("a.md", "<!-- SIGTERM -->\n", "missing"),
        ("a.txt", "SIGTERM", "missing"),
        ("tests/a.py", "SIGTERM\n", "missing"),
        ("a.py", "SIGTERM ignore\n", "missing"),
        ("a.py", "SIGTERM ignore\r\nSIGTERM\r\n", "implemented"),
    ],
)
def test_a_line_that_is_no_comment(path: str, text: str, expected: str) -> None:
    condition = {"text": "SIGTERM", "in": ["**/*.{py,go,rs,sql,md}"], "unless": "ignore$"}
    assert ask(condition, {path: text}) == expected


def test_comments_and_scope_open_up() -> None:
    condition = {"text": "SIGTERM", "in": ["**/*.py"], "comments": True, "scope": "all"}
    assert ask(condition, {"tests/a.py": "# SIGTERM\n"}) == "implemented"
    assert ask(condition, {"vendor/a.py": "SIGTERM\n"}) == "missing"


def test_text_alone_gives_low_confidence_and_shows_only_what_matched() -> None:
    result = judge({"implemented": {"text": "SIG\\w+", "in": ["a.py"]}}, {"a.py": "\n\npassword = 'x'; SIGTERM\n"})
    assert result.confidence == "low"
    assert [(e.line, e.text) for e in result.evidence] == [(3, "SIGTERM")]


def test_structure_beside_text_gives_high_confidence() -> None:
    condition = {"any": [{"text": "x", "in": ["a.py"]}, {"path": ["a.py"]}]}
    result = judge({"implemented": condition}, {"a.py": "x\n"})
    assert result.confidence == "high"


def test_anchors_are_those_of_lines() -> None:
    assert ask({"text": "^b$", "in": ["a.py"]}, {"a.py": "a\nb\nc\n"}) == "implemented"


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"text": "x"}, "'text' needs 'in'"),
        ({"text": "(x", "in": ["a"]}, "bad regular expression"),
        ({"text": "x", "in": ["a{b"]}, "bad path glob"),
        ({"text": "x", "in": ["a"], "scope": "some"}, "'some' is no scope"),
        ({"text": 3, "in": ["a"]}, "'text' must hold texts"),
    ],
)
def test_mistakes_are_named(condition: dict[str, object], message: str) -> None:
    assert any(message in found for found in mistakes_in(condition))
