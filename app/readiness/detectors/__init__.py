"""Detectors: questions too deep for YAML conditions."""

from collections.abc import Mapping

from app.readiness.detectors.detector import Detector
from app.readiness.detectors.migrations.detector import MigrationsDetector
from app.readiness.detectors.secrets.detector import SecretsDetector


def build_detectors(*, secret_key: bytes) -> Mapping[str, Detector]:
    """Every detector by name; secret_key keys the fingerprints of secrets and never leaves the process."""
    detectors: tuple[Detector, ...] = (SecretsDetector(secret_key), MigrationsDetector())
    return {detector.name: detector for detector in detectors}
