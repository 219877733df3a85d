"""`readygate policy`: the file rules.yml."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from app.commands.check import read_text
from app.commands.rule_memory import known_catalogue
from app.errors import InvalidInput
from app.git.local import open_local, top_of
from app.jobs.own_policy import policy_layer
from app.readiness.layering import build_policy
from app.readiness.policy import Layer, Origin, Policy
from app.readiness.policy_file import parse_policy
from app.readiness.policy_shape import policy_schema


def validate(file: Path, /) -> int:
    """Name every mistake of a rules.yml with its line and column. Exit status: 0 right, 2 wrong, 3 unreadable.

    Parameters
    ----------
    file
        The policy of an organisation or of a repository: one schema for both.
    """
    layer = Layer("repository", str(file), read_text(file))
    parse_policy(layer, known_catalogue())
    print(f"{file} is right")
    return 0


def show(path: Path | None = None, /, *, rules: Path | None = None) -> int:
    """Every effective value and where it comes from, tab-separated: value, setting, origin.

    Parameters
    ----------
    path
        The repository whose .github/rules.yml counts; by default the one you are in.
    rules
        A rules.yml in the place of the organisation's.
    """
    repository = open_local(path or top_of(Path.cwd()) or Path.cwd())
    with closing(repository.files()) as files:
        own = policy_layer(files)
    org = Layer("org", str(rules), read_text(rules)) if rules else None
    policy = build_policy([layer for layer in (org, own) if layer], known_catalogue())
    if policy.problems:
        raise InvalidInput("the policy has mistakes", policy.problems)
    for line in _lines(policy):
        print(line)
    return 0


def schema() -> int:
    """The JSON Schema of rules.yml."""
    print(json.dumps(policy_schema(), indent=2))
    return 0


def _lines(policy: Policy) -> Iterator[str]:
    preset = Origin("default", policy.preset)
    yield _line("extends", policy.preset, policy.origins.get("extends", preset))
    yield _line("deploy", policy.deploy, policy.origins.get("deploy", preset))
    for rule, setting in policy.settings.items():
        yield _line(f"rules.{rule}.mode", setting.mode.value, setting.origins["mode"])
        for name, value in setting.parameters.items():
            yield _line(f"rules.{rule}.with.{name}", value, setting.origins[f"with.{name}"])
    for waiver in policy.waivers:
        place = waiver.path or waiver.fingerprint or "everywhere"
        yield _line(f"waivers.{waiver.rule}", f"{place} until {waiver.expires}", waiver.origin)
    for attestation in policy.attestations:
        yield _line(f"attestations.{attestation.rule}", f"{attestation.on} by {attestation.by}", attestation.origin)
    yield from _issue_lines(policy, preset)


def _issue_lines(policy: Policy, preset: Origin) -> Iterator[str]:
    issues = policy.issues
    values: Mapping[str, Any] = {
        "enabled": issues.enabled,
        "priorities": [priority.value for priority in issues.priorities],
        "labels": list(issues.labels),
        **{f"due-days.{priority}": days for priority, days in issues.due_days.items()},
        "group": issues.group,
        "budget-per-day": issues.budget_per_day,
    }
    for name, value in values.items():
        yield _line(f"issues.{name}", value, policy.origins.get(f"issues.{name}", preset))


def _line(setting: str, value: object, origin: Origin) -> str:
    shown = value if isinstance(value, str) else json.dumps(value, default=str)
    place = f"{origin.path}:{origin.line}" if origin.line else origin.path
    return f"{setting}\t{shown}\t{origin.layer} {place}"
