"""AppVeyor and AWS CodeBuild: the commands of each phase."""

from collections.abc import Mapping
from typing import Any

from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.pipelines.pipeline import EVERY_PUSH, Pipeline, entries, listed, table
from app.readiness.formats.source import Source

_APPVEYOR = ("init", "install", "before_build", "build_script", "after_build", "before_test", "test_script",
             "after_test", "before_deploy", "deploy_script", "after_deploy", "on_success", "on_finish")  # fmt: skip


def read_appveyor(source: Source) -> Pipeline:
    pipeline = Pipeline("appveyor")
    for whole in pipeline.read(source.parse(yaml_documents)):
        value = table(whole)
        branches = table(value, "branches").get("only")
        events = {"push": {"branches": listed(branches)}, "pull_request": {}} if branches else EVERY_PUSH
        if value:
            pipeline.add_job("build", {**value, "on": events, "image": None}, ())
            pipeline.add_triggers(events, ("branches",))
        for phase in _APPVEYOR:
            run = pipeline.commands(list(_commands(value.get(phase))))
            if run:
                pipeline.add_step("build", {"name": phase, "run": run, "on": events}, (phase,))
        for index, deploy in enumerate(listed(value.get("deploy"))):
            uses = table(deploy).get("provider")
            if uses:
                facts = {"name": "deploy", "uses": uses, "with": dict(deploy), "on": events}
                pipeline.add_step("build", facts, ("deploy", index))
    return pipeline


def _commands(value: Any) -> list[Any]:
    """Commands, each of which may be for one shell: `ps`, `cmd`, `sh`, `pwsh`."""
    return [list(item.values()) if isinstance(item, Mapping) else item for item in listed(value)]


def read_codebuild(source: Source) -> Pipeline:
    """What triggers a build is told elsewhere."""
    pipeline = Pipeline("codebuild")
    for value in pipeline.read(source.parse(yaml_documents)):
        phases = table(value, "phases")
        env = pipeline.merged(table(value, "env").get("variables"))
        if phases:
            pipeline.add_job("build", {**value, "on": EVERY_PUSH, "env": env}, ())
        for name, phase in entries(value, "phases"):
            run = pipeline.commands(phase.get("commands"), phase.get("finally"))
            if run:
                facts = {
                    "name": name,
                    "run": run,
                    "env": env,
                    "on": EVERY_PUSH,
                    "allow_failure": phase.get("on-failure") == "CONTINUE",
                }
                pipeline.add_step("build", facts, ("phases", name))
    return pipeline
