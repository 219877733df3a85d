"""What an evaluation is given besides the snapshot and the rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.readiness.detectors.detector import Detector
from app.readiness.policy import Attestation
from app.readiness.snapshot import Change, Snapshot


@dataclass(frozen=True, slots=True)
class Inputs:
    """tool_reports: bytes by tool name; detectors by name; parameters: values by rule id and parameter name.

    change: what `evaluate` judges; base: the snapshot it is from.
    """

    today: date
    attestations: tuple[Attestation, ...] = ()
    tool_reports: Mapping[str, bytes] = field(default_factory=dict)
    change: Change | None = None
    base: Snapshot | None = None
    detectors: Mapping[str, Detector] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    deploy: str = "rolling"
