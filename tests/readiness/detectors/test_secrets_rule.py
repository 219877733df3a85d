"""The rule file of the secrets detector: its examples come out as they say."""

import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.readiness.detectors import build_detectors
from app.readiness.detectors.detector import Sighting
from app.readiness.detectors.secrets.forge import fill

FILE = Path(__file__).parents[3] / "rules" / "security-secrets" / "no-secrets.yml"
RULE: dict[str, Any] = yaml.safe_load(FILE.read_text())
DETECTOR = build_detectors(secret_key=b"rule tests")["secrets"]


@pytest.mark.parametrize("example", RULE["examples"], ids=lambda example: example["name"])
def test_examples(example: dict[str, Any]) -> None:
    files = {path: fill(text).encode() for path, text in sorted(example["files"].items())}
    sightings = [Sighting(path, DETECTOR.scan(path, content)) for path, content in files.items()]
    assert DETECTOR.judge(RULE["id"], sightings, len(files)).status.value == example["status"]


def test_rule_names_its_detector_and_has_both_outcomes() -> None:
    assert RULE["detector"] == DETECTOR.name
    assert {example["status"] for example in RULE["examples"]} == {"implemented", "missing"}


def test_rule_file_holds_no_secret() -> None:
    assert DETECTOR.scan("rules/security-secrets/no-secrets.yml", FILE.read_bytes()) == ()


def test_detector_survives_the_way_to_a_worker_process() -> None:
    copy = pickle.loads(pickle.dumps(DETECTOR))
    content = fill("{{secret:github-token}}").encode()
    assert copy.scan("a.py", content) == DETECTOR.scan("a.py", content)
    assert copy.version == DETECTOR.version
