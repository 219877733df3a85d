"""A rule: one YAML file that says what production-ready means for one thing, with its own examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.readiness.conditions.attest import AttestCondition
from app.readiness.conditions.condition import AnyOf, Condition
from app.readiness.conditions.parse import parse_condition
from app.readiness.conditions.planned import PlannedCondition
from app.readiness.conditions.reading import Mistakes
from app.readiness.status import Priority, Status

SCHEMA: Literal["readygate/rule/v1"] = "readygate/rule/v1"
_ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_LEVELS = {Priority.P0: 2, Priority.P1: 3, Priority.P2: 5}
CONDITIONS = ("applies_when", "implemented", "partial", "planned", "unknown_when")


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
    """Small files and the status they must get; base makes it a change, findings says how many are expected."""

    status: Status
    files: dict[str, str]
    base: dict[str, str] | None = None
    name: str = ""
    today: date = date(2026, 1, 15)
    attestations: tuple[ExampleAttestation, ...] = ()
    reports: dict[str, str] = {}
    findings: int | None = None


class RuleText(_Text):
    """The keys of a rule file."""

    schema_: Literal["readygate/rule/v1"] = Field(default=SCHEMA, alias="schema")
    id: str = Field(pattern=_ID, max_length=80)
    title: str = Field(min_length=1, max_length=120)
    category: str = Field(pattern=_ID)
    priority: Priority
    level: int | None = Field(default=None, ge=1, le=5)
    why: str = ""
    fix: str = ""
    message: dict[Status, str] = {}
    aliases: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    parameters: dict[str, Parameter] = {}
    detector: str | None = None
    per: Literal["service"] | None = None
    applies_when: Any = None
    implemented: Any = None
    partial: Any = None
    planned: Any = None
    unknown_when: Any = None
    attestation: str | None = None
    tool_hints: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its conditions compiled; level is 1 to 5, `text` is what it was read from."""

    id: str
    title: str
    category: str
    priority: Priority
    level: int
    why: str
    fix: str
    messages: Mapping[str, str]
    aliases: tuple[str, ...]
    references: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    detector: str | None
    per_component: bool
    examples: tuple[Example, ...]
    tool_hints: tuple[str, ...]
    attestation: str | None
    applies_when: Condition | None
    implemented: Condition | None
    partial: Condition | None
    planned: Condition
    unknown_when: Condition | None
    text: RuleText = field(repr=False)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        every = (self.applies_when, self.implemented, self.partial, self.planned, self.unknown_when)
        return tuple(condition for condition in every if condition is not None)

    def with_parameters(self, values: Mapping[str, Any]) -> "Rule":
        """The rule with other values in its conditions; names it does not have are left out."""
        known = {name: value for name, value in values.items() if name in self.parameters}
        if all(self.parameters[name].default == value for name, value in known.items()):
            return self
        return replace(_compile(self.text, Mistakes(is_trusted=True), known), parameters=self.parameters)


def read_rule(raw: Any, mistakes: Mistakes) -> Rule | None:
    """The rule in plain values; None, with mistakes added, when it has any."""
    before = len(mistakes.found)
    try:
        text = RuleText.model_validate(raw)
    except ValidationError as error:
        add_validation(error, mistakes)
        _check_conditions(raw, mistakes)
        return None
    rule = _compile(text, mistakes, {})
    _check_whole(text, mistakes)
    return rule if len(mistakes.found) == before else None


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


def _check_conditions(raw: Any, mistakes: Mistakes) -> None:
    """The mistakes in conditions are reported together with those of the other keys."""
    if not isinstance(raw, Mapping):
        return
    stated = raw.get("parameters")
    parameters = stated.items() if isinstance(stated, Mapping) else ()
    defaults = {name: item.get("default") for name, item in parameters if isinstance(item, Mapping)}
    for name in CONDITIONS:
        if raw.get(name) is not None:
            parse_condition(_fill(raw[name], defaults, (name,), mistakes), (name,), mistakes)


def _check_whole(text: RuleText, mistakes: Mistakes) -> None:
    if not text.detector and text.implemented is None and not text.attestation:
        mistakes.add((), "the rule can never be implemented", "add 'implemented', 'detector' or 'attestation'")
    if text.detector and any(getattr(text, name) is not None for name in ("implemented", "partial", "planned")):
        mistakes.add(("detector",), "a detector decides alone", "drop implemented, partial and planned")


def _compile(text: RuleText, mistakes: Mistakes, values: Mapping[str, Any]) -> Rule:
    known = {name: values.get(name, parameter.default) for name, parameter in text.parameters.items()}

    def condition(name: str) -> Condition | None:
        raw = getattr(text, name)
        return parse_condition(_fill(raw, known, (name,), mistakes), (name,), mistakes) if raw is not None else None

    return Rule(
        id=text.id,
        title=text.title,
        category=text.category,
        priority=text.priority,
        level=text.level or _LEVELS[text.priority],
        why=text.why.strip(),
        fix=text.fix.strip(),
        messages={status.value: words.strip() for status, words in text.message.items()},
        aliases=text.aliases,
        references=text.references,
        parameters=text.parameters,
        detector=text.detector,
        per_component=text.per == "service",
        examples=text.examples,
        tool_hints=text.tool_hints,
        attestation=text.attestation,
        applies_when=condition("applies_when"),
        implemented=_with_attestation(condition("implemented"), text),
        partial=condition("partial"),
        planned=_with_default_plan(condition("planned"), text),
        unknown_when=condition("unknown_when"),
        text=text,
    )


def _with_attestation(implemented: Condition | None, text: RuleText) -> Condition | None:
    """A valid statement of a person stands for the evidence no file can give."""
    if not text.attestation:
        return implemented
    attested = AttestCondition(tuple(dict.fromkeys((text.attestation, text.id))))
    return AnyOf((implemented, attested)) if implemented is not None else attested


def _with_default_plan(planned: Condition | None, text: RuleText) -> Condition:
    default = PlannedCondition(tuple(dict.fromkeys((text.id, text.title, *text.aliases))))
    return AnyOf((planned, default)) if planned is not None else default


def _fill(raw: Any, values: Mapping[str, Any], location: tuple[str | int, ...], mistakes: Mistakes) -> Any:
    """`{parameter: name}` replaced by its value, wherever a value stands."""
    if isinstance(raw, Mapping):
        if set(raw) == {"parameter"}:
            name = raw["parameter"]
            if name not in values:
                mistakes.add(location, f"'{name}' is no parameter of this rule")
            return values.get(name)
        return {key: _fill(item, values, (*location, key), mistakes) for key, item in raw.items()}
    if isinstance(raw, list):
        return [_fill(item, values, (*location, index), mistakes) for index, item in enumerate(raw)]
    return raw
