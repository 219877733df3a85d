"""Whether the names, globs and parameters of a policy text mean anything in the catalogue."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.readiness.catalogue import Catalogue
from app.readiness.globs import check_glob
from app.readiness.patterns import BadPattern
from app.readiness.policy_parameters import wrong_kind
from app.readiness.policy_problems import Problems, did_you_mean, shown
from app.readiness.policy_shape import MAX_RULE_ENTRIES, MAX_WAIVERS
from app.readiness.policy_text import Trail
from app.readiness.rule_names import RuleNames, Selection


@dataclass(frozen=True, slots=True)
class Meaning:
    """Checks raw values, so that one wrong word in the shape does not hide the other mistakes of a text.

    is_preset: presets are written for the whole catalogue, so a name that a smaller one lacks is no mistake.
    """

    catalogue: Catalogue
    names: RuleNames
    problems: Problems
    is_preset: bool

    def check(self, values: Mapping[str, Any]) -> None:
        if values.get("priorities") is not None and not self.is_preset:
            mend = 'set rules by glob, such as `"*": report`'
            self.problems.at_key(("priorities",), "`priorities` belongs to the built-in presets", mend)
        rules = values.get("rules")
        if isinstance(rules, dict) and len(rules) <= MAX_RULE_ENTRIES:
            self._check_rules(rules)
        for trail, waiver in _mappings(values, "waivers"):
            self._check_waiver(trail, waiver)
        for trail, attestation in _mappings(values, "attestations"):
            self._check_attestation(trail, attestation)

    def _check_rules(self, rules: Mapping[str, Any]) -> None:
        exact: dict[str, str] = {}
        for pattern, value in rules.items():
            trail: Trail = ("rules", pattern)
            found = self.names.find(pattern)
            if found is None and not self.is_preset:
                self.problems.at_key(trail, f"no rule is called `{shown(pattern)}`", self._mend(pattern))
            if found and found.is_exact and (first := exact.setdefault(found.rules[0], pattern)) != pattern:
                message = f"`{shown(pattern)}` names the same rule as `{shown(first)}`"
                self.problems.at_key(trail, message, "keep one of them")
            if value == {}:
                self.problems.at_value(trail, f"`{shown(pattern)}` sets nothing", "give it a mode or `with`")
            given = value.get("with") if isinstance(value, dict) else None
            if found and isinstance(given, dict) and given:
                self._check_parameters(found, (*trail, "with"), given)

    def _check_parameters(self, found: Selection, trail: Trail, given: Mapping[str, Any]) -> None:
        if not found.is_exact:
            self.problems.at_key(trail, "`with` needs one rule, not a glob", "name the rule by its id")
            return
        rule = self.catalogue.rules[found.rules[0]]
        for name, value in given.items():
            if name not in rule.parameters:
                mend = did_you_mean(name, rule.parameters) or f"its parameters: {', '.join(rule.parameters) or 'none'}"
                self.problems.at_key((*trail, name), f"`{rule.id}` has no parameter `{shown(name)}`", mend)
            elif value is not None and (wrong := wrong_kind(rule.parameters[name].default, value)):
                self.problems.at_value((*trail, name), f"`{rule.id}.with.{name}` is `{shown(value)}`: {wrong}")

    def _check_waiver(self, trail: Trail, waiver: Mapping[str, Any]) -> None:
        self._check_name((*trail, "rule"), waiver.get("rule"))
        path = waiver.get("path")
        if isinstance(path, str) and path and (wrong := _wrong_glob(path)):
            self.problems.at_value((*trail, "path"), f"`{shown(path)}` is no path glob: {wrong}")

    def _check_attestation(self, trail: Trail, attestation: Mapping[str, Any]) -> None:
        name = attestation.get("rule")
        if isinstance(name, str) and self.names.is_attestation(name):
            return
        found = self._check_name((*trail, "rule"), name)
        if found and not found.is_exact:
            self.problems.at_value((*trail, "rule"), "an attestation is for one rule", "name the rule by its id")

    def _check_name(self, trail: Trail, pattern: Any) -> Selection | None:
        if not isinstance(pattern, str) or not pattern:
            return None
        found = self.names.find(pattern)
        if found is None:
            self.problems.at_value(trail, f"no rule is called `{shown(pattern)}`", self._mend(pattern))
        return found

    def _mend(self, pattern: str) -> str:
        close = "" if self.problems.is_full else self.names.nearest(pattern)
        return f"did you mean `{close}`?" if close else "`readygate rules list` shows every rule"


def _mappings(values: Mapping[str, Any], section: str) -> Iterator[tuple[Trail, Mapping[str, Any]]]:
    listed = values.get(section)
    for index, item in enumerate(listed[:MAX_WAIVERS] if isinstance(listed, list) else ()):
        if isinstance(item, dict):
            yield (section, index), item


def _wrong_glob(glob: str) -> str:
    try:
        check_glob(glob)
    except BadPattern as error:
        return str(error)
    return ""
