"""The views of GitHub workflows as they are written."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.readiness.conditions.sight import trim
from app.readiness.conditions.views.node import Node, ViewKind, entries
from app.readiness.formats.malformed import KeptElsewhere
from app.readiness.formats.marked import Marked
from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.source import Source

WORKFLOW = (".github/workflows/*.{yml,yaml}",)


def _workflow(source: Source, argument: str) -> Iterator[Node]:
    """Jobs and steps know the events (`on`) of their workflow, a step also its job."""
    for document in source.parse(yaml_documents):
        events = list(_events(document))
        if argument == "trigger":
            yield from _triggers(document)
        elif argument == "job":
            for name, job in entries(document.value, "jobs"):
                yield Node({"id": name, "on": events, **job}, document, ("jobs", name), f"job {name}")
        else:
            yield from _steps(document, events)


def _steps(document: Marked, events: Sequence[str]) -> Iterator[Node]:
    for name, job in entries(document.value, "jobs"):
        steps = job.get("steps")
        for index, step in enumerate(steps if isinstance(steps, list) else []):
            if isinstance(step, Mapping):
                words = step.get("name") or step.get("uses") or step.get("run") or ""
                label = trim(f"step {str(words).splitlines()[0] if words else name}")
                yield Node({"job": name, "on": events, **step}, document, ("jobs", name, "steps", index), label)
    called = [str(job["uses"]) for _, job in entries(document.value, "jobs") if isinstance(job.get("uses"), str)]
    remote = tuple(dict.fromkeys(uses.partition("@")[0] for uses in called if not uses.startswith("./")))
    if remote:
        raise KeptElsewhere(remote)


def _events(document: Marked) -> Mapping[str, Any]:
    """The events of a workflow with their settings, however it writes them."""
    on = document.value.get("on") if isinstance(document.value, Mapping) else None
    listed = [on] if isinstance(on, str) else on
    if isinstance(listed, list):
        return {event: None for event in listed if isinstance(event, str)}
    return listed if isinstance(listed, Mapping) else {}


def _triggers(document: Marked) -> Iterator[Node]:
    for event, settings in _events(document).items():
        extra = settings if isinstance(settings, Mapping) else {"entries": settings} if settings else {}
        yield Node({"event": event, **extra}, document, ("on", event), f"on {event}")


VIEWS: Mapping[str, ViewKind] = {
    "workflow": ViewKind(WORKFLOW, _workflow, arguments=("job", "step", "trigger")),
}
