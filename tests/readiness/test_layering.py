"""Preset, org and repository merged, every value with its origin."""

import pickle
from typing import Any

import pytest
from judging import SMALL, catalogue, org, repository, rule

from app.errors import InvalidInput
from app.readiness.catalogue import builtin_rules
from app.readiness.layering import build_policy, preset_layer, preset_text
from app.readiness.policy import Layer, Policy
from app.readiness.policy_shape import PRESETS
from app.readiness.policy_text import read_policy_text
from app.readiness.status import Mode, Priority


def built(*layers: Layer) -> Policy:
    policy = build_policy(layers, SMALL)
    assert policy.problems == ()
    return policy


def modes(policy: Policy) -> dict[str, str]:
    return {rule_id: setting.mode.value for rule_id, setting in policy.settings.items()}


@pytest.mark.parametrize(
    ("preset", "secrets", "p0", "p1", "p2"),
    [
        ("readygate/minimal", "ratchet", "report", "off", "off"),
        ("readygate/recommended", "ratchet", "ratchet", "report", "report"),
        ("readygate/strict", "block", "block", "ratchet", "report"),
    ],
)
def test_presets_go_by_priority_so_that_new_rules_fall_into_place(
    preset: str, secrets: str, p0: str, p1: str, p2: str
) -> None:
    policy = built(repository(f"version: 1\nextends: {preset}"))
    assert policy.preset == preset
    found = modes(policy)
    assert (found["no-secrets"], found["health"], found["tls"], found["restore-testing"]) == (secrets, p0, p1, p2)
    assert policy.settings["health"].origins["mode"].path == preset


def test_without_any_layer_the_recommended_preset_judges() -> None:
    policy = built()
    assert policy.preset == "readygate/recommended"
    assert [layer.name for layer in policy.layers] == ["preset"]
    assert policy.settings["coverage"].parameters == {"project": 80, "paths": ["src"]}
    assert policy.settings["coverage"].origins["with.project"].layer == "default"


@pytest.mark.parametrize(
    ("org_rules", "repository_rules", "mode", "project", "mode_from", "project_from"),
    [
        ("{}", "{}", "ratchet", 80, ("preset", 11), ("default", 0)),
        ("{coverage: block}", "{}", "block", 80, ("org", 2), ("default", 0)),
        ("{coverage: block}", "{coverage: off}", "off", 80, ("repository", 2), ("default", 0)),
        (
            "{coverage: {mode: block, with: {project: 90}}}",
            "{coverage: report}",
            "report",
            90,
            ("repository", 2),
            ("org", 2),
        ),
        ("{coverage: block}", "{coverage: {with: {project: 70}}}", "block", 70, ("org", 2), ("repository", 2)),
        ("{'testing/*': block}", "{}", "block", 80, ("org", 2), ("default", 0)),
        ("{coverage: off, 'testing/*': block}", "{}", "off", 80, ("org", 2), ("default", 0)),
        ("{'testing/*': block, '*': shadow}", "{}", "shadow", 80, ("org", 2), ("default", 0)),
        ("{'*': shadow, 'testing/*': block}", "{}", "block", 80, ("org", 2), ("default", 0)),
        ("{coverage: block}", "{'*': report}", "report", 80, ("repository", 2), ("default", 0)),
        ("{testing/coverage: block}", "{}", "block", 80, ("org", 2), ("default", 0)),
        ("{coverage-gate: block}", "{}", "block", 80, ("org", 2), ("default", 0)),
    ],
)
def test_a_later_layer_wins_value_by_value(
    org_rules: str,
    repository_rules: str,
    mode: str,
    project: int,
    mode_from: tuple[str, int],
    project_from: tuple[str, int],
) -> None:
    policy = built(repository(f"version: 1\nrules: {repository_rules}"), org(f"version: 1\nrules: {org_rules}"))
    setting = policy.settings["coverage"]
    assert (setting.mode.value, setting.parameters["project"]) == (mode, project)
    origins = {key: (origin.layer, origin.line) for key, origin in setting.origins.items()}
    assert (origins["mode"], origins["with.project"]) == (mode_from, project_from)


def test_origins_name_path_and_commit() -> None:
    origin = built(org("version: 1\nrules:\n  tls: block\n")).settings["tls"].origins["mode"]
    assert (origin.layer, origin.path, origin.line, origin.commit) == ("org", "acme/.github:rules.yml", 3, "1f3c9a2b")


def test_the_orgs_preset_wins_and_the_other_is_named() -> None:
    policy = built(repository("version: 1\nextends: readygate/minimal"), org("version: 1\nextends: readygate/strict\n"))
    assert policy.preset == "readygate/strict"
    assert policy.origins["extends"].layer == "org"
    (note,) = policy.notes
    assert ".github/rules.yml:2" in note
    assert "readygate/minimal" in note


def test_the_repositorys_preset_counts_where_the_org_names_none() -> None:
    policy = built(org("version: 1\nrules: {tls: block}"), repository("version: 1\nextends: readygate/minimal"))
    assert (policy.preset, policy.notes) == ("readygate/minimal", ())
    assert modes(policy)["tls"] == "block"


