"""Drone and Woodpecker: steps in containers, some of them plug-ins."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.readiness.formats.marked import Location
from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.pipelines.pipeline import EVERY_PUSH, Pipeline, listed, table
from app.readiness.formats.source import Source

_EVENTS = {
    "push": "push",
    "tag": "push",
    "pull_request": "pull_request",
    "cron": "schedule",
    "manual": "workflow_dispatch",
    "custom": "workflow_dispatch",
    "promote": "deployment",
    "deployment": "deployment",
    "release": "release",
}


def read_drone(source: Source) -> Pipeline:
    return _read(source, Pipeline("drone"), "trigger")


def read_woodpecker(source: Source) -> Pipeline:
    return _read(source, Pipeline("woodpecker"), "when")


def _read(source: Source, pipeline: Pipeline, trigger: str) -> Pipeline:
    for value in pipeline.read(source.parse(yaml_documents)):
        steps = list(_steps(value))
        if not steps:
            continue
        events = _events(value.get(trigger), EVERY_PUSH)
        pipeline.add_triggers(events, (trigger,))
        job = str(value.get("name") or "pipeline")
        facts = {"on": events, "services": value.get("services"), "needs": listed(value.get("depends_on")) or None}
        pipeline.add_job(job, {**value, **facts}, ())
        for step, place in steps:
            _add_step(pipeline, job, step, place, events)
    return pipeline


def _steps(value: Any) -> Iterator[tuple[Mapping[str, Any], Location]]:
    for key in ("steps", "pipeline"):
        steps = value.get(key) if isinstance(value, Mapping) else None
        for index, step in enumerate(steps if isinstance(steps, list) else []):
            if isinstance(step, Mapping):
                yield step, (key, index)
        for name, step in table(steps).items():
            if isinstance(step, Mapping):
                yield {"name": name, **step}, (key, name)


def _events(when: Any, fallback: Mapping[str, Any]) -> Mapping[str, Any]:
    """The events of a condition in GitHub's words; a branch or reference narrows pushes."""
    found: dict[str, Any] = {}
    for item in listed(when):
        event = table(item).get("event")
        names = event.get("include") if isinstance(event, Mapping) else event
        branch = table(item).get("branch")
        branches = listed(branch.get("include") if isinstance(branch, Mapping) else branch)
        for name in listed(names) or (["push"] if branches else []):
            settings = {"tags": ["*"]} if name == "tag" else {"branches": branches} if branches else {}
            known = _EVENTS.get(str(name))
            if known:
                found[known] = {**found.get(known, {}), **settings}
    return found or fallback


def _add_step(
    pipeline: Pipeline,
    job: str,
    step: Mapping[str, Any],
    place: Location,
    events: Mapping[str, Any],
) -> None:
    """A step without commands is a plug-in: it uses its image."""
    image = step.get("image")
    run = pipeline.commands(step.get("commands"))
    facts = {
        "name": step.get("name"),
        "image": image,
        "uses": image if run is None else None,
        "run": run,
        "with": step.get("settings"),
        "env": step.get("environment") if isinstance(step.get("environment"), Mapping) else None,
        "on": _events(step.get("when"), events),
        "allow_failure": step.get("failure") == "ignore",
    }
    pipeline.add_step(job, facts, place)
