import pytest
from asking import ask, judge

RUNBOOK = """# Disaster recovery

The RTO is 4 hours. Last reviewed: 2026-08-01.

## The database is lost

1. Stop writers.
2. Restore the newest backup.

```bash
pg_restore db.dump
```

## Afterwards

Write down what happened.
"""


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        ({"title": "(?i)disaster"}, "implemented"),
        ({"title": "(?i)rollback"}, "missing"),
        ({"heading": "^The database"}, "implemented"),
        ({"heading": "^The database", "steps": {"min": 3}}, "implemented"),
        ({"heading": "^The database", "steps": {"min": 4}}, "missing"),
        ({"heading": "Afterwards", "steps": {"min": 1}}, "missing"),
        ({"title": "D", "must": ["RTO", "(?i)restore"], "forbid": ["TODO"]}, "implemented"),
        ({"title": "D", "must": ["RTO", "RPO"]}, "missing"),
        ({"title": "D", "forbid": ["hours"]}, "missing"),
        ({"title": "D", "min_words": 10}, "implemented"),
        ({"title": "D", "min_words": 100}, "missing"),
        ({"title": "D", "max_age_days": 90}, "implemented"),
        ({"title": "D", "max_age_days": 30}, "missing"),
        ({"paths": ["docs/*.md"]}, "implemented"),
        ({"paths": ["*.md"]}, "missing"),
    ],
)
def test_the_substance_of_markdown(doc: dict[str, object], expected: str) -> None:
    assert ask({"doc": doc}, {"docs/dr.md": RUNBOOK}) == expected


def test_the_evidence_is_the_heading() -> None:
    result = judge({"implemented": {"doc": {"heading": "Afterwards"}}}, {"docs/dr.md": RUNBOOK})
    assert [(e.line, e.text) for e in result.evidence] == [(14, "Afterwards")]


def test_a_document_that_lacks_substance_is_named() -> None:
    result = judge({"implemented": {"doc": {"title": "D", "min_words": 100}}}, {"docs/dr.md": RUNBOOK})
    assert (result.status, result.evidence[0].path) == ("missing", "docs/dr.md")


def test_a_link_to_a_wiki_is_unknown() -> None:
    text = "# Disaster recovery\n\nSee https://acme.atlassian.net/wiki/dr\n"
    assert ask({"doc": {"title": "Disaster", "steps": {"min": 2}}}, {"dr.md": text}) == "unknown"


def test_other_markup_is_read_by_its_lines() -> None:
    rst = "Disaster recovery\n=================\n\n1. Stop.\n2. Restore.\n\nAfter\n-----\n\nMend.\n"
    adoc = "= Disaster recovery\n\n== Steps\n\n. Stop.\n. Restore.\n"
    condition = {"doc": {"title": "Disaster", "steps": {"min": 2}}}
    assert ask(condition, {"dr.rst": rst}) == "implemented"
    assert ask(condition, {"dr.adoc": adoc}) == "implemented"


def test_titles_come_from_front_matter_or_the_name() -> None:
    assert (
        ask({"doc": {"title": "^Recovery plan$"}}, {"a.md": "---\ntitle: 'Recovery plan'\n---\n\nText.\n"})
        == "implemented"
    )
    assert ask({"doc": {"title": "^disaster recovery$"}}, {"disaster-recovery.md": "Only text.\n"}) == "implemented"


@pytest.mark.parametrize("text", ["x" * 30_000, "a\n" * 50_000])
def test_documents_over_a_limit_are_unknown(text: str) -> None:
    assert ask({"doc": {"paths": ["a.md"], "title": "x"}}, {"a.md": text}) == "unknown"


@pytest.mark.parametrize("text", ["> " * 9_000 + "x", "- " * 9_000 + "x", "[" * 19_000, "`" * 19_000, "* _" * 6_000])
def test_hostile_markdown_ends_quickly(text: str) -> None:
    assert ask({"doc": {"paths": ["a.md"], "must": ["nothing"]}}, {"a.md": text}) == "missing"
