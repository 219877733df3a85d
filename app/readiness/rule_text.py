"""What may stand in rule files, and in those of facts and categories."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.readiness.conditions.reading import Mistakes
from app.readiness.status import Priority, Status

SCHEMA: Literal["readygate/rule/v1"] = "readygate/rule/v1"
CONDITIONS = ("applies_when", "implemented", "partial", "planned", "unknown_when")
Kind = Literal["rule", "composite", "attest"]
_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class _Text(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Parameter(_Text):
    """A value a policy may set with `with`; tighter says in which direction a locked value may still move."""

    default: Any
    tighter: Literal["higher", "lower", "equal"] = "equal"
    description: str = ""


class ExampleAttestation(_Text):
    """An attestation an example is judged with."""

    rule: str
    on: date
    by: str = "ann"
    proof: str = "https://example.com/proof"
    valid_days: int = Field(default=365, alias="valid-days")


class Example(_Text):
    """Small files and the status they must get; base makes it a change.

    findings: how many are expected; aspects: the status that aspects must get, by their ids.
    """

    status: Status
    files: dict[str, str]
    base: dict[str, str] | None = None
    name: str = ""
    today: date = date(2026, 1, 15)
    attestations: tuple[ExampleAttestation, ...] = ()
    reports: dict[str, str] = {}
    findings: int | None = None
    aspects: dict[str, Status] = {}


class AspectText(_Text):
    """The keys of an aspect: a narrower question, judged with its rule and never scored."""

    id: str = Field(pattern=_ID, max_length=80)
    title: str = Field(min_length=1, max_length=120)
    aliases: tuple[str, ...] = ()
    priority: Priority | None = None
    applies_when: Any = None
    implemented: Any = None
    partial: Any = None
    planned: Any = None
    unknown_when: Any = None


class RuleText(_Text):
    """The keys of a rule file."""

    schema_: Literal["readygate/rule/v1"] = Field(default=SCHEMA, alias="schema")
    id: str = Field(pattern=_ID, max_length=80)
    title: str = Field(min_length=1, max_length=120)
    category: str = Field(pattern=_ID)
    priority: Priority
    level: int | None = Field(default=None, ge=1, le=5)
    kind: Kind = "rule"
    why: str = ""
    fix: str = ""
    fixes: dict[str, str] = {}
    message: dict[Status, str] = {}
    aliases: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    parameters: dict[str, Parameter] = {}
    detector: str | None = None
    measured_by: str | None = None
    per: Literal["service"] | None = None
    applies_when: Any = None
    implemented: Any = None
    partial: Any = None
    planned: Any = None
    unknown_when: Any = None
    attestation: str | None = None
    tool_hints: tuple[str, ...] = ()
    aspects: tuple[AspectText, ...] = ()
    examples: tuple[Example, ...] = ()


class FactText(_Text):
    """One fact: a condition with a name; firm: its texts are constructs of a language, as sure as structure."""

    id: str
    title: str
    firm: bool = False
    holds: Any
    examples: tuple[Example, ...] = ()


class FactsText(_Text):
    """The keys of facts.yml."""

    schema_: Literal["readygate/rules/v1"] = Field(alias="schema")
    facts: list[FactText]


class CategoryText(_Text):
    """A category, in the order of reports."""

    id: str
    title: str


class CategoriesText(_Text):
    """The keys of categories.yml."""

    schema_: Literal["readygate/categories/v1"] = Field(alias="schema")
    categories: list[CategoryText]


def add_validation(error: ValidationError, mistakes: Mistakes) -> None:
    """What pydantic found, in plain words."""
    for problem in error.errors():
        location = problem["loc"]
        if problem["type"] == "extra_forbidden":
            mistakes.add(location, f"unknown key '{location[-1]}'")
        elif problem["type"] == "missing":
            mistakes.add(location[:-1], f"'{location[-1]}' is missing")
        else:
            mistakes.add(location, f"'{location[-1] if location else 'rule'}': {problem['msg']}")
