"""Bitbucket Pipelines: the steps of each pipeline and their pipes."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.readiness.formats.marked import Location
from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.pipelines.pipeline import DEPTH, EVERY_PUSH, Pipeline, listed, table
from app.readiness.formats.source import Source


def read_bitbucket(source: Source) -> Pipeline:
    pipeline = Pipeline("bitbucket")
    for value in pipeline.read(source.parse(yaml_documents)):
        seen: dict[str, Any] = {}
        for steps, place, events in _pipelines(value):
            for event, settings in events.items():
                seen.setdefault(event, settings)
            for step, here in _steps(steps, place):
                _add_step(pipeline, step, here, events)
        pipeline.add_triggers(seen, ("pipelines",))
    return pipeline


def _pipelines(value: Any) -> Iterator[tuple[Any, Location, Mapping[str, Any]]]:
    """The steps of each pipeline, where they lie, and the events they run for."""
    for kind, pipelines in table(value, "pipelines").items():
        if kind == "default":
            yield pipelines, ("pipelines", kind), EVERY_PUSH
            continue
        for pattern, steps in table(pipelines).items():
            events: dict[str, Any] = {"workflow_dispatch": {}}
            if kind == "pull-requests":
                events = {"pull_request": {"branches": [pattern]}}
            elif kind in ("branches", "tags"):
                events = {"push": {kind: [pattern]}}
            yield steps, ("pipelines", kind, pattern), events


def _steps(steps: Any, place: Location, depth: int = 0) -> Iterator[tuple[Mapping[str, Any], Location]]:
    """Steps one after another, side by side and in stages."""
    for index, item in enumerate(listed(steps) if depth < DEPTH else []):
        for key, inner in table(item).items():
            here = (*place, index, key)
            if key == "step" and isinstance(inner, Mapping):
                yield inner, here
            elif key == "parallel":
                nested, below = (inner.get("steps"), (*here, "steps")) if isinstance(inner, Mapping) else (inner, here)
                yield from _steps(nested, below, depth + 1)
            elif key == "stage":
                yield from _steps(table(inner).get("steps"), (*here, "steps"), depth + 1)


def _add_step(pipeline: Pipeline, step: Mapping[str, Any], place: Location, events: Mapping[str, Any]) -> None:
    """A step is a job of its own; its pipes are steps beside its commands."""
    name = str(step.get("name") or "step")
    image = step.get("image", table(pipeline.value).get("image"))
    facts = {
        "image": image.get("name") if isinstance(image, Mapping) else image,
        "on": events,
        "allow_failure": table(step, "on-fail").get("strategy") == "ignore",
    }
    more = {"environment": step.get("deployment"), "timeout": step.get("max-time")}
    pipeline.add_job(name, {**step, **facts, **more}, place)
    scripts = [*listed(step.get("script")), *listed(step.get("after-script"))]
    run = pipeline.commands([item for item in scripts if not isinstance(item, Mapping)])
    pipeline.add_step(name, {"name": step.get("name"), **facts, "run": run}, place)
    for index, item in enumerate(listed(step.get("script"))):
        if isinstance(item, Mapping) and isinstance(item.get("pipe"), str):
            given = pipeline.merged(item.get("variables"))
            called = {"uses": item["pipe"], "with": given, "name": item.get("name"), **facts}
            pipeline.add_step(name, called, (*place, "script", index))
