"""The words of rules on the pages of the reference and at a terminal."""

import json

from app.commands.rule_pages import rule_pages, rule_text
from app.readiness.catalogue import load_catalogue

RULE = {
    "schema": "readygate/rule/v1",
    "id": "drill",
    "title": "A drill",
    "category": "house",
    "priority": "P2",
    "kind": "attest",
    "why": "Somebody has to try.",
    "fix": "Try it.",
    "fixes": {"helm": "Roll back.", "go": "Run it."},
    "attestation": "drill-held",
    "parameters": {"days": {"default": 90, "tighter": "lower", "description": "How old"}},
    "aspects": [{"id": "drill-log", "title": "A log of drills", "implemented": {"path": ["drills.md"]}}],
}
CATALOGUE = load_catalogue({"house/drill.yml": json.dumps(RULE)})


def test_a_page_says_kind_stacks_aspects_and_parameters() -> None:
    page = rule_pages(CATALOGUE)["house.md"]
    for line in (
        "**A drill** · P2 · level 5 · only a person can state it",
        "- Helm: Roll back.",
        "It counts when rules.yml attests `drill-held`, with proof and an end.",
        "- `drill-log`: A log of drills",
        "| `days` | `90` | lower | How old |",
    ):
        assert line in page.splitlines()


def test_a_terminal_shows_the_same() -> None:
    assert rule_text(CATALOGUE.rules["drill"]) == (
        "drill: A drill\nhouse · P2 · level 5 · only a person can state it\n\nWhy\n  Somebody has to try.\n\n"
        "To meet it\n  Try it.\n  Helm: Roll back.\n  Go: Run it.\n\n"
        "Aspects, shown with it and never scored\n  drill-log: A log of drills\n\n"
        "Parameters (in rules.yml under `with`)\n  days: 90  How old\n\n"
        "Attestation\n  counts when rules.yml attests `drill-held`\n"
    )
