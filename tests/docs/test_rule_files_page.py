"""docs/rule-files.md names every key, kind, view, operator and language of the rule language."""

from pathlib import Path

import pytest

from app.readiness.conditions.languages import LANGUAGES
from app.readiness.conditions.operators import OPERATORS
from app.readiness.conditions.parse import KINDS
from app.readiness.conditions.views import VIEWS
from app.readiness.formats.manifests.reading import ECOSYSTEMS
from app.readiness.formats.pipelines.systems import read_pipeline
from app.readiness.formats.source import Source
from app.readiness.rule_text import Example, RuleText

PAGE = (Path(__file__).parents[2] / "docs" / "rule-files.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "word",
    [
        *(f"`{name}`" for name in KINDS),
        *(f"`{name}`" for name in ECOSYSTEMS),
        *(f"`{name}:{argument}`" for name, view in VIEWS.items() for argument in view.arguments),
        *(f"`{name}:<" for name, view in VIEWS.items() if not view.arguments and name not in ("k8s", "helm-template")),
        *(f"{name}:" for name in OPERATORS),
        *LANGUAGES,
        *(f"`{name}`" for name in RuleText.model_fields if name not in ("schema_", "kind", "fixes", "aspects")),
        *(f"`{name}`" for name in Example.model_fields if name != "aspects"),
    ],
)
def test_the_page_names(word: str) -> None:
    assert word in PAGE


def test_the_attributes_of_steps_and_jobs_are_those_of_the_page() -> None:
    text = "on: push\njobs:\n  a: {uses: x/y/.github/workflows/ci.yml@v1, with: {a: b}}\n  b: {steps: [{run: x}]}\n"
    for piece in read_pipeline(Source(".github/workflows/ci.yml", text.encode())).pieces:
        for name in piece.value:
            assert name in ("steps", "push") or f"`{name}`" in PAGE
