import random

import pytest
import re2

from app.readiness.catalogue import builtin_rules, read_catalogue
from app.readiness.conditions.condition import walk
from app.readiness.occurrences import Occurrences
from app.readiness.patterns import BadPattern, PatternSet, compile_pattern, matches, with_ascii_classes, without_anchors

WORDS = [
    b"disaster recovery",
    b"health",
    b"SIGTERM",
    b"https://",
    b'"',
    b"/",
    b"\n",
    b" ",
    b"- [ ] ",
    b"\xff",
    b"|",
    b"(",
]


def prefilters() -> list[str]:
    catalogue = read_catalogue(builtin_rules())
    conditions = [condition for rule in catalogue.rules.values() for condition in rule.conditions]
    conditions += [fact.holds for fact in catalogue.facts.values()]
    parts = (part for condition in conditions for part in walk(condition))
    return sorted({pattern for part in parts for pattern in getattr(part, "prefilter", ())})


@pytest.mark.parametrize("seed", range(4))
def test_one_pass_finds_what_each_pattern_finds(seed: int) -> None:
    patterns = prefilters()
    content = b"".join(random.Random(seed).choices(WORDS, k=400))
    expected = {pattern for pattern in patterns if compile_pattern(pattern).search(content)}
    assert set(Occurrences(patterns).among(frozenset(patterns), content)) == expected
    assert expected


def test_many_bounded_repeats_lose_nothing() -> None:
    patterns = [f"(a|b)[^\\n]{{0,{100 + n}}}x{n}y" for n in range(20)] + ["needle"]
    content = bytes(random.Random(1).choices(b"abxy 0123456789", k=5_000)) + b" needle"
    assert 20 in PatternSet(patterns).hits(content)


def test_no_patterns_find_nothing() -> None:
    assert PatternSet([]).hits(b"x") == frozenset()


@pytest.mark.parametrize("pattern", ["(?=a)", r"(a)\1", "(", "x" * 9_000, "((a{100}){100}){100}", "\ud800"])
def test_patterns_re2_refuses(pattern: str) -> None:
    with pytest.raises(BadPattern):
        compile_pattern(pattern)


def test_anchors_are_those_of_lines() -> None:
    assert matches("^b$", "a\nb\nc")
    assert not matches("^b$", b"abc")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^plan$", "a plan b"),
        ("(?i)^([\\d.]+\\s*)?(plan|way)", "## 1. Plan"),
        ("[^a]b", "ab cb"),
        ("[]^]x", "^x"),
        ("\\^a\\$", "^a$"),
        ("[a^$]$", "$"),
        ("\\Aa\\z", "bab"),
        ("[[:digit:]^]", "5"),
    ],
)
def test_without_anchors_a_pattern_finds_more(pattern: str, text: str) -> None:
    assert matches(without_anchors(pattern), text)
    alone = re2.compile(pattern).search(text)
    assert alone is None or matches(without_anchors(pattern), alone[0])


def test_only_anchors_are_taken() -> None:
    assert without_anchors("^[^a-z^$\\]]\\^b\\$$") == "[^a-z^$\\]]\\^b\\$"


@pytest.mark.parametrize(
    ("pattern", "plain"),
    [
        (r"^\w+\.[\d\S]$", r"^[0-9A-Za-z_]+\.[[0-9][^\t\n\f\r ]]$"),
        (r"\\w\bdo\W", r"\\w(?-u:\b)do[^0-9A-Za-z_]"),
        (r"[a-z]\.\x41", r"[a-z]\.\x41"),
    ],
)
def test_classes_are_spelled_out(pattern: str, plain: str) -> None:
    assert with_ascii_classes(pattern) == plain
