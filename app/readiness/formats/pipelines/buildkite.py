"""Buildkite: command steps, groups, plug-ins and pipelines that are triggered."""

from collections.abc import Mapping
from typing import Any

from app.readiness.formats.marked import Location
from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.pipelines.pipeline import DEPTH, EVERY_PUSH, Pipeline, listed, table
from app.readiness.formats.source import Source


def read_buildkite(source: Source) -> Pipeline:
    pipeline = Pipeline("buildkite")
    for value in pipeline.read(source.parse(yaml_documents)):
        is_bare = isinstance(value, list)
        steps = value if is_bare else table(value).get("steps")
        if isinstance(steps, list):
            env = table(value).get("env")
            _add_steps(pipeline, steps, () if is_bare else ("steps",), env, 0)
    return pipeline


def _add_steps(pipeline: Pipeline, steps: Any, place: Location, env: Any, depth: int) -> None:
    for index, step in enumerate(steps if isinstance(steps, list) and depth < DEPTH else []):
        here = (*place, index)
        if not isinstance(step, Mapping) or step.get("skip") is True:
            continue
        if "group" in step:
            _add_steps(pipeline, step.get("steps"), (*here, "steps"), env, depth + 1)
        elif any(key in step for key in ("command", "commands", "plugins", "trigger")):
            _add_step(pipeline, step, here, env)


def _add_step(pipeline: Pipeline, step: Mapping[str, Any], place: Location, env: Any) -> None:
    """A step is a job of its own; its plug-ins are steps beside its commands."""
    name = str(step.get("key") or step.get("label") or "step")
    failure = step.get("soft_fail")
    facts = {
        "env": pipeline.merged(env, step.get("env")),
        "if": step.get("if"),
        "on": EVERY_PUSH,
        "allow_failure": failure is True or (isinstance(failure, list) and bool(failure)),
    }
    more = {
        "needs": listed(step.get("depends_on")) or None,
        "timeout": step.get("timeout_in_minutes"),
        "matrix": step.get("matrix"),
    }
    pipeline.add_job(name, {**step, **facts, **more}, place)
    run = pipeline.commands(step.get("command"), step.get("commands"))
    title = step.get("label") or step.get("name")
    if run or "trigger" in step:
        pipeline.add_step(name, {"name": title, **facts, "run": run, "uses": step.get("trigger")}, place)
    for index, plugin in enumerate(listed(step.get("plugins"))):
        named = {plugin: None} if isinstance(plugin, str) else table(plugin)
        for uses, settings in named.items():
            given = dict(settings) if isinstance(settings, Mapping) else None
            pipeline.add_step(name, {**facts, "uses": uses, "with": given}, (*place, "plugins", index))
