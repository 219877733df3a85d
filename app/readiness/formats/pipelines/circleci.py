"""CircleCI: the jobs its workflows list, their commands and orbs."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.readiness.formats.marked import Location
from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.pipelines.pipeline import DEPTH, EVERY_PUSH, Pipeline, entries, listed, table
from app.readiness.formats.source import Source

_NO_STEPS = ("setup_remote_docker",)


def read_circleci(source: Source) -> Pipeline:
    """A job that no workflow lists does not run, except `build` where there are no workflows."""
    pipeline = Pipeline("circleci")
    for value in pipeline.read(source.parse(yaml_documents)):
        runs = list(_runs(value))
        known = table(value, "jobs")
        for key, location, settings, events in runs:
            if key not in known:
                _add_orb_job(pipeline, key, location, settings, events)
        for name, job in entries(value, "jobs"):
            calls = [(settings, events) for key, _, settings, events in runs if key == name]
            if calls or (not runs and name == "build"):
                _add_job(pipeline, name, job, calls)
        events = {event: settings for *_, each in runs for event, settings in each.items()}
        pipeline.add_triggers(events or (EVERY_PUSH if known else {}), ("workflows",))
        for name, command in entries(value, "commands"):
            place = ("commands", name, "steps")
            _add_steps(pipeline, place, name, command.get("steps"), {"on": events or EVERY_PUSH})
    return pipeline


def _runs(value: Any) -> Iterator[tuple[str, Location, Mapping[str, Any], Mapping[str, Any]]]:
    """Each job that a workflow lists: its name, the place, its settings and its events."""
    for name, workflow in entries(value, "workflows"):
        triggers = [table(item, "schedule") for item in listed(workflow.get("triggers"))]
        for index, item in enumerate(listed(workflow.get("jobs"))):
            job, settings = next(iter(item.items())) if isinstance(item, dict) and item else (item, {})
            if isinstance(job, str):
                settings = settings if isinstance(settings, Mapping) else {}
                events = {"schedule": [dict(trigger) for trigger in triggers]} if any(triggers) else _events(settings)
                yield job, ("workflows", name, "jobs", index), settings, events


def _events(settings: Mapping[str, Any]) -> Mapping[str, Any]:
    branches = table(settings, "filters", "branches").get("only")
    tags = table(settings, "filters", "tags").get("only")
    if branches is None and tags is None:
        return EVERY_PUSH
    return {"push": {key: listed(item) for key, item in (("branches", branches), ("tags", tags)) if item is not None}}


def _add_orb_job(
    pipeline: Pipeline,
    key: str,
    place: Location,
    settings: Mapping[str, Any],
    events: Mapping[str, Any],
) -> None:
    """A job of an orb, or an approval, which is a job that holds what comes after it."""
    is_approval = settings.get("type") == "approval"
    facts = {"on": events, "uses": None if is_approval else key, "needs": listed(settings.get("requires")) or None}
    pipeline.add_job(key, {**settings, **facts}, place)
    if "/" in key:
        _, orb = _orb(pipeline.value, key)
        pipeline.add_step(key, {"uses": key, "orb": orb, "with": dict(settings), "on": events}, place)


def _orb(value: Any, key: str) -> tuple[str, str | None]:
    """A command or job of an orb, and which orb that is."""
    name, _, command = key.partition("/")
    orb = table(value, "orbs").get(name)
    return command, orb if isinstance(orb, str) else None


def _add_job(
    pipeline: Pipeline,
    name: str,
    job: Mapping[str, Any],
    calls: list[tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> None:
    events: dict[str, Any] = {}
    needs: list[Any] = []
    for settings, each in calls:
        events = {**each, **events}
        needs.extend(listed(settings.get("requires")))
    executor = job.get("executor")
    executor = executor.get("name") if isinstance(executor, Mapping) else executor
    docker = listed(job.get("docker")) or listed(table(pipeline.value, "executors", str(executor)).get("docker"))
    images = [str(item["image"]) for item in docker if isinstance(item, Mapping) and "image" in item]
    facts = {
        "on": events or EVERY_PUSH,
        "image": images[0] if images else None,
        "services": images[1:] or None,
        "needs": needs or None,
        "matrix": next((table(settings, "matrix") for settings, _ in calls if "matrix" in settings), None),
    }
    pipeline.add_job(name, {**job, **facts}, ("jobs", name))
    inherited = {"on": facts["on"], "env": pipeline.merged(job.get("environment"))}
    _add_steps(pipeline, ("jobs", name, "steps"), name, job.get("steps"), inherited)


def _add_steps(pipeline: Pipeline, place: Location, job: str, steps: Any, inherited: Mapping[str, Any]) -> None:
    for index, step in enumerate(listed(steps)):
        key, settings = next(iter(step.items())) if isinstance(step, dict) and step else (step, {})
        if not isinstance(key, str) or len(place) > 3 * DEPTH:
            continue
        here = (*place, index)
        if key in ("when", "unless"):
            _add_steps(pipeline, (*here, key, "steps"), job, table(settings).get("steps"), inherited)
        elif key == "run":
            _add_run(pipeline, here, job, settings, inherited)
        elif key not in _NO_STEPS:
            orb = _orb(pipeline.value, key)[1]
            given = dict(settings) if isinstance(settings, Mapping) and settings else None
            pipeline.add_step(job, {**inherited, "uses": key, "orb": orb, "with": given}, here)


def _add_run(pipeline: Pipeline, place: Location, job: str, settings: Any, inherited: Mapping[str, Any]) -> None:
    detail = table(settings)
    facts = {
        "name": detail.get("name"),
        "run": pipeline.commands(detail.get("command") if detail else settings),
        "env": pipeline.merged(inherited.get("env"), detail.get("environment")),
        "if": detail.get("when"),
    }
    pipeline.add_step(job, {**inherited, **facts}, place)
