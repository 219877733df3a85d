"""Our reader and judge beside squawk and libpg_query on the same SQL."""

from pathlib import Path

import pg_query
import pytest
import yaml
from judged_migrations import hazards, judge_sql
from migration_oracles import MEANS, ask_squawk, explanation
from migration_statements import statements

from app.readiness.detectors.migrations.model import Dialect, Kind
from app.readiness.detectors.migrations.sql import read_sql

CASES = [
    (case, group)
    for path in sorted((Path(__file__).parent / "cases").glob("postgres_*.yml"))
    for group in [yaml.safe_load(path.read_text())]
    for case in group["cases"]
]
PLAIN = {"database": "postgresql", "base": ""}


def parses(text: str) -> bool:
    try:
        pg_query.parse(text)
    except pg_query.PgQueryError:
        return False
    return True


@pytest.mark.parametrize("text", [*dict.fromkeys(statements()), *(case["sql"] for case, _ in CASES)])
def test_what_postgresql_parses_is_read(text: str) -> None:
    unread = [op.note for op in read_sql(text, Dialect.POSTGRES, "a.sql") if op.kind is Kind.DYNAMIC]
    is_known = not unread or unread == ["SQL put together at run time"]
    assert is_known or not parses(text), unread


def test_most_statements_are_ones_that_postgresql_parses() -> None:
    every = list(dict.fromkeys(statements()))
    assert sum(map(parses, every)) > 0.95 * len(every) > 500


def test_each_finding_of_squawk_on_safety_is_found_or_explained(tmp_path: Path) -> None:
    cases = [*CASES, *(({"sql": text}, PLAIN) for text in dict.fromkeys(statements()))]
    missed = []
    for (case, group), found in zip(cases, ask_squawk([case["sql"] for case, _ in cases], tmp_path), strict=True):
        if case.get("deploy") or case.get("tables"):
            continue
        ours = hazards(judge_sql(case, group))
        missed += [
            (rule, case["sql"])
            for rule, _ in found
            if rule in MEANS and not MEANS[rule] & ours and not explanation(rule, case["sql"])
        ]
    assert missed == []
