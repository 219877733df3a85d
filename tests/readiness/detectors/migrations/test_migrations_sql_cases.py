"""Every case of SQL gives the hazards it must give, and no others."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from judged_migrations import hazards, judge_sql

GROUPS = {
    path.stem: yaml.safe_load(path.read_text()) for path in sorted((Path(__file__).parent / "cases").glob("*.yml"))
}
CASES = [
    pytest.param(case, group, id=f"{name}-{number}")
    for name, group in GROUPS.items()
    for number, case in enumerate(group["cases"])
]


@pytest.mark.parametrize(("case", "group"), CASES)
def test_sql_gives_these_hazards(case: dict[str, Any], group: dict[str, Any]) -> None:
    result = judge_sql(case, group)
    assert hazards(result) == set(case["expect"]), case["sql"]
    if "severity" in case:
        assert {finding.severity for finding in result.findings} == {case["severity"]}
