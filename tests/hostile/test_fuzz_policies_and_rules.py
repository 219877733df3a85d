"""Mutations of valid policies and rules: accepted or refused with a reason, quickly, and nothing else."""

import time
from collections.abc import Callable

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import InvalidInput
from app.readiness.catalogue import builtin_rules, load_catalogue, read_catalogue
from app.readiness.policy import Layer
from app.readiness.policy_file import parse_policy

BOUNDED = settings(
    max_examples=120, derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
SECONDS = 3.0
CATALOGUE = read_catalogue(builtin_rules())
POLICY = """version: 1
extends: readygate/recommended
deploy: rolling
rules:
  "*": report
  no-secrets: block
  health-endpoint: {mode: ratchet}
waivers:
  - {rule: license, reason: an inner tool, approved-by: ann, expires: 2027-01-01}
attestations:
  - {rule: license, by: ann, on: 2026-01-01, proof: a drill, valid-days: 90}
issues: {labels: [readiness], due-days: {P0: 7}}
"""
RULE = (builtin_rules() / "security-scanning" / "security-policy.yml").read_text()
HOSTILE = st.sampled_from(
    ["&a [*a]", "*none", "!!python/object/apply:os.system [id]", "{" * 50, "[" * 2000, "\t", "\0", "\udcff", "- " * 500,
     "9" * 400, "1e999", ".inf", ".nan", "0x" + "f" * 300, "2026-02-30", "'", '"', "|", ">", "? ",
     "<<: {a: 1}", "---\n",
     "...", "%YAML 9.9\n", "\ufeff", "\u2028", "é", "null", "~", "on", "(a+)+$", "(?=x)", "[[", "**/" * 90,
     "{a,b}" * 60,
     "$..*", "$[?match(@,'(a*)*')]", "x" * 9000, "schema: readygate/rule/v2"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | HOSTILE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def broken_texts(draw: st.DrawFn, text: str) -> str:
    """The text with some pieces cut, doubled, moved or replaced."""
    for _ in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(text)))
        last = min(len(text), first + draw(st.integers(0, 40)))
        piece = draw(HOSTILE | st.text(max_size=6) | st.just("") | st.just(text[first:last] * 2))
        text = text[:first] + piece + text[last:]
    return text


@st.composite
def broken_values(draw: st.DrawFn, text: str) -> str:
    """The document with one value, anywhere in it, replaced by another or removed, written as YAML again."""
    document = yaml.load(text, Loader=yaml.BaseLoader)
    for _ in range(draw(st.integers(1, 3))):
        place = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and place[key] and draw(st.integers(0, 3)):
                place = place[key]
                continue
            if draw(st.booleans()):
                place[key] = draw(VALUES)
            elif isinstance(place, dict):
                place[draw(st.text(max_size=5))] = place.pop(key)
            break
    return yaml.safe_dump(document, allow_unicode=True)


def accepted_or_refused(read: Callable[[], object]) -> None:
    started = time.process_time()
    refused = None
    try:
        read()
    except InvalidInput as error:
        refused = error
    if refused:
        assert refused.problems
        assert all(problem.message and problem.path for problem in refused.problems)
        assert len(str(refused)) < 200_000
    assert time.process_time() - started < SECONDS


@BOUNDED
@given(broken_texts(POLICY) | broken_values(POLICY))
def test_any_policy(text: str) -> None:
    accepted_or_refused(lambda: parse_policy(Layer("repository", "rules.yml", text), CATALOGUE))


@BOUNDED
@given(broken_texts(RULE) | broken_values(RULE))
def test_any_rule(text: str) -> None:
    accepted_or_refused(lambda: load_catalogue({"security-scanning/security-policy.yml": text}))


@pytest.mark.parametrize("text", [POLICY])
def test_the_policy_before_its_mutations_is_valid(text: str) -> None:
    assert parse_policy(Layer("repository", "rules.yml", text), CATALOGUE).entries


def test_the_rule_before_its_mutations_is_valid() -> None:
    assert load_catalogue({"security-scanning/security-policy.yml": RULE}).rules
