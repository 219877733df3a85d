"""rules.yml parsed: every mistake named with its place and mend."""

import time
from typing import Any

import jsonschema
import pytest
from judging import SMALL, org, repository

from app.errors import InvalidInput, Problem
from app.readiness.layering import build_policy, preset_layer
from app.readiness.policy_file import PolicyFile, parse_policy, policy_schema
from app.readiness.policy_problems import MAX_PROBLEMS
from app.readiness.policy_shape import MAX_RULE_ENTRIES, PRESETS
from app.readiness.policy_text import read_policy_text
from app.readiness.status import Mode, Priority

FULL = """\
version: 1
extends: readygate/strict
deploy: recreate
rules:
  coverage: {mode: block, with: {project: 85.5, paths: [src, lib]}}
  no-secrets: block
  "backup-recovery/*": report
  restore-testing:
    with: {strict: true, tool: pg}
waivers:
  - {rule: health, path: "services/batch/**", reason: " runs once a night ", approved-by: ann, expires: 2027-03-01}
  - {rule: "security/*", fingerprint: 0123456789abcdef, reason: r, approved-by: bo, expires: 2027-01-01}
attestations:
  - {rule: restore-testing, by: ann, on: 2026-10-02, proof: "https://example.org/1", valid-days: 180}
issues: {enabled: true, priorities: [P0], labels: [a, b], due-days: {P0: 7}, group: rule, budget-per-day: 5}
"""


def parsed(text: str) -> PolicyFile:
    return parse_policy(repository(text), SMALL)


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        parsed(text)
    return caught.value.problems


def only_problem(text: str) -> Problem:
    (problem,) = problems(text)
    return problem


def test_everything_is_read_with_origins() -> None:
    file = parsed(FULL)
    assert (file.extends, file.deploy) == ("readygate/strict", "recreate")
    coverage, secrets, backup, restore = file.entries
    assert (coverage.mode, coverage.parameters) == (Mode.BLOCK, {"project": 85.5, "paths": ["src", "lib"]})
    assert (coverage.is_exact, coverage.origins["with.paths"].line) == (True, 5)
    assert secrets.origins["mode"].line == 6
    assert (backup.is_exact, backup.rules) == (False, ("backup-schedule", "restore-testing"))
    assert (restore.mode, restore.origins["with.tool"].line) == (None, 9)
    assert [(w.rule, w.path, w.reason, w.origin.line) for w in file.waivers] == [
        ("health", "services/batch/**", "runs once a night", 11),
        ("security/*", None, "r", 12),
    ]
    assert file.attestations[0].on.isoformat() == "2026-10-02"
    assert file.issues == {
        "enabled": True,
        "priorities": ["P0"],
        "labels": ["a", "b"],
        "group": "rule",
        "budget_per_day": 5,
    }
    assert file.due_days == {Priority.P0: 7}
    assert file.origins["issues.due-days.P0"].line == 15
    assert file.origins["deploy"].commit == "77aa88bb"


@pytest.mark.parametrize(
    "text", ["", "# nothing yet\n", "version: 1\n", "version: 1\nwaivers:\nrules:\n  # tls: block\n"]
)
def test_an_empty_file_or_section_sets_nothing(text: str) -> None:
    file = parsed(text)
    assert (file.entries, file.waivers, file.extends, file.issues) == ((), (), None, {})


