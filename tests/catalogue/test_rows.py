"""Every row of the catalogue that the rules were written from is answered, and so is every line of its checklist."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from app.readiness.catalogue import Catalogue, read_catalogue

HERE = Path(__file__).parent
CHECKLIST = "003"
"""The document of which every checklist line counts."""

ELSEWHERE = {
    "no-secrets-in-code": "no-secrets",
    "backward-compatible-migrations": "migrations-backward-compatible",
    "coverage-threshold": "coverage",
    "ci-coverage": "coverage",
}
"""Rows that a headline rule answers, itself or as one of its aspects."""

MOVED: dict[str, str] = {}
"""Aspects that lie with another rule than the parent of their row, each with the reason in a comment."""


class Row(NamedTuple):
    """kind: rule, composite, attestation or variant; seeds: `document:line`."""

    id: str
    kind: str
    parent: str | None
    seeds: list[str]


def rows() -> list[Row]:
    return [Row(**json.loads(line)) for line in (HERE / "rows.jsonl").read_text(encoding="utf-8").splitlines()]


@cache
def catalogue() -> Catalogue:
    return read_catalogue(HERE.parents[1] / "rules")


@cache
def owners() -> dict[str, str]:
    """The rule of every aspect."""
    return {aspect.id: rule.id for rule in catalogue().rules.values() for aspect in rule.aspects}


def unanswered(row: Row) -> str:
    """What is wrong with the answer to a row, or ""."""
    rule = catalogue().rules.get(row.id)
    parent = MOVED.get(row.id) or row.parent
    if row.kind == "attestation":
        return "" if rule is not None and rule.kind == "attest" else "no rule of kind attest"
    if row.id in ELSEWHERE:
        return "" if ELSEWHERE[row.id] in catalogue().rules else f"no rule {ELSEWHERE[row.id]}"
    if parent is not None:
        answer = rule.id if rule is not None else owners().get(row.id)
        return "" if answer in (row.id, ELSEWHERE.get(parent, parent)) else f"an aspect of {answer}, not of {parent}"
    return "" if rule is not None else "no rule"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
def test_every_row_is_answered(row: Row) -> None:
    assert unanswered(row) == ""


def test_every_line_of_the_checklist_is_resolved_by_a_row() -> None:
    lines = {f"{CHECKLIST}:{line}" for line in json.loads((HERE / "checklist.json").read_text(encoding="utf-8"))}
    resolved = {seed for row in rows() if not unanswered(row) for seed in row.seeds}
    assert sorted(lines - resolved) == []
    assert len(lines) == 242


def test_the_tables_name_rows_that_exist() -> None:
    known = {row.id for row in rows()}
    assert len(known) == len(rows()) == 335
    assert {*ELSEWHERE, *MOVED} <= known
    assert set(MOVED.values()) <= set(catalogue().rules)
