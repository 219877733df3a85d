"""The shape of rules.yml: pydantic models from which the published JSON Schema is made."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, StringConstraints, WithJsonSchema
from pydantic_core import CoreSchema

from app.readiness.status import Mode, Priority

PRESETS = ("readygate/minimal", "readygate/recommended", "readygate/strict")
MAX_RULE_ENTRIES = 2_000
MAX_WAIVERS = 500
PATTERN_BLANK = r"\S"
PATTERN_WORD = r"^\S+$"
PATTERN_HEXADECIMAL = r"^[0-9a-f]{8,64}$"

Words = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PATTERN_BLANK)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=PATTERN_WORD)]
Glob = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Hexadecimal = Annotated[str, StringConstraints(pattern=PATTERN_HEXADECIMAL)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=PATTERN_BLANK)]
"""GitHub's limit for a label's name is 50 characters."""
Days = Annotated[int, Field(ge=1, le=3650)]
_SCALAR = {"type": ["boolean", "number", "string"]}
_NAMED = {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _SCALAR}}
Parameter = Annotated[Any, WithJsonSchema({"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}, _NAMED]})]
"""Checked against the rule's declaration afterwards, which knows the type."""


def dashed(name: str) -> str:
    return name.replace("_", "-")


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=dashed)


class RuleShape(Shape):
    """What the policy says of one rule, or of every rule a glob names; a mode alone is the short form."""

    mode: Mode | None = Field(None, description="What a gap does, from `off` to `block`.")
    with_: dict[Name, Parameter] = Field({}, alias="with", description="The rule's own parameters.")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        long_form = handler.resolve_ref_schema(handler(core))
        return {"anyOf": [{"enum": [mode.value for mode in Mode]}, long_form]}


class WaiverShape(Shape):
    """An accepted gap; path and fingerprint narrow it, and it holds through the day it expires."""

    rule: Glob = Field(description="A rule id, or a glob over ids or `category/id`.")
    path: Glob | None = Field(None, description="A glob over paths; without it the whole rule is waived.")
    fingerprint: Hexadecimal | None = Field(None, description="One finding, as the report names it.")
    reason: Words
    approved_by: Name
    expires: date = Field(description="The last day it holds, such as 2027-03-01.")


class AttestationShape(Shape):
    """A human statement with proof; it counts from `on` for `valid-days`."""

    rule: Glob = Field(description="A rule id.")
    by: Name
    on: date
    proof: Words
    valid_days: Days


class DueDaysShape(Shape):
    """Days until an issue is due, by priority."""

    P0: Days | None = None
    P1: Days | None = None
    P2: Days | None = None


class IssuesShape(Shape):
    """Which gaps become issues, and how."""

    enabled: bool | None = None
    priorities: Annotated[list[Priority], Field(max_length=3)] | None = None
    labels: Annotated[list[Label], Field(max_length=20)] | None = None
    due_days: DueDaysShape = DueDaysShape()
    group: (
        Annotated[
            Literal["auto", "rule", "category"],
            Field(description="What shares an issue: with `auto`, the default, above 20 gaps those of a category."),
        ]
        | None
    ) = None
    budget_per_day: Annotated[int, Field(ge=1, le=500, description="New issues a day in one repository.")] | None = None


class PrioritiesShape(Shape):
    """The mode of every rule of a priority, where no entry under `rules` says otherwise."""

    P0: Mode | None = None
    P1: Mode | None = None
    P2: Mode | None = None


class PolicyShape(Shape):
    """The readiness policy of an organisation or of one repository."""

    version: Annotated[int, Field(ge=1, le=1), WithJsonSchema({"const": 1})]
    extends: Literal["readygate/minimal", "readygate/recommended", "readygate/strict"] | None = None
    deploy: Literal["rolling", "recreate"] | None = Field(
        None, description="How a new version replaces the old one; `recreate` relaxes version-skew rules."
    )
    priorities: PrioritiesShape = Field(PrioritiesShape(), description="Only in the presets of Readygate itself.")
    rules: Annotated[dict[Glob, RuleShape], Field(max_length=MAX_RULE_ENTRIES)] = Field(
        {}, description="By rule id, or by a glob over ids or `category/id`; an id wins over a glob."
    )
    waivers: Annotated[list[WaiverShape], Field(max_length=MAX_WAIVERS)] = []
    attestations: Annotated[list[AttestationShape], Field(max_length=MAX_WAIVERS)] = []
    issues: IssuesShape = IssuesShape()


def policy_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of rules.yml; known ids and parameter types are checked with the catalogue."""
    schema: dict[str, Any] = _tidied(PolicyShape.model_json_schema(by_alias=True), is_schema=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Readygate rules.yml"}


def _tidied(schema: Any, *, is_schema: bool) -> Any:
    """Without generated titles, defaults and nulls, so that an editor shows the words a person writes."""
    if isinstance(schema, list):
        return [_tidied(part, is_schema=is_schema) for part in schema]
    if not isinstance(schema, dict):
        return schema
    named = ("properties", "$defs", "patternProperties")
    kept = {
        key: _tidied(part, is_schema=not (is_schema and key in named))
        for key, part in schema.items()
        if not is_schema or key not in ("title", "default")
    }
    options = [option for option in kept.get("anyOf", ()) if option != {"type": "null"}]
    if is_schema and len(options) == 1:
        del kept["anyOf"]
        return {**options[0], **kept}
    return {**kept, "anyOf": options} if is_schema and options else kept
