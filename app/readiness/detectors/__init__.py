"""Detectors: questions too deep for YAML conditions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.readiness.lazy import lazily

if TYPE_CHECKING:
    from app.readiness.detectors.detector import Detector

# The process that reads coverage reports comes through here, and has no use for patterns of secrets.
_secrets: Any = lazily("app.readiness.detectors.secrets.detector")
_migrations: Any = lazily("app.readiness.detectors.migrations.detector")


def build_detectors(*, secret_key: bytes) -> "Mapping[str, Detector]":
    """Every detector by name; secret_key keys the fingerprints of secrets and never leaves the process."""
    detectors: tuple[Detector, ...] = (_secrets.SecretsDetector(secret_key), _migrations.MigrationsDetector())
    return {detector.name: detector for detector in detectors}