def test_waivers_attestations_and_issues_of_all_layers_count() -> None:
    waiver = "waivers: [{rule: %s, reason: r, approved-by: ann, expires: 2027-01-01}]"
    policy = built(
        org(
            f"version: 1\ndeploy: recreate\n{waiver % 'tls'}\n"
            "issues: {labels: [x], due-days: {P0: 3}, budget-per-day: 9}"
        ),
        repository(
            f"version: 1\n{waiver % 'health'}\nissues: {{enabled: false, priorities: [P2], due-days: {{P1: 4}}}}"
        ),
    )
    assert [(one.rule, one.origin.layer) for one in policy.waivers] == [("tls", "org"), ("health", "repository")]
    assert policy.deploy == "recreate"
    issues = policy.issues
    assert (issues.enabled, issues.labels, issues.priorities, issues.budget_per_day) == (
        False,
        ("x",),
        (Priority.P2,),
        9,
    )
    assert issues.due_days == {Priority.P0: 3, Priority.P1: 4, Priority.P2: 90}
    assert policy.origins["issues.due-days.P0"].layer == "org"
    assert policy.origins["issues.due-days.P1"].layer == "repository"


def test_a_layer_with_mistakes_takes_no_part() -> None:
    policy = build_policy(
        [org("version: 1\nrules: {tls: block}"), repository("version: 1\nrules: {tls: off, x: off}")], SMALL
    )
    assert modes(policy)["tls"] == "block"
    assert [layer.name for layer in policy.layers] == ["preset", "org"]
    (problem,) = policy.problems
    assert (problem.path, problem.line) == (".github/rules.yml", 2)


def test_a_given_preset_layer_takes_the_place_of_the_extended_one() -> None:
    policy = built(org("version: 1\nextends: readygate/minimal"), preset_layer("strict"))
    assert (policy.preset, modes(policy)["health"]) == ("readygate/strict", "block")


DIGEST_SAME = [
    ("version: 1\nrules: {tls: report}", "# a comment\nversion: 1\n\nrules:\n  tls: {mode: report}\n"),
    ("", "version: 1"),
    ("version: 1\nrules: {coverage: {with: {project: 80}}}", "version: 1"),
    ("version: 1\nrules: {tls: block, health: off}", "version: 1\nrules: {health: off, tls: block}"),
    ("version: 1\nissues: {labels: [a, b]}", "version: 1\nissues: {labels: [b, a]}"),
]
WAIVER = "{rule: tls, reason: r, approved-by: ann, expires: 2027-01-0%d}"
DIGEST_DIFFERENT = [
    "version: 1\nrules: {tls: block}",
    "version: 1\nrules: {coverage: {with: {project: 81}}}",
    "version: 1\ndeploy: recreate",
    "version: 1\nissues: {enabled: false}",
    "version: 1\nissues: {due-days: {P0: 1}}",
    f"version: 1\nwaivers: [{WAIVER % 1}]",
    f"version: 1\nwaivers: [{WAIVER % 2}]",
    "version: 1\nattestations: [{rule: tls, by: a, on: 2026-01-01, proof: p, valid-days: 3}]",
    "version: 1\nextends: readygate/strict",
]


@pytest.mark.parametrize(("one", "other"), DIGEST_SAME)
def test_equal_policies_have_equal_digests(one: str, other: str) -> None:
    assert built(repository(one)).digest == built(Layer("repository", "elsewhere.yml", other, "other commit")).digest


def test_every_effective_value_is_in_the_digest() -> None:
    digests = {built(repository(text)).digest for text in DIGEST_DIFFERENT} | {built().digest}
    assert len(digests) == len(DIGEST_DIFFERENT) + 1


def test_another_catalogue_is_another_digest() -> None:
    assert built().digest != build_policy([], catalogue(rule("tls", "security"))).digest


@pytest.mark.parametrize("name", ["readygate/strict", "strict"])
def test_presets_are_found_by_both_names(name: str) -> None:
    assert preset_layer(name).path == "readygate/strict"
    assert preset_text(name) == preset_layer("strict").text


@pytest.mark.parametrize("name", ["lenient", "acme/strict", "../strict", "readygate/../strict", ""])
def test_another_preset_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="readygate/minimal"):
        preset_text(name)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_hold_for_a_catalogue_that_lacks_their_rules(preset: str) -> None:
    small = catalogue(rule("tls", "security"))
    assert build_policy([preset_layer(preset)], small).settings["tls"].mode in Mode


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_name_only_rules_that_come_with_readygate(preset: str) -> None:
    shipped = {path.stem for path in builtin_rules().glob("*/*.yml")}
    assert set(read_policy_text(preset_text(preset), preset).values["rules"]) <= shipped


def test_a_policy_travels_to_another_process() -> None:
    policy: Any = built(org("version: 1\nrules: {tls: block}"))
    assert pickle.loads(pickle.dumps(policy)) == policy
