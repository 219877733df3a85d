"""Looking for words first finds exactly what trying every pattern finds."""

import re2
from hypothesis import example, given
from hypothesis import strategies as st

from app.readiness.formats.source import Source
from app.readiness.needles import needles_of
from app.readiness.occurrences import Occurrences
from app.readiness.patterns import BadPattern, compile_pattern
from app.readiness.words import SLICE

LETTERS = st.sampled_from(["a", "bc", "dEf", "gh.", "é", " ", "{", "}", r"\x41", r"\x{62}", r"\n", r"\."])
OTHERS = st.sampled_from(
    [r"\w", r"\bx", "[a-c]", "[^d]", "[]x]", r"[\]b]", "[[:alpha:]]", "^", "$", r"\pL", r"\p{Greek}"]
)
GROUPS = st.sampled_from(["(?i)", "(?s:.)", "(?:ab)", "(?P<n>cd)", "x{2}"])
CLASSES = st.sampled_from(["[aB]", "[-_.]?", "[b-d]", r"[\-x]", "[A]+", "[]a]", "(a|bc)", "(?:de?|f)", "(ab|cd|)"])
ATOMS = st.one_of(LETTERS, OTHERS, GROUPS, CLASSES)
REPEATS = st.sampled_from(["", "", "", "*", "+", "?", "{0,2}", "{2}", "{1,}", "+?", "??"])
PIECES = st.tuples(ATOMS, REPEATS).map("".join)
SEQUENCES = st.lists(PIECES, min_size=1, max_size=5).map("".join)
PATTERNS = st.recursive(
    SEQUENCES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map("|".join),
        st.tuples(inner, REPEATS).map(lambda pair: f"({pair[0]}){pair[1]}"),
        st.lists(inner, min_size=2, max_size=2).map("".join),
    ),
    max_leaves=6,
)
TEXTS = st.text("abcdefghxABDEFé.{}\n ", max_size=40)


@given(PATTERNS, TEXTS)
@example("(?i)DEF", "def")
@example("[ab](cd|e)?f+g", "bcdffg")
@example("(ab)+cd", "ababcd")
@example("x(abc.d|efg.h)y.klm", "xefg-hy-klm")
@example("(?i)task", "ta\u017f\u212a")
@example("ab?c", "ac")
@example("(ab)?c|d{0}efg", "efg")
@example("x{2}y", "xxy")
@example("abc(?i){0,2}", "")
@example("^*abc", "abc")
@example("\\b?abc$?", "abc")
@example("a{,2}b", "a{,2}b")
def test_whatever_matches_holds_one_of_the_needles(pattern: str, text: str) -> None:
    try:
        found = compile_pattern(pattern).search(text.encode())
    except BadPattern:
        return
    needles = needles_of(pattern)
    if found is not None and needles is not None:
        letters = text.lower().replace("\u017f", "s").replace("\u212a", "k")
        assert any(all(any(word in letters for word in clause) for clause in way) for way in needles)


@given(st.lists(PATTERNS, max_size=6), TEXTS)
def test_the_same_patterns_are_found(patterns: list[str], text: str) -> None:
    good = frozenset(pattern for pattern in patterns if _is_good(pattern))
    tried = {pattern: compile_pattern(pattern).search(text.encode()) for pattern in good}
    expected = {pattern: found.start() for pattern, found in tried.items() if found is not None}
    assert Occurrences(good).among(good, text.encode()) == expected


@given(PATTERNS, TEXTS)
@example("^b|a", "b\nab\nb")
@example("\\ba|b", "baab a")
@example("a|($)", "A")
def test_matches_from_the_first_one_on_are_all_matches(pattern: str, text: str) -> None:
    if not _is_good(pattern):
        return
    source = Source("a.txt", text.encode())
    # RE2's wrapper may tell an empty match at the very end twice.
    every = {found.span() for found in source.matches_of(pattern)}
    tried = frozenset([pattern])
    source.note_starts(tried, Occurrences(tried).among(tried, source.content))
    assert {found.span() for found in source.matches_of(pattern)} == every


def test_the_rarest_words_are_chosen() -> None:
    assert _words(r"^\s*(?:get|post)\(.*healthz") == {"healthz"}
    assert _words(r"\b(prometheus_client|prom-client)\b") == {"prometheus_client", "prom-client"}
    assert _words(r"(?i)SIGTERM|graceful") == {"sigterm", "graceful"}


def test_letters_beside_a_choice_belong_to_the_word() -> None:
    assert _words(r"@(?:Size|Min)\(") == {"@size(", "@min("}
    assert _words(r"rate[-_]?limit") == {"rate-limit", "rate_limit", "ratelimit"}


def test_common_words_are_asked_for_in_pairs() -> None:
    assert needles_of(r"\berror\w*\(.*\bkey\b") == ((frozenset(["error"]), frozenset(["key"])),)
    assert needles_of(r"(?:from.*table|set.*column)\b") == (
        (frozenset(["column"]),),
        (frozenset(["table"]), frozenset(["from"])),
    )


def test_nothing_is_said_of_patterns_without_words() -> None:
    assert needles_of(r"[a-z]+\d*") is None
    assert needles_of(r"up|healthz") is None
    assert needles_of(r"\Qa.b\E") is None
    assert needles_of("go|rust") is None


def test_pairs_are_enough_only_together() -> None:
    occurrences = Occurrences([r"error.*key", r"error.*role"])
    assert list(occurrences.among(frozenset([r"error.*key", r"error.*role"]), b"error of the key")) == [r"error.*key"]


def _words(pattern: str) -> frozenset[str]:
    ((words,),) = needles_of(pattern) or ((frozenset[str](),),)
    return words


def test_a_word_across_two_slices_is_found() -> None:
    occurrences = Occurrences(["healthz"])
    for shift in range(-8, 9):
        content = b"x" * (SLICE + shift) + b"healthz" + b"x" * 100
        assert set(occurrences.among(frozenset(["healthz"]), content)) == {"healthz"}


def _is_good(pattern: str) -> bool:
    try:
        re2.compile("(?m)" + pattern)
        compile_pattern(pattern)
    except (BadPattern, re2.error):
        return False
    return True
