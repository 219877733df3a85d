"""A rule: one YAML file that says what production-ready means for one thing, with its own examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypedDict

from pydantic import ValidationError

from app.readiness.conditions.attest import AttestCondition
from app.readiness.conditions.condition import AnyOf, Condition, Reference, walk
from app.readiness.conditions.parse import parse_condition
from app.readiness.conditions.planned import PlannedCondition
from app.readiness.conditions.reading import Mistakes
from app.readiness.formats.marked import Location
from app.readiness.rule_text import CONDITIONS, AspectText, Example, Kind, Parameter, RuleText, add_validation
from app.readiness.stacks import STACKS
from app.readiness.status import Priority

_LEVELS = {Priority.P0: 2, Priority.P1: 3, Priority.P2: 5}


class _Conditions(TypedDict):
    applies_when: Condition | None
    implemented: Condition | None
    partial: Condition | None
    planned: Condition
    unknown_when: Condition | None


@dataclass(frozen=True, slots=True)
class Aspect:
    """A narrower question of a rule, judged with it and never scored; without `implemented` it stands as its rule."""

    id: str
    title: str
    aliases: tuple[str, ...]
    priority: Priority
    applies_when: Condition | None
    implemented: Condition | None
    partial: Condition | None
    planned: Condition
    unknown_when: Condition | None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return _given(self)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its conditions compiled; level is 1 to 5, `text` is what it was read from.

    fixes: what differs for a stack, added to `fix` where the repository has it.
    detector: what decides alone; measured_by: what decides where it was given something, in the place of conditions.
    """

    id: str
    title: str
    category: str
    priority: Priority
    level: int
    kind: Kind
    why: str
    fix: str
    fixes: Mapping[str, str]
    messages: Mapping[str, str]
    aliases: tuple[str, ...]
    references: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    detector: str | None
    measured_by: str | None
    per_component: bool
    examples: tuple[Example, ...]
    tool_hints: tuple[str, ...]
    attestation: str | None
    applies_when: Condition | None
    implemented: Condition | None
    partial: Condition | None
    planned: Condition
    unknown_when: Condition | None
    aspects: tuple[Aspect, ...]
    text: RuleText = field(repr=False)

    @property
    def own_conditions(self) -> tuple[Condition, ...]:
        return _given(self)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions, those of its aspects too."""
        return (*self.own_conditions, *(condition for aspect in self.aspects for condition in aspect.conditions))

    def with_parameters(self, values: Mapping[str, Any]) -> "Rule":
        """The rule with other values in its conditions; names it does not have are left out."""
        known = {name: value for name, value in values.items() if name in self.parameters}
        if all(self.parameters[name].default == value for name, value in known.items()):
            return self
        return replace(_compile(self.text, Mistakes(is_trusted=True), known), parameters=self.parameters)


def _given(asked: Rule | Aspect) -> tuple[Condition, ...]:
    every = (asked.applies_when, asked.implemented, asked.partial, asked.planned, asked.unknown_when)
    return tuple(condition for condition in every if condition is not None)


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
    _check_whole(rule, mistakes)
    return rule if len(mistakes.found) == before else None


def _check_conditions(raw: Any, mistakes: Mistakes) -> None:
    """The mistakes in conditions are reported together with those of the other keys."""
    if not isinstance(raw, Mapping):
        return
    stated = raw.get("parameters")
    parameters = stated.items() if isinstance(stated, Mapping) else ()
    defaults = {name: item.get("default") for name, item in parameters if isinstance(item, Mapping)}
    aspects = raw.get("aspects")
    homes: list[tuple[Location, Any]] = [((), raw)]
    homes += [(("aspects", index), one) for index, one in enumerate(aspects if isinstance(aspects, list) else ())]
    for at, home in homes:
        for name in CONDITIONS if isinstance(home, Mapping) else ():
            if home.get(name) is not None:
                parse_condition(_fill(home[name], defaults, (*at, name), mistakes), (*at, name), mistakes)


def _check_whole(rule: Rule, mistakes: Mistakes) -> None:
    text = rule.text
    if not text.detector and text.implemented is None and not text.attestation:
        mistakes.add((), "the rule can never be implemented", "add 'implemented', 'detector' or 'attestation'")
    if text.detector and any(getattr(text, name) is not None for name in ("implemented", "partial", "planned")):
        mistakes.add(("detector",), "a detector decides alone", "drop implemented, partial and planned")
    if text.kind == "attest" and not text.attestation:
        mistakes.add(("kind",), "'attest' needs an attestation", "attestation: <id>")
    parts = walk(rule.implemented) if rule.implemented is not None else ()
    if text.kind == "composite" and not any(isinstance(part, Reference) for part in parts):
        mistakes.add(("kind",), "a composite is computed from other rules", "use 'rule: id' in 'implemented'")
    for stack in text.fixes:
        if stack not in STACKS:
            mistakes.add(("fixes", stack), f"'{stack}' is no stack", f"use one of {', '.join(STACKS)}")
    _check_aspects(text, mistakes)


def _check_aspects(text: RuleText, mistakes: Mistakes) -> None:
    known = {text.id}
    for index, aspect in enumerate(text.aspects):
        if aspect.id in known:
            mistakes.add(("aspects", index, "id"), f"the id '{aspect.id}' is taken in this rule")
        if aspect.implemented is None and (aspect.partial is not None or aspect.unknown_when is not None):
            words = "an aspect without 'implemented' stands as its rule, so it has no 'partial' and no 'unknown_when'"
            mistakes.add(("aspects", index), words)
        known.add(aspect.id)
    for index, example in enumerate(text.examples):
        for name in example.aspects:
            if name not in known or name == text.id:
                mistakes.add(("examples", index, "aspects", name), f"'{name}' is no aspect of this rule")


def _compile(text: RuleText, mistakes: Mistakes, values: Mapping[str, Any]) -> Rule:
    known = {name: values.get(name, parameter.default) for name, parameter in text.parameters.items()}
    return Rule(
        id=text.id,
        title=text.title,
        category=text.category,
        priority=text.priority,
        level=text.level or _LEVELS[text.priority],
        kind=text.kind,
        why=text.why.strip(),
        fix=text.fix.strip(),
        fixes={stack: words.strip() for stack, words in text.fixes.items()},
        messages={status.value: words.strip() for status, words in text.message.items()},
        aliases=text.aliases,
        references=text.references,
        parameters=text.parameters,
        detector=text.detector,
        measured_by=text.measured_by,
        per_component=text.per == "service",
        examples=text.examples,
        tool_hints=text.tool_hints,
        attestation=text.attestation,
        **_conditions(text, (), mistakes, known),
        aspects=tuple(
            Aspect(
                id=one.id,
                title=one.title,
                aliases=one.aliases,
                priority=one.priority or text.priority,
                **_conditions(one, ("aspects", index), mistakes, known),
            )
            for index, one in enumerate(text.aspects)
        ),
        text=text,
    )


def _conditions(text: RuleText | AspectText, at: Location, mistakes: Mistakes, known: Mapping[str, Any]) -> _Conditions:
    def condition(name: str) -> Condition | None:
        raw, here = getattr(text, name), (*at, name)
        if raw is None:
            return None
        filled = raw if mistakes.is_trusted and not known else _fill(raw, known, here, mistakes)
        return parse_condition(filled, here, mistakes)

    return _Conditions(
        applies_when=condition("applies_when"),
        implemented=_with_attestation(condition("implemented"), text),
        partial=condition("partial"),
        planned=_with_default_plan(condition("planned"), text),
        unknown_when=condition("unknown_when"),
    )


def _with_attestation(implemented: Condition | None, text: RuleText | AspectText) -> Condition | None:
    """A valid statement of a person stands for the evidence no file can give."""
    if isinstance(text, AspectText) or not text.attestation:
        return implemented
    attested = AttestCondition(tuple(dict.fromkeys((text.attestation, text.id))))
    return AnyOf((implemented, attested)) if implemented is not None else attested


def _with_default_plan(planned: Condition | None, text: RuleText | AspectText) -> Condition:
    default = PlannedCondition(tuple(dict.fromkeys((text.id, text.title, *text.aliases))))
    return AnyOf((planned, default)) if planned is not None else default


def _fill(raw: Any, values: Mapping[str, Any], location: Location, mistakes: Mistakes) -> Any:
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
