"""The effective policy of one repository: modes, parameters, waivers and issue settings, each value with its origin."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.errors import Problem
from app.readiness.status import Mode, Priority


@dataclass(frozen=True, slots=True)
class Layer:
    """One policy text before it is parsed.

    name: `preset`, `org` or `repository`; path: such as `acme/.github:rules.yml`; commit: where it was read, or "".
    """

    name: str
    path: str
    text: str
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an effective value was written; line is 1-based, 0 for a default."""

    layer: str
    path: str
    line: int = 0
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the policy says of one rule; origins is keyed `mode` and `with.<name>`."""

    mode: Mode
    parameters: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiver:
    """An accepted gap: a rule id (or a glob over `category/id`), a path glob or a fingerprint, until when."""

    rule: str
    reason: str
    approved_by: str
    expires: date
    origin: Origin
    path: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Attestation:
    """A human statement with proof; it counts from `on` for `valid_days`."""

    rule: str
    by: str
    on: date
    proof: str
    valid_days: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class IssuePolicy:
    """Which gaps become issues and how: due_days by priority, group `rule`, `category` or `auto`."""

    enabled: bool = True
    priorities: tuple[Priority, ...] = (Priority.P0, Priority.P1)
    labels: tuple[str, ...] = ("readiness",)
    due_days: Mapping[Priority, int] = field(default_factory=lambda: {Priority.P0: 7, Priority.P1: 30, Priority.P2: 90})
    group: str = "auto"
    budget_per_day: int = 20


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that steers one evaluation; digest is over the effective values, so equal policies have equal digests.

    preset: the name of the one extended; layers: those that took part, the preset first.
    origins: where the values outside `settings` were written, keyed such as `deploy` and `issues.due-days.P0`.
    problems: mistakes in the layers that were given; a layer with problems took no part.
    notes: sentences for the reader about what was set but has no effect.
    """

    digest: str
    settings: Mapping[str, Setting]
    waivers: tuple[Waiver, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    issues: IssuePolicy = IssuePolicy()
    deploy: str = "rolling"
    layers: tuple[Layer, ...] = ()
    problems: tuple[Problem, ...] = ()
    preset: str = ""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
