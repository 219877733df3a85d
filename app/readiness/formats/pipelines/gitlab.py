"""GitLab CI: jobs with what they extend and what is the default, and includes."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.pipelines.gitlab_events import events_of
from app.readiness.formats.pipelines.pipeline import DEPTH, Pipeline, entries, is_true, listed, table
from app.readiness.formats.source import Source

_GLOBAL = ("default", "include", "variables", "workflow", "stages", "image", "services", "cache", "before_script",
           "after_script", "spec", "types", "pages:deploy")  # fmt: skip
_DEFAULTS = ("image", "services", "before_script", "after_script", "timeout", "retry", "interruptible", "tags")
_WORK = ("script", "run", "trigger", "extends")


def read_gitlab(source: Source) -> Pipeline:
    pipeline = Pipeline("gitlab")
    is_root = source.path.rpartition("/")[2].lower() in (".gitlab-ci.yml", ".gitlab-ci.yaml")
    for value in pipeline.read(source.parse(yaml_documents)):
        if isinstance(value, Mapping):
            includes = list(_includes(value))
            has_parts = any("local" in include for include, _ in includes)
            for include, index in includes:
                _add_include(pipeline, include, index)
            _add_jobs(pipeline, is_root=is_root and not has_parts)
    return pipeline


def _includes(value: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], int]]:
    for index, include in enumerate(listed(value.get("include"))):
        if isinstance(include, str):
            yield {"remote" if "://" in include else "local": include}, index
        elif isinstance(include, Mapping):
            yield include, index


def _add_include(pipeline: Pipeline, include: Mapping[str, Any], index: int) -> None:
    place = ("include", index) if isinstance(pipeline.value["include"], list) else ("include",)
    name = next((include[key] for key in ("template", "component", "project", "remote", "local") if key in include), "")
    pipeline.add("include", include, place, f"include {name}")
    files: list[str | None] = [file for file in listed(include.get("file")) if isinstance(file, str)]
    elsewhere = [include.get("component"), include.get("remote"), *(files or [str(include.get("project", ""))])]
    for one in elsewhere:
        if isinstance(one, str) and one:
            pipeline.call(one.partition("@")[0])
    if "auto-devops" in str(include.get("template")).lower():
        pipeline.call("auto-devops")


def _add_jobs(pipeline: Pipeline, *, is_root: bool) -> None:
    """A job whose name begins with a dot runs where another file extends it, so not in the only one."""
    whole = pipeline.value
    defaults = {
        key: item for key in _DEFAULTS if (item := whole.get(key, table(whole, "default").get(key))) is not None
    }
    fallback = events_of(table(whole, "workflow")) or None
    seen: dict[str, Any] = {}
    for name, raw in entries(whole):
        if name in _GLOBAL or (name.startswith(".") and is_root):
            continue
        job = {**defaults, **_extended(pipeline, whole, raw, 0)}
        events = events_of(job, fallback)
        if events is None or not any(key in job for key in _WORK):
            continue
        for event, settings in events.items():
            seen.setdefault(event, settings)
        _add_job(pipeline, name, job, events)
    pipeline.add_triggers(seen, ("workflow",))


def _extended(pipeline: Pipeline, whole: Mapping[str, Any], raw: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """A job over those it extends; mappings in it are merged, lists are not."""
    if depth > DEPTH:
        raise Malformed(f"jobs extend each other more than {DEPTH} times")
    found: dict[str, Any] = {}
    for parent in listed(raw.get("extends")):
        base = whole.get(parent) if isinstance(parent, str) else None
        if isinstance(base, Mapping):
            _lay_over(pipeline, found, _extended(pipeline, whole, base, depth + 1))
    _lay_over(pipeline, found, raw)
    return found


def _lay_over(pipeline: Pipeline, found: dict[str, Any], above: Mapping[str, Any]) -> None:
    for key, item in above.items():
        pipeline.spend(1)
        below = found.get(key)
        both = isinstance(below, Mapping) and isinstance(item, Mapping)
        found[key] = pipeline.merged(below, item) if both else item


def _add_job(pipeline: Pipeline, name: str, job: Mapping[str, Any], events: Mapping[str, Any]) -> None:
    whole, image, failure = pipeline.value, job.get("image"), job.get("allow_failure")
    trigger = job.get("trigger")
    runs = [item for item in listed(job.get("run")) if isinstance(item, Mapping)]
    scripts = [_referred(job.get(key), whole) for key in ("before_script", "script", "after_script")]
    uses = trigger.get("project") if isinstance(trigger, Mapping) else trigger
    facts = {
        "image": image.get("name") if isinstance(image, Mapping) else image,
        "env": pipeline.merged(whole.get("variables"), job.get("variables")),
        "on": events,
        "allow_failure": is_true(failure) or isinstance(failure, Mapping),
        "uses": uses or next((item["step"] for item in runs if isinstance(item.get("step"), str)), None),
    }
    more = {
        "environment": job.get("environment"),
        "needs": listed(job.get("needs")) or None,
        "timeout": job.get("timeout"),
        "matrix": table(job, "parallel").get("matrix"),
    }
    pipeline.add_job(name, {**job, **facts, **more}, (name,))
    run = pipeline.commands(*scripts, [item.get("script") for item in runs])
    pipeline.add_step(name, {"name": name, **facts, "run": run, "stage": job.get("stage")}, (name,))
    if isinstance(uses, str):
        pipeline.call(uses)


def _referred(script: Any, whole: Mapping[str, Any]) -> Any:
    """Commands, where `!reference [.job, script]` gives those of another job."""
    if not isinstance(script, list):
        return script
    return [_refer(item, whole) for item in script] if not _is_reference(script, whole) else _refer(script, whole)


def _refer(item: Any, whole: Mapping[str, Any]) -> Any:
    return whole[item[0]].get(item[1]) if _is_reference(item, whole) else item


def _is_reference(item: Any, whole: Mapping[str, Any]) -> bool:
    return (
        isinstance(item, list)
        and len(item) == len(("job", "key"))
        and all(isinstance(part, str) for part in item)
        and isinstance(whole.get(item[0]), Mapping)
        and item[1] in whole[item[0]]
    )
