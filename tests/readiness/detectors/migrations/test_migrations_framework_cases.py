"""Every case of a framework gives the hazards it must give, and no others that block."""

import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from judged_migrations import judge_change

from app.readiness.detectors.migrations.hazards.data_hazards import PROCESS_HAZARDS
from app.readiness.result import RuleResult
from app.readiness.status import Severity

GROUPS = {
    path.stem: yaml.safe_load(path.read_text())
    for path in sorted((Path(__file__).parent / "cases" / "frameworks").glob("*.yml"))
}
CASES = [
    pytest.param(case, group, id=f"{name}-{number}")
    for name, group in GROUPS.items()
    for number, case in enumerate(group["cases"])
]
PROCESS = {hazard.id for hazard in PROCESS_HAZARDS}


def wrapped(group: dict[str, Any], code: str) -> str:
    """The code in the place that the group's frame leaves for it, indented as that place is."""
    lines = group["wrap"].splitlines()
    place = next(number for number, line in enumerate(lines) if line.strip() == "@code")
    indent = lines[place][: -len("@code")]
    return "\n".join([*lines[:place], textwrap.indent(code.strip("\n"), indent), *lines[place + 1 :]]) + "\n"


def judge_case(case: dict[str, Any], group: dict[str, Any]) -> RuleResult:
    """A case as the one new file after the group's own and, if it has one, its own merged migration."""
    base = {**group.get("base", {}), **case.get("merged", {})}
    if "before" in case:
        base[group["before_path"]] = wrapped(group, case["before"])
    text = case["text"] if "text" in case else wrapped(group, case["code"])
    values = {"database": case.get("database", group.get("database", "postgresql")), "version": case.get("version")}
    return judge_change(base, {**base, case.get("path", group["path"]): text}, values)


@pytest.mark.parametrize(("case", "group"), CASES)
def test_a_framework_gives_these_hazards(case: dict[str, Any], group: dict[str, Any]) -> None:
    result = judge_case(case, group)
    found = {finding.hazard or "" for finding in result.findings}
    errors = {finding.hazard or "" for finding in result.findings if finding.severity is Severity.ERROR}
    expected = set(case["expect"])
    assert expected - found == set(), [finding.message for finding in result.findings]
    assert errors - expected - PROCESS == set(), [finding.message for finding in result.findings]


@pytest.mark.parametrize("name", sorted(GROUPS))
def test_a_framework_has_safe_cases_and_unsafe_ones(name: str) -> None:
    expected = [bool(case["expect"]) for case in GROUPS[name]["cases"]]
    assert any(expected)
    assert not all(expected)