@pytest.mark.parametrize(
    ("text", "line", "column", "words", "mend"),
    [
        ("rules: {tls: block}", 1, 1, "`version` is missing", "version: 1"),
        ("version: 2", 1, 10, "the only version is 1", ""),
        ("version: true", 1, 10, "the only version is 1", ""),
        ("version:", 1, 1, "`version` has no value", ""),
        ("version: 1\nruls: {}", 2, 1, "unknown key `ruls`", "did you mean `rules`?"),
        ("version: 1\nzzz: {}", 2, 1, "unknown key `zzz`", "known here: version, extends"),
        ("version: 1\nextends: acme/x//y@v1", 2, 10, "readygate/minimal, readygate/recommended, readygate/strict", ""),
        ("version: 1\nextends: readygate/strikt", 2, 10, "built-in presets", "did you mean `readygate/strict`?"),
        ("version: 1\ndeploy: blue", 2, 9, "'rolling' or 'recreate'", ""),
        ("version: 1\nscopes: []", 2, 1, "`scopes` is not supported by this version", "remove it"),
        ("version: 1\nlocked: [tls]", 2, 1, "`locked` is not supported by this version", "remove it"),
        ("version: 1\nplans: {create: true}", 2, 1, "`plans` is not supported by this version", "remove it"),
        ("version: 1\ndefine: []", 2, 1, "`define` is not supported by this version", "remove it"),
        ("version: 1\nrules:\n  tls: {mode: block, promote: []}", 3, 22, "`promote` is not supported", "remove it"),
        ("version: 1\nrules: [tls]", 2, 8, "`rules` is `['tls']`: must be a mapping", ""),
        ("version: 1\nrules:\n  tls: blok", 3, 8, "`rules.tls.mode` is `blok`", "did you mean `block`?"),
        ("version: 1\nrules:\n  tls: {mod: block}", 3, 9, "unknown key `mod`", "did you mean `mode`?"),
        ("version: 1\nrules:\n  tls: {mode: false}", 3, 15, "`rules.tls.mode` is `false`", ""),
        ("version: 1\nrules:\n  tls: {}", 3, 8, "`tls` sets nothing", "give it a mode"),
        ("version: 1\nrules:\n  tls:\n", 3, 3, "`tls` has no value", ""),
        ("version: 1\nrules:\n  no-secret: block", 3, 3, "no rule is called `no-secret`", "did you mean `no-secrets`?"),
        ("version: 1\nrules:\n  backup/*: block", 3, 3, "no rule is called", "did you mean `backup-recovery/*`?"),
        ("version: 1\nrules:\n  'a{*': block", 3, 3, "no rule is called", ""),
        ("version: 1\nrules:\n  coverage: block\n  coverage-gate: off", 4, 3, "same rule as `coverage`", "keep one"),
        ("version: 1\nrules:\n  coverage: {with: {projct: 1}}", 3, 21, "no parameter `projct`", "`project`?"),
        ("version: 1\nrules:\n  tls: {with: {project: 1}}", 3, 16, "no parameter `project`", "its parameters: none"),
        ("version: 1\nrules:\n  coverage: {with: {project: '80'}}", 3, 30, "must be a number", ""),
        ("version: 1\nrules:\n  coverage: {with: {project: true}}", 3, 30, "must be a number", ""),
        ("version: 1\nrules:\n  coverage: {with: {project: .nan}}", 3, 30, "must be a number", ""),
        ("version: 1\nrules:\n  coverage: {with: {paths: src}}", 3, 28, "must be a list", ""),
        ("version: 1\nrules:\n  coverage: {with: {paths: [1]}}", 3, 28, "every item must be text", ""),
        ("version: 1\nrules:\n  restore-testing: {with: {strict: yes}}", 3, 36, "must be true or false", ""),
        ("version: 1\nrules:\n  restore-testing: {with: {tool: {a: 1}}}", 3, 34, "must be text", ""),
        ("version: 1\nrules:\n  security/*: {with: {a: 1}}", 3, 16, "one rule, not a glob", "by its id"),
        ("version: 1\npriorities: {P0: off}", 2, 1, "belongs to the built-in presets", "by glob"),
        ("version: 1\nissues: {group: team}", 2, 17, "must be 'auto', 'rule' or 'category'", ""),
        ("version: 1\nissues: {due-days: {P0: soon}}", 2, 25, "must be a valid integer", ""),
        ("version: 1\nissues: {due-days: {P0: 0}}", 2, 25, "must be greater than or equal to 1", ""),
        ("version: 1\nissues: {priorities: [P7]}", 2, 23, "'P0', 'P1' or 'P2'", ""),
    ],
)
def test_each_mistake_has_place_and_mend(text: str, line: int, column: int, words: str, mend: str) -> None:
    problem = only_problem(text)
    assert words in problem.message
    assert mend in problem.mend
    assert (problem.path, problem.line, problem.column) == (".github/rules.yml", line, column)


WAIVER = {"rule": "tls", "reason": "r", "approved-by": "ann", "expires": "2027-03-01"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"expires": None}, "`expires` is missing from `waivers[0]`"),
        ({"reason": None}, "`reason` is missing"),
        ({"approved-by": None}, "`approved-by` is missing"),
        ({"rule": None}, "`rule` is missing"),
        ({"rule": "tlss"}, "no rule is called `tlss`"),
        ({"reason": "'  '"}, "must not be blank"),
        ({"approved-by": "'two words'"}, "must be one word"),
        ({"expires": "2027-02-30"}, "must be a date"),
        ({"expires": "2027-03-01T00:00:00Z"}, "must be a date"),
        ({"expires": "20270301"}, "must be a date"),
        ({"expires": "never"}, "must be a date"),
        ({"fingerprint": "XYZ"}, "must be 8 to 64 digits"),
        ({"path": "'a{b'"}, "is no path glob"),
        ({"paths": "x"}, "unknown key `paths`"),
    ],
)
def test_waivers_are_checked(changes: dict[str, str | None], words: str) -> None:
    fields = {**WAIVER, **changes}
    written = ", ".join(f"{key}: {value}" for key, value in fields.items() if value is not None)
    assert words in only_problem(f"version: 1\nwaivers:\n  - {{{written}}}\n").message


