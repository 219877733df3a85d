"""One layer's rules.yml, parsed and checked against the catalogue."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.errors import InvalidInput
from app.readiness.catalogue import Catalogue
from app.readiness.policy import Attestation, Layer, Origin, Waiver
from app.readiness.policy_meaning import Meaning
from app.readiness.policy_problems import Problems, shown
from app.readiness.policy_shape import AttestationShape, PolicyShape, RuleShape, WaiverShape, policy_schema
from app.readiness.policy_text import PolicyText, Trail, read_policy_text
from app.readiness.rule_names import RuleNames
from app.readiness.status import Mode, Priority

__all__ = ["PolicyFile", "RuleEntry", "parse_policy", "policy_schema"]

SECTIONS = ("extends", "deploy", "priorities", "rules", "waivers", "attestations", "issues")


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One line under `rules`: the rules it means and what it sets, with origins keyed `mode` and `with.<name>`."""

    pattern: str
    rules: tuple[str, ...]
    is_exact: bool
    mode: Mode | None
    parameters: Mapping[str, Any]
    origins: Mapping[str, Origin]


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """One layer without mistakes; `priorities`, `issues` and `due_days` hold only what the text sets.

    origins: keyed `extends`, `deploy`, `priorities.P0`, `issues.labels`, `issues.due-days.P0` and so on.
    """

    layer: Layer
    extends: str | None
    deploy: str | None
    priorities: Mapping[Priority, Mode]
    entries: tuple[RuleEntry, ...]
    waivers: tuple[Waiver, ...]
    attestations: tuple[Attestation, ...]
    issues: Mapping[str, Any]
    due_days: Mapping[Priority, int]
    origins: Mapping[str, Origin]


def parse_policy(layer: Layer, catalogue: Catalogue) -> PolicyFile:
    """The policy of one text; raises `InvalidInput` with its problems, each with line, column and mend.

    An empty text, or one of comments alone, is valid and sets nothing; any key makes `version: 1` mandatory.
    An empty section (`waivers:` with nothing under it) sets nothing either.
    """
    text = read_policy_text(layer.text, layer.path)
    problems = Problems(layer.path, text)
    names = RuleNames(catalogue)
    shape = _shape(text, problems)
    Meaning(catalogue, names, problems, is_preset=layer.name == "preset").check(text.values)
    if shape is None or problems.found:
        raise InvalidInput(f"{layer.path} has mistakes and takes no part", problems.found)
    return _Reader(layer, text, names).file(shape)


def _shape(text: PolicyText, problems: Problems) -> PolicyShape | None:
    values = {key: value for key, value in text.values.items() if not (value is None and key in SECTIONS)}
    if not text.values:
        values = {"version": 1}
    _refuse_nulls(values, (), problems)
    rules = values.get("rules")
    if isinstance(rules, dict):
        short = {name: {"mode": value} if isinstance(value, str) else value for name, value in rules.items()}
        values["rules"] = short
    try:
        return PolicyShape.model_validate_json(json.dumps(values))
    except ValidationError as error:
        problems.add_errors(error)
        return None


def _refuse_nulls(value: Any, trail: Trail, problems: Problems) -> None:
    if value is None and not problems.is_full:
        problems.at_key(trail, f"`{shown(trail[-1])}` has no value", "give it one or remove it")
    elif isinstance(value, dict):
        for key, part in value.items():
            _refuse_nulls(part, (*trail, key), problems)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            _refuse_nulls(part, (*trail, index), problems)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns a text without mistakes into values with origins."""

    layer: Layer
    text: PolicyText
    names: RuleNames

    def file(self, shape: PolicyShape) -> PolicyFile:
        return PolicyFile(
            layer=self.layer,
            extends=shape.extends,
            deploy=shape.deploy,
            priorities={Priority(name): mode for name, mode in shape.priorities if mode is not None},
            entries=tuple(self._entry(pattern, rule) for pattern, rule in shape.rules.items()),
            waivers=tuple(self._waiver(*numbered) for numbered in enumerate(shape.waivers)),
            attestations=tuple(self._attestation(*numbered) for numbered in enumerate(shape.attestations)),
            issues=shape.issues.model_dump(exclude_none=True, exclude={"due_days"}),
            due_days={Priority(name): days for name, days in shape.issues.due_days if days is not None},
            origins=self._origins(),
        )

    def _entry(self, pattern: str, rule: RuleShape) -> RuleEntry:
        trail: Trail = ("rules", pattern)
        found = self.names.find(pattern)
        origins = {f"with.{name}": self._origin((*trail, "with", name)) for name in rule.with_}
        if rule.mode is not None:
            origins["mode"] = self._origin((*trail, "mode"))
        return RuleEntry(
            pattern=pattern,
            rules=found.rules if found else (),
            is_exact=bool(found and found.is_exact),
            mode=rule.mode,
            parameters=dict(rule.with_),
            origins=origins,
        )

    def _waiver(self, index: int, waiver: WaiverShape) -> Waiver:
        return Waiver(
            rule=waiver.rule,
            reason=waiver.reason.strip(),
            approved_by=waiver.approved_by,
            expires=waiver.expires,
            origin=self._origin(("waivers", index)),
            path=waiver.path,
            fingerprint=waiver.fingerprint,
        )

    def _attestation(self, index: int, attestation: AttestationShape) -> Attestation:
        found = self.names.find(attestation.rule)
        is_rule = found is not None and not self.names.is_attestation(attestation.rule)
        return Attestation(
            rule=found.rules[0] if found and is_rule else attestation.rule,
            by=attestation.by,
            on=attestation.on,
            proof=attestation.proof.strip(),
            valid_days=attestation.valid_days,
            origin=self._origin(("attestations", index)),
        )

    def _origin(self, trail: Trail) -> Origin:
        return Origin(self.layer.name, self.layer.path, self.text.value_at(trail)[0], self.layer.commit)

    def _origins(self) -> dict[str, Origin]:
        values = self.text.values
        trails: list[Trail] = [(name,) for name in ("extends", "deploy") if values.get(name) is not None]
        for section in ("priorities", "issues"):
            trails += [(section, name) for name in values.get(section) or {} if name != "due-days"]
        due_days = (values.get("issues") or {}).get("due-days") or {}
        trails += [("issues", "due-days", name) for name in due_days]
        return {".".join(map(str, trail)): self._origin(trail) for trail in trails}
