"""The effective policy: preset, org and repository merged value by value, each with its origin."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from importlib import resources
from typing import Any

from app.errors import InvalidInput, Problem
from app.readiness.catalogue import Catalogue
from app.readiness.policy import IssuePolicy, Layer, Origin, Policy, Setting
from app.readiness.policy_file import PolicyFile, RuleEntry, parse_policy
from app.readiness.policy_shape import PRESETS
from app.readiness.rule import Rule
from app.readiness.status import Mode

DEFAULT_PRESET = "readygate/recommended"
ORDER = ("preset", "org", "repository")


def preset_text(name: str) -> str:
    """The text of a built-in preset, `readygate/strict` or just `strict`; raises `InvalidInput` for another name."""
    full = name if "/" in name else f"readygate/{name}"
    if full not in PRESETS:
        raise InvalidInput(f"there is no preset `{name}`", mend=f"the presets are {', '.join(PRESETS)}")
    file = resources.files("app.readiness").joinpath("presets", f"{full.removeprefix('readygate/')}.yml")
    return file.read_text(encoding="utf-8")


def preset_layer(name: str) -> Layer:
    """A built-in preset as the lowest layer."""
    return Layer("preset", name if "/" in name else f"readygate/{name}", preset_text(name))


def build_policy(layers: Sequence[Layer], catalogue: Catalogue) -> Policy:
    """Merges the layers (`org`, `repository`, in any order) over the preset they extend.

    A later layer wins value by value: it can change the mode of a rule and leave its parameters as they were, and it
    cannot remove a rule. In one layer a rule id wins over a glob, and of two globs the lower line wins. The org's
    `extends` wins over the repository's. A given `preset` layer takes the place of the one that `extends` names.
    A layer with mistakes takes no part; its mistakes are in `problems`.
    """
    files, problems = _parse(layers, catalogue)
    extended = [file for file in files if file.extends]
    name = (extended[0].extends if extended else None) or DEFAULT_PRESET
    if files and files[0].layer.name == "preset":
        name = files[0].layer.path
    else:
        files.insert(0, parse_policy(preset_layer(name), catalogue))
    policy = Policy(
        digest="",
        settings=_settings(catalogue, files),
        waivers=tuple(waiver for file in files for waiver in file.waivers),
        attestations=tuple(attestation for file in files for attestation in file.attestations),
        issues=_issues(files),
        deploy=next((file.deploy for file in reversed(files) if file.deploy), "rolling"),
        layers=tuple(file.layer for file in files),
        problems=tuple(problems),
        preset=name,
        origins=_origins(files),
        notes=tuple(_unused_preset(file, name) for file in extended if file.extends != name),
    )
    return replace(policy, digest=_digest(policy, catalogue))


def _parse(layers: Iterable[Layer], catalogue: Catalogue) -> tuple[list[PolicyFile], list[Problem]]:
    files: list[PolicyFile] = []
    problems: list[Problem] = []
    for layer in sorted(layers, key=lambda layer: ORDER.index(layer.name)):
        try:
            files.append(parse_policy(layer, catalogue))
        except InvalidInput as error:
            problems += error.problems
    return files, problems


def _settings(catalogue: Catalogue, files: Sequence[PolicyFile]) -> dict[str, Setting]:
    by_rule = [(file, _entries_by_rule(file)) for file in files]
    return {
        rule.id: _setting(rule, [(file, entries.get(rule.id, [])) for file, entries in by_rule])
        for rule in catalogue.rules.values()
    }


def _setting(rule: Rule, files: Iterable[tuple[PolicyFile, Sequence[RuleEntry]]]) -> Setting:
    """One rule's effective values; what no layer sets comes from the rule itself, or is `report`."""
    default = Origin("default", rule.id)
    mode = Mode.REPORT
    parameters: dict[str, Any] = {name: parameter.default for name, parameter in rule.parameters.items()}
    origins = {"mode": default, **{f"with.{name}": default for name in parameters}}
    for file, entries in files:
        if rule.priority in file.priorities:
            mode = file.priorities[rule.priority]
            origins["mode"] = file.origins[f"priorities.{rule.priority}"]
        for entry in entries:
            mode = entry.mode or mode
            parameters.update(entry.parameters)
            origins.update(entry.origins)
    return Setting(mode, parameters, origins)


def _entries_by_rule(file: PolicyFile) -> dict[str, list[RuleEntry]]:
    """The entries that mean each rule, weakest first: globs in their order, then the rule's own name."""
    found: dict[str, list[RuleEntry]] = {}
    for entry in sorted(file.entries, key=lambda entry: entry.is_exact):
        for rule in entry.rules:
            found.setdefault(rule, []).append(entry)
    return found


def _issues(files: Iterable[PolicyFile]) -> IssuePolicy:
    issues = IssuePolicy()
    for file in files:
        due_days = {**issues.due_days, **file.due_days}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in file.issues.items()
        }
        issues = replace(issues, **values, due_days=due_days)
    return issues


def _origins(files: Sequence[PolicyFile]) -> dict[str, Origin]:
    origins = {key: origin for file in files for key, origin in file.origins.items() if key != "extends"}
    extends = next((file.origins["extends"] for file in files if file.extends), None)
    return {"extends": extends, **origins} if extends else origins


def _unused_preset(file: PolicyFile, name: str) -> str:
    place = f"{file.layer.path}:{file.origins['extends'].line}"
    return f"{place}: `extends: {file.extends}` has no effect, because `{name}` was chosen before it."


def _digest(policy: Policy, catalogue: Catalogue) -> str:
    """64 hex digits over the effective values and the catalogue, never over commits, lines or reasons of order."""
    waivers = [(w.rule, w.path, w.fingerprint, w.reason, w.approved_by, str(w.expires)) for w in policy.waivers]
    attested = [(a.rule, a.by, str(a.on), a.proof, a.valid_days) for a in policy.attestations]
    issues = policy.issues
    values: Mapping[str, Any] = {
        "catalogue": catalogue.digest,
        "settings": {rule: [setting.mode, dict(setting.parameters)] for rule, setting in policy.settings.items()},
        "waivers": sorted(waivers, key=repr),
        "attestations": sorted(attested, key=repr),
        "issues": [
            issues.enabled,
            sorted(issues.priorities),
            sorted(issues.labels),
            dict(issues.due_days),
            issues.group,
            issues.budget_per_day,
        ],
        "deploy": policy.deploy,
    }
    return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
