"""Pull requests, from the webhook to the check run, in both set-ups."""

from typing import Any

import pytest
from app_processes import Installation, eventually
from service_repository import AS_ROOT, DOCKERFILE, HARMLESS, NO_HEALTH, READY, SERVICE, ServiceRepository

from app.readiness.detectors.secrets.forge import fill

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_opened_gives_one_completed_check_run_with_annotations(repository: ServiceRepository) -> None:
    token = fill("{{secret:github-token}}")
    _, head = repository.open(AS_ROOT | {"shop/prices.py": f'"""Prices."""\n\nTOKEN = "{token}"\n'})
    run = repository.judged(head)
    assert run.conclusion == "failure"
    assert run.external_id
    assert {(note["path"], note["start_line"], note["annotation_level"]) for note in run.annotations} >= {
        ("shop/prices.py", 3, "failure"),
        ("Dockerfile", 4, "failure"),
    }
    assert token not in f"{run.title}{run.summary}{run.text}{run.annotations}"
