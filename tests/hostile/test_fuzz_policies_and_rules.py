"""Mutations of valid policies and rules: accepted or refused with a reason, quickly, and nothing else."""

import json
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


MODES = st.sampled_from(["off", "shadow", "report", "ratchet", "block"])
IDS = st.sampled_from(sorted(CATALOGUE.rules))
WORDS = st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable() and bool(text.strip()))
POLICIES = st.fixed_dictionaries(
    {"version": st.just(1)},
    optional={
        "extends": st.sampled_from(["readygate/minimal", "readygate/recommended", "readygate/strict"]),
        "deploy": st.sampled_from(["rolling", "recreate"]),
        "rules": st.dictionaries(IDS, MODES | st.fixed_dictionaries({"mode": MODES}), max_size=8),
        "waivers": st.lists(st.fixed_dictionaries({"rule": IDS, "reason": WORDS, "approved-by": WORDS,
                                                   "expires": st.just("2027-01-01")}), max_size=4),
        "issues": st.fixed_dictionaries({}, optional={"labels": st.lists(WORDS, max_size=3, unique=True),
                                                      "due-days": st.just({"P0": 3, "P2": 90})}),
    },
)  # fmt: skip


def meaning_of(text: str) -> object:
    """What a policy text means, without where it was written."""
    read = parse_policy(Layer("repository", "rules.yml", text), CATALOGUE)
    return (
        read.extends,
        read.deploy,
        read.priorities,
        [(entry.pattern, entry.rules, entry.mode, entry.parameters) for entry in read.entries],
        [(waiver.rule, waiver.reason, waiver.approved_by, waiver.expires) for waiver in read.waivers],
        read.issues,
        read.due_days,
    )


@BOUNDED
@given(POLICIES)
def test_a_valid_policy_means_the_same_however_it_is_written(policy: dict[str, object]) -> None:
    """In blocks, in one line of brackets, and as JSON."""
    written = [
        yaml.safe_dump(policy, allow_unicode=True, sort_keys=False),
        yaml.safe_dump(policy, allow_unicode=False, sort_keys=False, default_flow_style=True, width=10**6),
        json.dumps(policy, ensure_ascii=False),
    ]
    first, *others = [meaning_of(text) for text in written]
    assert all(other == first for other in others)