def test_an_attestation_is_for_one_known_rule() -> None:
    rest = "by: ann, on: 2026-10-02, proof: p, valid-days: 3"
    assert "no rule" in only_problem(f"version: 1\nattestations: [{{rule: nope, {rest}}}]").message
    assert parsed(f"version: 1\nattestations: [{{rule: backup-drill, {rest}}}]").attestations[0].rule == "backup-drill"
    assert parsed(f"version: 1\nattestations: [{{rule: coverage-gate, {rest}}}]").attestations[0].rule == "coverage"
    assert "one rule" in only_problem(f"version: 1\nattestations: [{{rule: 'security/*', {rest}}}]").message


def test_every_mistake_is_reported_at_once_in_the_order_of_lines() -> None:
    found = problems("version: 1\nextends: x\nrules:\n  nope: block\n  tls: blok\nwaivers: [{rule: gone}]\nissues: 3\n")
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)
    text = "\n".join(map(str, found))
    for words in ("`extends`", "`nope`", "`rules.tls.mode`", "`gone`", "`expires`", "`issues`"):
        assert words in text


def test_wrong_values_are_repeated_short_and_on_one_line() -> None:
    message = only_problem('version: 1\ndeploy: "' + "a\\n" * 500 + '"').message
    assert "\n" not in message
    assert len(message) < 200


def test_a_glob_over_an_empty_known_category_is_no_mistake() -> None:
    assert parsed("version: 1\nrules: {testing/*: block}").entries[0].rules == ("coverage",)
    assert parsed("version: 1\nrules: {'*': off}").entries[0].rules == tuple(SMALL.rules)


def rules_text(lines: list[str]) -> str:
    return "\n".join(["version: 1", "rules:", *(f"  {line}" for line in lines)])


@pytest.mark.parametrize(
    "lines",
    [
        [f"unknown-rule-{i}: block" for i in range(MAX_RULE_ENTRIES)],
        [f"'{'*' * (i % 190 + 1)}{'?' * (i // 190)}': block" for i in range(MAX_RULE_ENTRIES)],
        [f"'{'{a,b}' * 30}{i}': block" for i in range(MAX_RULE_ENTRIES)],
        [f"x{i}: {{mode: blok, with: {{a: {{b: c}}}}}}" for i in range(MAX_RULE_ENTRIES)],
        [f"x{i}: off" for i in range(9_000)],
        [f"{'y' * 2_000}{i}: block" for i in range(100)],
    ],
    ids=["unknown", "stars", "braces", "wrong", "too many", "long names"],
)
def test_hostile_rules_are_answered_quickly(lines: list[str]) -> None:
    started = time.process_time()
    policy = build_policy([repository(rules_text(lines))], SMALL)
    assert time.process_time() - started < 3
    assert len(policy.problems) <= MAX_PROBLEMS
    assert bool(policy.problems) is (len(policy.layers) == 1)


def test_too_many_rule_entries_are_refused() -> None:
    found = problems(rules_text([f"x{i}: off" for i in range(MAX_RULE_ENTRIES + 1)]))
    assert any("2000" in problem.message for problem in found)


def is_valid(text: str) -> bool:
    schema: dict[str, Any] = policy_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return bool(validator.is_valid(read_policy_text(text, "x").values))


@pytest.mark.parametrize("text", [FULL, "version: 1", *(preset_layer(name).text for name in PRESETS)])
def test_what_is_valid_fits_the_schema(text: str) -> None:
    assert is_valid(text)


@pytest.mark.parametrize(
    "text",
    ["", "version: 2", "version: 1\nx: 1", "version: 1\nrules: {a: blok}", "version: 1\nwaivers: [{rule: a}]"],
)
def test_what_is_wrong_does_not_fit_the_schema(text: str) -> None:
    assert not is_valid(text)


def test_org_and_repository_files_have_one_schema() -> None:
    assert parse_policy(org(FULL), SMALL).entries[0].rules == parsed(FULL).entries[0].rules
