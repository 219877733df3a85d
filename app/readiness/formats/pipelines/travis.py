"""Travis CI: the phases of the build, the jobs it adds and where it deploys to."""

from collections.abc import Mapping
from typing import Any

from app.readiness.formats.marked import Location
from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.pipelines.pipeline import EVERY_PUSH, Pipeline, listed, table
from app.readiness.formats.source import Source

_PHASES = ("before_install", "install", "before_script", "script", "after_success", "after_failure", "before_deploy",
           "after_deploy", "after_script")  # fmt: skip
_SCRIPTS = {
    "node_js": "npm test",
    "python": "",
    "go": "go test ./...",
    "java": "mvn test",
    "ruby": "rake",
    "rust": "cargo test",
    "php": "phpunit",
    "elixir": "mix test",
}
"""What Travis runs for a language where no script is stated."""


def read_travis(source: Source) -> Pipeline:
    pipeline = Pipeline("travis")
    for whole in pipeline.read(source.parse(yaml_documents)):
        value = table(whole)
        if not value:
            continue
        events = _events(value)
        pipeline.add_triggers(events, ("branches",))
        jobs = [(key, index, job) for key in ("jobs", "matrix") for index, job in _included(value, key)]
        if not any("script" in job for *_, job in jobs) or "script" in value:
            _add_job(pipeline, "build", value, (), events)
        for key, index, job in jobs:
            name = str(job.get("name") or job.get("stage") or "build")
            if any(phase in job for phase in (*_PHASES, "deploy")):
                _add_job(pipeline, name, job, (key, "include", index), events)
    return pipeline


def _included(value: Mapping[str, Any], key: str) -> list[tuple[int, Mapping[str, Any]]]:
    jobs = value.get(key)
    included = jobs.get("include") if isinstance(jobs, Mapping) else jobs
    return [(index, job) for index, job in enumerate(listed(included)) if isinstance(job, Mapping)]


def _events(value: Mapping[str, Any]) -> Mapping[str, Any]:
    branches = table(value, "branches").get("only")
    return {"push": {"branches": listed(branches)}, "pull_request": {}} if branches else EVERY_PUSH


def _add_job(pipeline: Pipeline, name: str, job: Mapping[str, Any], place: Location, events: Mapping[str, Any]) -> None:
    pipeline.add_job(name, {**job, "on": events, "matrix": None}, place)
    for phase in _PHASES:
        stated = job.get(phase)
        if phase == "script" and stated is None and not place:
            stated = _SCRIPTS.get(str(job.get("language")))
        run = pipeline.commands(stated) if stated not in (True, "skip", "true") else None
        if run:
            facts = {"name": phase, "run": run, "on": events, "if": job.get("if")}
            pipeline.add_step(name, facts, (*place, phase))
    for index, deploy in enumerate(listed(job.get("deploy"))):
        uses = table(deploy).get("provider")
        if uses:
            run = pipeline.commands(deploy.get("script"))
            facts = {"name": "deploy", "uses": uses, "with": dict(deploy), "run": run, "on": events}
            here = (*place, "deploy", index) if isinstance(job["deploy"], list) else (*place, "deploy")
            pipeline.add_step(name, facts, here)
