"""Files made to hurt: each costs at most the facts of that file."""

import pytest
from asking import ask, judge

KUBE = {"data": "k8s:Deployment"}
HEAD = "apiVersion: apps/v1\nkind: Deployment\n"
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "x: " + "[" * 200_000,
        HEAD + "x:\n" + "- " * 100_000 + "a",
        HEAD + "x: " + "{a: " * 100_000,
        HEAD + "? " * 100_000,
        HEAD + BOMB,
        HEAD + "x: &a [*a]\n",
        HEAD + "<<: *nothing\n",
        HEAD + "x: \x01\n",
        HEAD.encode() + b"x: \xff\xfe\n",
        HEAD + "---\n" * 5_000,
        HEAD + "x: [" + "a," * 300_000,
    ],
    ids=range(11),
)
def test_yaml(text: str | bytes) -> None:
    result = judge({"implemented": KUBE}, {"bad.yaml": text, "README.md": "x"})
    assert result.status == "unknown"
    assert len(result.missing_evidence) < 300
    assert ask(KUBE, {"bad.yaml": text, "good.yaml": HEAD}) == "implemented"


@pytest.mark.parametrize(
    "text", ["[" * 500_000, '{"a":' * 100_000, '{"a": ' + "9" * 10_000 + "}", '{"a": NaN', "//" * 9_000]
)
def test_json(text: str) -> None:
    assert ask({"data": "json:a.json", "where": {"a": 1}}, {"a.json": text}) == "unknown"


def test_deep_json_that_parses_is_unknown_where_it_is_searched() -> None:
    text = '{"a":' * 500 + "1" + "}" * 500
    assert ask({"data": "json:a.json", "select": "$..b"}, {"a.json": text}) == "unknown"


@pytest.mark.parametrize("text", ["a {\n" * 20_000, "x = " + "[" * 50_000, "{" * 60_000])
def test_terraform(text: str) -> None:
    assert ask({"data": "terraform:aws_x"}, {"a.tf": text}) == "unknown"


@pytest.mark.parametrize("text", ["", "RUN x\n", "FROM a\n" + "RUN a\n" * 3_000, "# only a comment"])
def test_dockerfiles(text: str) -> None:
    assert ask({"data": "dockerfile:stage"}, {"Dockerfile": text}) == "unknown"


def test_a_dockerfile_of_one_endless_line() -> None:
    text = "FROM a\nRUN " + "\\\n" * 100_000 + "x $" + "{a:-" * 50_000
    assert ask({"data": "dockerfile:stage", "where": {"final": True}}, {"Dockerfile": text}) == "implemented"


WORD = {"text": "needle", "in": ["a.py"]}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"x" * 1_900_000 + b" needle", "implemented"),
        (b"x" * 10_000_000, "unknown"),
        (b"\0needle\n", "unknown"),
        (b"\xff\xff needle\n", "implemented"),
        (b"\xef\xbb\xbfneedle", "implemented"),
        ("needle".encode("utf-16"), "implemented"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "unknown"),
        (b"a\rneedle\r\n", "implemented"),
        (b"", "missing"),
    ],
)
def test_bytes_of_every_kind(content: bytes, expected: str) -> None:
    assert ask(WORD, {"a.py": content}) == expected


def test_a_file_whose_name_says_that_it_is_no_text_raises_no_doubt() -> None:
    assert ask({"text": "needle", "in": ["**/*"]}, {"logo.png": b"\x89PNG\0needle"}) == "missing"


def test_a_file_over_the_limit_is_named_in_a_warning() -> None:
    result = judge({"implemented": WORD}, {"a.py": b"x" * 10_000_000})
    assert "a.py: larger than 2 MB" in result.missing_evidence


def test_patterns_that_would_backtrack_do_not() -> None:
    condition = {"text": "(a+)+$needle", "in": ["a.py"]}
    assert ask(condition, {"a.py": "a" * 1_000_000 + "!"}) == "missing"


def test_what_is_shown_has_no_control_characters_and_is_short() -> None:
    text = "needle\x1b[31m\x07\u202e" + "x" * 5_000
    result = judge({"implemented": {"text": "needle.*", "in": ["a.py"]}}, {"a.py": text})
    assert result.evidence[0].text.isprintable()
    assert len(result.evidence[0].text) == 200


def test_a_million_paths_of_one_kind_stay_small_evidence() -> None:
    files = {f"d{n % 50}/f{n}.md": "" for n in range(5_000)}
    result = judge({"implemented": {"path": ["**/*.md"], "min": 5_000}}, files)
    assert (result.status, len(result.evidence)) == ("implemented", 5)


@pytest.mark.parametrize("path", ["a\nb.py", "ü/ñ.py", "a b/c'd\".py", "-x.py", "$(x).py", "\udcff.py"])
def test_odd_paths(path: str) -> None:
    result = judge({"implemented": {"path": ["**/*.py"]}}, {path: "x"})
    assert result.status in ("implemented", "missing")
    assert judge({"implemented": {"text": "x", "in": ["**/*"]}}, {path: "x"}).status in ("implemented", "missing")
