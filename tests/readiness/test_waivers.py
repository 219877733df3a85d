"""Which gaps a waiver accepts, and until when."""

from datetime import timedelta

import pytest
from judging import SMALL, TODAY, waiver

from app.readiness.findings import Finding
from app.readiness.policy import Waiver
from app.readiness.result import ComponentResult, RuleResult
from app.readiness.rule_names import RuleNames
from app.readiness.status import Status
from app.readiness.waivers import by_rule, is_expired, waive

GAP = RuleResult("tls", Status.MISSING)
A, B = (Finding(f"src/{name}.py", 1, 1, "wrong", name * 32) for name in "ab")
FOUND = RuleResult("no-secrets", Status.MISSING, findings=(A, B))
BATCH, API = ComponentResult("services/batch", Status.MISSING), ComponentResult("services/api", Status.PARTIAL)


def waived(result: RuleResult, *waivers: Waiver, is_explained: bool = False) -> tuple[bool, list[bool]]:
    found = waive(result, waivers, TODAY, is_explained=is_explained)
    return found.is_waived, [finding.waived for finding in found.result.findings]


def test_a_waiver_holds_through_its_last_day() -> None:
    assert not is_expired(waiver("tls", until=TODAY), TODAY)
    assert is_expired(waiver("tls", until=TODAY - timedelta(1)), TODAY)


@pytest.mark.parametrize("status", [Status.PARTIAL, Status.PLANNED, Status.MISSING, Status.UNKNOWN])
def test_a_whole_waiver_accepts_every_gap_until_it_ends(status: Status) -> None:
    result = RuleResult("tls", status)
    assert waived(result, waiver("tls")) == (True, [])
    assert waived(result, waiver("tls", until=TODAY - timedelta(1))) == (False, [])


@pytest.mark.parametrize("status", [Status.IMPLEMENTED, Status.NOT_APPLICABLE, Status.ERROR])
def test_what_is_no_gap_is_not_waived(status: Status) -> None:
    found = waive(RuleResult("tls", status), (waiver("tls"),), TODAY, is_explained=False)
    assert (found.is_waived, found.used) == (False, ())


@pytest.mark.parametrize(
    ("waivers", "is_waived", "findings"),
    [
        ([waiver("no-secrets", path="src/a.py")], False, [True, False]),
        ([waiver("no-secrets", path="src/**")], True, [True, True]),
        ([waiver("no-secrets", path="lib/**")], False, [False, False]),
        ([waiver("no-secrets", fingerprint="b" * 32)], False, [False, True]),
        ([waiver("no-secrets", fingerprint="b" * 32, path="src/a.py")], False, [False, False]),
        ([waiver("no-secrets", fingerprint="b" * 32, path="src/b.py")], False, [False, True]),
        ([waiver("no-secrets", fingerprint="b" * 32), waiver("no-secrets", path="src/a.py")], True, [True, True]),
        ([waiver("no-secrets", path="src/**", until=TODAY - timedelta(1))], False, [False, False]),
    ],
)
def test_findings_go_by_path_and_fingerprint(waivers: list[Waiver], is_waived: bool, findings: list[bool]) -> None:
    assert waived(FOUND, *waivers, is_explained=True) == (is_waived, findings)


def test_waived_findings_do_not_excuse_a_status_they_do_not_explain() -> None:
    assert waived(FOUND, waiver("no-secrets", path="src/**"), is_explained=False) == (False, [True, True])


@pytest.mark.parametrize(
    ("path", "folders", "is_waived"),
    [
        ("services/batch/**", {"services/batch"}, False),
        ("services/batch", {"services/batch"}, False),
        ("services/batch/main.py", set(), False),
        ("services/**", {"services/batch", "services/api"}, True),
        ("**", {"services/batch", "services/api"}, True),
    ],
)
def test_a_path_waives_the_components_it_covers(path: str, folders: set[str], is_waived: bool) -> None:
    result = RuleResult("tls", Status.PARTIAL, components=(BATCH, API, ComponentResult("web", Status.IMPLEMENTED)))
    found = waive(result, (waiver("tls", path=path),), TODAY, is_explained=False)
    assert (found.components, found.is_waived) == (folders, is_waived)
    assert bool(found.used) is bool(folders)


def test_the_root_is_covered_only_by_everything() -> None:
    result = RuleResult("tls", Status.MISSING, components=(ComponentResult(".", Status.MISSING),))
    assert not waived(result, waiver("tls", path="services/**"))[0]
    assert waived(result, waiver("tls", path="**"))[0]


def test_a_path_without_components_or_findings_accepts_nothing() -> None:
    assert waived(GAP, waiver("tls", path="**")) == (False, [])


def test_waivers_mean_rules_by_id_former_id_and_glob() -> None:
    waivers = [waiver("coverage-gate"), waiver("security/*"), waiver("gone")]
    found = by_rule(waivers, RuleNames(SMALL))
    assert {rule: [one.rule for one in ones] for rule, ones in found.items()} == {
        "coverage": ["coverage-gate"],
        "no-secrets": ["security/*"],
        "tls": ["security/*"],
    }
