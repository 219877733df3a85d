"""YAML of policies: values, places and hostile texts."""

import time

import pytest

from app.errors import InvalidInput, Problem
from app.readiness.policy_text import MAX_BYTES, read_policy_text


def refused(text: str) -> Problem:
    with pytest.raises(InvalidInput) as caught:
        read_policy_text(text, "rules.yml")
    (problem,) = caught.value.problems
    assert problem.path == "rules.yml"
    return problem


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "\ufeff"])
def test_an_empty_text_is_an_empty_mapping(text: str) -> None:
    assert read_policy_text(text, "rules.yml").values == {}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("off", "off"),
        ("on", "on"),
        ("yes", "yes"),
        ("true", True),
        ("False", False),
        ("2027-03-01", "2027-03-01"),
        ("80", 80),
        ("-0.5", -0.5),
        ("1e3", 1000.0),
        ('"80"', "80"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("9" * 400, "9" * 400),
        ("null", None),
        ("", None),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written: str, value: object) -> None:
    assert read_policy_text(f"a: {written}", "rules.yml").values == {"a": value}


def test_every_key_and_value_has_its_place() -> None:
    text = read_policy_text("version: 1\nrules:\n  tls: {mode: block,\n    with: {x: [1, 2]}}\n", "rules.yml")
    assert text.key_at(("rules", "tls")) == (3, 3)
    assert text.value_at(("rules", "tls", "mode")) == (3, 15)
    assert text.value_at(("rules", "tls", "with", "x", 1)) == (4, 19)
    assert text.value_at(("rules", "tls", "mode", "nothing")) == (3, 15)


def test_aliases_repeat_a_value() -> None:
    assert read_policy_text("a: &x [1]\nb: *x\nc: {d: *x}", "rules.yml").values == {"a": [1], "b": [1], "c": {"d": [1]}}


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("- a", 1, 1, "mapping of keys"),
        ("a word", 1, 1, "mapping of keys"),
        ("a: 1\nb: 2\na: 3", 3, 1, "set twice, first on line 1"),
        ("x:\n  b: 2\n  b: 3", 3, 3, "set twice, first on line 2"),
        ("a: 1\n---\nb: 1", 2, 1, "second YAML document"),
        ("a: !!python/object/apply:os.system [x]", 1, 4, "tags"),
        ("a: *nobody", 1, 4, "no anchor"),
        ("a: &x [*x]", 1, 8, "no anchor"),
        ("? [a]\n: b", 1, 3, "a key is a plain word"),
        ("a: {b", 2, 1, "not valid YAML"),
        ("a: 1\nb: \x07", 2, 1, "control character"),
        ("a: 1\nb: \udc80", 2, 1, "not UTF-8"),
        ("a: b: c", 1, 5, "not valid YAML"),
    ],
)
def test_mistakes_have_a_place(text: str, line: int, column: int, words: str) -> None:
    problem = refused(text)
    assert words in problem.message
    assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize("text", ["a:\n\t- b\n", "\ta: b", "a:\n  b: 1\n\tc: 2"])
def test_tabs_are_named(text: str) -> None:
    assert "spaces, not tabs" in refused(text).mend


def bomb() -> str:
    levels = "".join(f"{c}: &{c} [{','.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefg", "bcdefgh", strict=True))
    return f"a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n{levels}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (bomb(), "values"),
        ("[" * 200_000, "nested deeper"),
        ("a: " + "{a: " * 50_000, "nested deeper"),
        ("- " * 100_000, "nested deeper"),
        ("a: [" + "1," * 120_000 + "]", "values"),
        ("x" * (MAX_BYTES + 1), "bytes"),
        ("é" * (MAX_BYTES // 2 + 1), "bytes"),
        ('a: "' + "x\n" * 100_000, "not valid YAML"),
        ("a: &x {" + "".join(f"k{i}: 1, " for i in range(9_000)) + "}\nb: [*x, *x, *x, *x]", "values"),
    ],
    ids=["alias bomb", "lists", "mappings", "blocks", "long list", "long", "long in bytes", "open quote", "aliases"],
)
def test_hostile_texts_are_refused_quickly(text: str, words: str) -> None:
    started = time.process_time()
    assert words in refused(text).message
    assert time.process_time() - started < 2
