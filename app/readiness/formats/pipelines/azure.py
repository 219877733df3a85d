"""Azure Pipelines: stages, jobs, deployments, steps and templates."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.readiness.formats.marked import Location
from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.pipelines.pipeline import DEPTH, Pipeline, is_false, is_true, listed, table
from app.readiness.formats.source import Source

_SCRIPTS = ("script", "bash", "pwsh", "powershell")
_TASKS = ("task", "checkout", "publish", "download", "template")
_KEYS = ("stages", "jobs", "steps", "extends")
_PARTS = ("deploy", "preDeploy", "routeTraffic", "postRouteTraffic", "on")
_SCRIPT_TASKS = ("bash@", "cmdline@", "powershell@", "shellscript@", "azurecli@", "azurepowershell@")


def read_azure(source: Source) -> Pipeline:
    pipeline = Pipeline("azure")
    for value in pipeline.read(source.parse(yaml_documents)):
        if not isinstance(value, Mapping) or not any(isinstance(value.get(key), list | Mapping) for key in _KEYS):
            continue
        events = _events(value)
        is_template = "parameters" in value and not ({"trigger", "pr", "schedules", "pool", "extends"} & set(value))
        if not is_template:
            pipeline.add_triggers(events, ("trigger",))
        reader = _Reader(pipeline, {} if is_template else events)
        reader.add_stages(value, ())
        if isinstance(value.get("extends"), Mapping):
            reader.add_template("", value["extends"], ("extends",))
    return pipeline


def _events(value: Mapping[str, Any]) -> dict[str, Any]:
    """Pushes and pull requests unless they are `none`, schedules where there are some."""
    found: dict[str, Any] = {}
    for key, event in (("trigger", "push"), ("pr", "pull_request")):
        stated = value.get(key)
        if stated != "none":
            branches = table(stated, "branches").get("include") or (stated if isinstance(stated, list) else None)
            found[event] = {"branches": branches} if branches else {}
    if value.get("schedules"):
        found["schedule"] = listed(value["schedules"])
    return found


class _Reader:
    """Walks stages, jobs and steps; `${{ if … }}` and `${{ each … }}` hold more of the same."""

    def __init__(self, pipeline: Pipeline, events: Mapping[str, Any]) -> None:
        self.pipeline = pipeline
        self.events = events

    def add_stages(self, value: Mapping[str, Any], place: Location) -> None:
        for stage, here in _members(value.get("stages"), (*place, "stages")):
            if "template" in stage:
                self.add_template("", stage, here)
            elif not is_false(stage.get("condition")):
                self.add_jobs(stage, here, str(stage.get("stage", "")))
        self.add_jobs(value, place, "")

    def add_jobs(self, value: Mapping[str, Any], place: Location, stage: str) -> None:
        for job, here in _members(value.get("jobs"), (*place, "jobs")):
            if "template" in job:
                self.add_template(stage, job, here)
            elif not is_false(job.get("condition")):
                self.add_job(job, here, stage)
        if isinstance(value.get("steps"), list):
            self.add_job(value, place, stage)

    def add_job(self, job: Mapping[str, Any], place: Location, stage: str) -> None:
        name = str(job.get("job") or job.get("deployment") or stage or "job")
        container = job.get("container")
        facts = {
            "image": container.get("image") if isinstance(container, Mapping) else container,
            "needs": listed(job.get("dependsOn")) or None,
            "timeout": job.get("timeoutInMinutes"),
            "matrix": table(job, "strategy").get("matrix"),
            "if": job.get("condition"),
            "on": self.events,
            "allow_failure": is_true(job.get("continueOnError")),
        }
        self.pipeline.add_job(name, {**job, **facts}, place)
        for steps, here in self.steps_of(job, place):
            for step, at in _members(steps, here):
                self.add_step(name, step, at, can_fail=bool(facts["allow_failure"]))

    def steps_of(self, job: Mapping[str, Any], place: Location) -> Iterator[tuple[Any, Location]]:
        """The steps of a job, and those of each part of a deployment."""
        yield job.get("steps"), (*place, "steps")
        for name, strategy in table(job, "strategy").items():
            for part in _PARTS:
                inner = table(strategy, part)
                for key, branch in (("", inner), ("success", inner.get("success")), ("failure", inner.get("failure"))):
                    steps = table(branch).get("steps")
                    if isinstance(steps, list):
                        yield steps, tuple(filter(None, (*place, "strategy", name, part, key, "steps")))

    def add_step(self, job: str, step: Mapping[str, Any], place: Location, *, can_fail: bool) -> None:
        if step.get("enabled") is False or is_false(step.get("condition")):
            return
        inputs = step.get("inputs") or step.get("parameters")
        uses = next((str(step[key]) for key in _TASKS if isinstance(step.get(key), str)), None)
        is_script = bool(uses) and str(uses).lower().startswith(_SCRIPT_TASKS)
        given = table(inputs)
        inline = [given.get("script"), given.get("inlineScript"), given.get("Inline")] if is_script else []
        facts = {
            "name": step.get("displayName") or step.get("name"),
            "uses": uses,
            "run": self.pipeline.commands(*(step.get(key) for key in _SCRIPTS), *inline),
            "with": dict(given) or None,
            "env": step.get("env"),
            "if": step.get("condition"),
            "on": self.events,
            "allow_failure": can_fail or is_true(step.get("continueOnError")),
        }
        self.pipeline.add_step(job, facts, place)
        if "template" in step:
            self.call(step["template"])

    def add_template(self, job: str, value: Mapping[str, Any], place: Location) -> None:
        template = value.get("template")
        given = dict(table(value, "parameters")) or None
        self.pipeline.add_step(job, {"uses": template, "with": given, "on": self.events}, place)
        self.call(template)

    def call(self, template: Any) -> None:
        """A template of another repository is named with an `@`."""
        if isinstance(template, str) and "@" in template and not template.endswith("@self"):
            self.pipeline.call(template.partition("@")[0])


def _members(value: Any, place: Location, depth: int = 0) -> Iterator[tuple[Mapping[str, Any], Location]]:
    """The mappings of a list, those below `${{ if … }}` and `${{ each … }}` included."""
    for index, item in enumerate(value if isinstance(value, list) and depth < DEPTH else []):
        if isinstance(item, Mapping):
            holders = [key for key in item if key.startswith("${{")]
            if len(holders) < len(item):
                yield item, (*place, index)
            for key in holders:
                yield from _members(item[key], (*place, index, key), depth + 1)
