import pytest
from asking import ask, judge, mistakes_in

ROUTE = {
    "prefilter_re": "health",
    "typescript": {
        "kind": "string",
        "regex": "^['\"]/healthz?['\"]$",
        "inside": {"kind": "arguments", "inside": {"kind": "call_expression"}},
    },
    "python": {"kind": "string", "regex": "/health", "inside": {"stopBy": "end", "kind": "decorator"}},
}


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("src/a.ts", "app.get('/health', h)\n", "implemented"),
        ("src/a.tsx", "app.get('/health', h)\n", "implemented"),
        ("src/a.ts", "const a = '/health'\n", "missing"),
        ("src/a.js", "app.get('/health', h)\n", "missing"),
        ("a.py", '@app.get("/health")\ndef f(): ...\n', "implemented"),
        ("a.py", '# @app.get("/health")\n', "missing"),
        ("a.test.ts", "app.get('/health', h)\n", "missing"),
        ("a.ts", "app.get('/heal', h)\n", "missing"),
    ],
)
def test_a_node_of_the_syntax_tree(path: str, text: str, expected: str) -> None:
    assert ask({"code": ROUTE}, {path: text}) == expected


def test_the_evidence_is_the_line_of_the_node() -> None:
    result = judge({"implemented": {"code": ROUTE}}, {"a.ts": "\n\napp\n  .get('/health', h)\n"})
    assert [(e.line, e.text) for e in result.evidence] == [(4, "'/health'")]
    assert result.confidence == "high"


def test_code_that_does_not_parse_around_the_word_is_unknown() -> None:
    assert ask({"code": ROUTE}, {"a.ts": "app.get('/health' h }}} ((\n"}) == "unknown"


@pytest.mark.parametrize(
    "text",
    ["f(" * 60_000 + "'/health'" + ")" * 60_000, "x = '/health'; " + "a " * 40_000, "x" * 1_000_001 + "/health"],
)
def test_files_that_would_cost_too_much_are_unknown(text: str) -> None:
    assert ask({"code": ROUTE}, {"a.ts": text}) == "unknown"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ({"prefilter": ["x"], "cobol": {"kind": "string"}}, "'code' names no language"),
        ({"prefilter": ["x"], "python": {"kind": "strung"}}, "Kind `strung` is invalid"),
        ({"prefilter": ["x"], "python": {"kind": "string", "stopBy": "end"}}, "unknown field `stopBy`"),
        ({"prefilter": ["x"], "python": {"pattern": "foo("}}, "is no complete python"),
        ({"prefilter": ["x"], "python": {"kind": "string", "regex": "(?=a)"}}, "ast-grep refuses this rule"),
        ({"python": {"kind": "string"}}, "'code' needs 'prefilter' or 'prefilter_re'"),
    ],
)
def test_rules_are_compiled_when_they_are_read(code: dict[str, object], message: str) -> None:
    assert any(message in found for found in mistakes_in({"code": code}))


def test_prefilter_texts_are_literal() -> None:
    code = {"prefilter": ["a.b("], "python": {"kind": "call"}}
    assert ask({"code": code}, {"x.py": "a.b(1)\n"}) == "implemented"
    assert ask({"code": code}, {"x.py": "axb(1)\n"}) == "missing"
