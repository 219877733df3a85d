"""Google Cloud Build: steps in builder images; what triggers them is told elsewhere."""

from collections.abc import Mapping
from typing import Any

from app.readiness.formats.parsed import json_document, yaml_documents
from app.readiness.formats.pipelines.pipeline import EVERY_PUSH, Pipeline, is_true, listed, table
from app.readiness.formats.source import Source


def read_cloudbuild(source: Source) -> Pipeline:
    pipeline = Pipeline("cloudbuild")
    is_json = source.path.lower().endswith(".json")
    for value in pipeline.read((source.parse(json_document),) if is_json else source.parse(yaml_documents)):
        steps = table(value).get("steps")
        if not isinstance(steps, list):
            continue
        pipeline.add_job("build", {**value, "on": EVERY_PUSH, "timeout": value.get("timeout")}, ())
        for index, step in enumerate(steps):
            if isinstance(step, Mapping):
                _add_step(pipeline, step, index)
    return pipeline


def _add_step(pipeline: Pipeline, step: Mapping[str, Any], index: int) -> None:
    """The program of a builder image is the last part of its name, unless an entry point is stated."""
    uses = step.get("name")
    program = step.get("entrypoint") or str(uses or "").split("@")[0].rpartition("/")[2].partition(":")[0]
    arguments = pipeline.commands(step.get("args"))
    words = f"{program} {' '.join((arguments or '').splitlines())}" if arguments and not _is_shell(step) else arguments
    facts = {
        "name": step.get("id"),
        "uses": uses,
        "run": pipeline.commands(words, step.get("script")),
        "env": _environment(pipeline, step.get("env")),
        "on": EVERY_PUSH,
        "allow_failure": is_true(step.get("allowFailure")),
    }
    pipeline.add_step("build", facts, ("steps", index))


def _is_shell(step: Mapping[str, Any]) -> bool:
    return str(step.get("entrypoint", "")).rpartition("/")[2] in ("bash", "sh")


def _environment(pipeline: Pipeline, env: Any) -> dict[str, Any] | None:
    pairs = [item.partition("=") for item in listed(env) if isinstance(item, str)]
    return pipeline.merged({name: value for name, _, value in pairs})
