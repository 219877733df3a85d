"""A case of SQL or of a repository judged in memory."""

from collections.abc import Mapping
from typing import Any

from app.readiness.detectors.detector import Trees
from app.readiness.detectors.migrations.detector import MigrationsDetector
from app.readiness.examples import compare_texts
from app.readiness.result import RuleResult
from app.readiness.snapshot import MemorySnapshot

RULE = "migrations-backward-compatible"


def judge_change(
    base: Mapping[str, str],
    head: Mapping[str, str],
    values: Mapping[str, Any],
    deploy: str = "rolling",
    tip: Mapping[str, str] | None = None,
) -> RuleResult:
    """The detector's result for a change between two sets of files."""
    before, after = MemorySnapshot(dict(base)), MemorySnapshot(dict(head))
    newest = MemorySnapshot(dict(tip)) if tip is not None else None
    trees = Trees(after, before, compare_texts(before, after), newest, deploy)
    return MigrationsDetector().judge_trees(RULE, trees, values)


def hazards(result: RuleResult) -> set[str]:
    return {finding.hazard or "" for finding in result.findings}


def judge_sql(case: Mapping[str, Any], group: Mapping[str, Any]) -> RuleResult:
    """A case of a file in `cases`: its SQL as the one new file beside the merged one of its group."""
    path = case.get("path", "migrations/0002_change.sql")
    first = "db/migration/V1__base.sql" if path.startswith("db/migration/V") else "migrations/0001_base.sql"
    base = {first: case.get("base", group.get("base", ""))}
    values = {
        "database": group["database"],
        "version": case.get("version", group.get("version")),
        "tables": case.get("tables", {}),
    }
    return judge_change(base, {**base, path: case["sql"]}, values, case.get("deploy", "rolling"))
