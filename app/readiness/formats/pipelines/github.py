"""GitHub Actions: workflows and composite actions; Gitea and Forgejo read the same files."""

from collections.abc import Mapping
from typing import Any

from app.readiness.formats.marked import Location
from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.pipelines.pipeline import Pipeline, entries, is_false, is_true, listed, table
from app.readiness.formats.source import Source


def read_github(source: Source) -> Pipeline:
    """Steps know the events of their workflow and what their job says of failure and environment."""
    pipeline = Pipeline("github")
    for value in pipeline.read(source.parse(yaml_documents)):
        if "runs" in table(value) and "jobs" not in table(value):
            _add_action(pipeline)
        else:
            _add_workflow(pipeline)
    return pipeline


def events_of(workflow: Any) -> Mapping[str, Any]:
    """The events of a workflow with their settings, however it writes them."""
    on = workflow.get("on") if isinstance(workflow, Mapping) else None
    if isinstance(on, Mapping):
        return {event: {} if settings is None else settings for event, settings in on.items()}
    return {event: {} for event in listed(on) if isinstance(event, str)}


def _add_workflow(pipeline: Pipeline) -> None:
    events = events_of(pipeline.value)
    if not table(pipeline.value, "jobs"):
        return
    pipeline.add_triggers(events, ("on",))
    for name, job in entries(pipeline.value, "jobs"):
        if not is_false(job.get("if")):
            _add_job(pipeline, events, name, job)


def _add_job(pipeline: Pipeline, events: Mapping[str, Any], name: str, job: Mapping[str, Any]) -> None:
    workflow = pipeline.value
    place: Location = ("jobs", name)
    container = job.get("container")
    can_fail = is_true(job.get("continue-on-error"))
    env = pipeline.merged(workflow.get("env"), job.get("env"))
    facts = {
        "image": container.get("image") if isinstance(container, Mapping) else container,
        "needs": listed(job.get("needs")) or None,
        "permissions": job.get("permissions", workflow.get("permissions")),
        "concurrency": job.get("concurrency", workflow.get("concurrency")),
        "timeout": job.get("timeout-minutes"),
        "matrix": table(job, "strategy").get("matrix"),
        "env": env,
        "on": events,
        "allow_failure": can_fail,
    }
    pipeline.add_job(name, {**job, **facts}, place)
    uses = job.get("uses")
    if isinstance(uses, str):
        called = {key: job.get(key) for key in ("name", "uses", "with", "if")}
        pipeline.add_step(name, {**called, "on": events, "allow_failure": can_fail}, place)
        if not uses.startswith("./"):
            pipeline.call(uses.partition("@")[0])
    inherited = {"on": events, "env": env, "allow_failure": can_fail}
    _add_steps(pipeline, (*place, "steps"), name, job.get("steps"), inherited)


def _add_steps(pipeline: Pipeline, place: Location, job: str, steps: Any, inherited: Mapping[str, Any]) -> None:
    for index, step in enumerate(listed(steps)):
        if isinstance(step, Mapping) and not is_false(step.get("if")):
            facts = {
                "on": inherited.get("on", {}),
                "env": pipeline.merged(inherited.get("env"), step.get("env"))
                if step.get("env")
                else inherited.get("env"),
                "allow_failure": bool(inherited.get("allow_failure")) or is_true(step.get("continue-on-error")),
                "run": pipeline.commands(step.get("run")),
            }
            pipeline.add_step(job, {**step, **facts}, (*place, index))


def _add_action(pipeline: Pipeline) -> None:
    """The steps of a composite action belong to no job and know no events."""
    _add_steps(pipeline, ("runs", "steps"), "", table(pipeline.value, "runs").get("steps"), {})
