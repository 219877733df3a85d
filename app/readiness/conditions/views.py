"""The views of `data`: which files they look into, and the nodes they see there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.readiness.conditions.languages import language_of
from app.readiness.conditions.sight import trim
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Location, Marked
from app.readiness.formats.parsed import (
    dockerfile_stages,
    json_document,
    template_documents,
    terraform_blocks,
    toml_document,
    yaml_documents,
)
from app.readiness.formats.source import Source
from app.readiness.formats.template import has_holes
from app.readiness.globs import matches_any, to_regex
from app.readiness.patterns import compile_pattern

YAML = ("**/*.{yml,yaml}",)
COMPOSE = ("**/{compose,docker-compose}*.{yml,yaml}",)
WORKFLOW = (".github/workflows/*.{yml,yaml}",)
DOCKERFILE = ("**/{Dockerfile,Containerfile}", "**/{Dockerfile,Containerfile}.*", "**/*.{Dockerfile,Containerfile}")
TERRAFORM = ("**/*.tf",)


@dataclass(frozen=True, slots=True)
class Node:
    """A value a view shows, the document it lies in, where, and a few words to call it by."""

    value: Any
    document: Marked
    location: Location
    label: str

    def line(self, below: Location) -> int:
        return self.document.place((*self.location, *below))[0]


@dataclass(frozen=True, slots=True)
class ViewKind:
    """How one view reads files.

    globs: None when the view's own argument is the glob; prefilter: from its argument, "" for none.
    """

    globs: tuple[str, ...] | None
    nodes: Callable[[Source, str], Iterator[Node]]
    prefilter: Callable[[str], str] = lambda argument: ""
    arguments: tuple[str, ...] = ()


def is_named(pattern: str, name: Any) -> bool:
    """Whether a name fits an argument such as `{Deployment,StatefulSet}` or `aws_*`."""
    return isinstance(name, str) and bool(compile_pattern(f"^(?:{to_regex(pattern)})$").search(name.encode()))


def _kind_prefilter(argument: str) -> str:
    return f"^[ \\t-]*[\"']?kind[\"']?:[ \\t]*[\"']?(?:{to_regex(argument)})\\b"


def _is_template(source: Source) -> bool:
    return has_holes(source.content) and matches_any(("**/templates/**",), source.path)


def _kubernetes(source: Source, argument: str) -> Iterator[Node]:
    """Helm templates are left to their own view, so a rule that means both names both."""
    if not _is_template(source):
        yield from _objects(source.parse(yaml_documents), argument)


def _helm_template(source: Source, argument: str) -> Iterator[Node]:
    if _is_template(source):
        yield from _objects(source.parse(template_documents), argument)


def _objects(documents: tuple[Marked, ...], argument: str) -> Iterator[Node]:
    for document in documents:
        value = document.value
        items = value.get("items") if isinstance(value, Mapping) and value.get("kind") == "List" else None
        found = [(value, ())] if not isinstance(items, list) else [(item, ("items", i)) for i, item in enumerate(items)]
        for item, location in found:
            if isinstance(item, Mapping) and "apiVersion" in item and is_named(argument, item.get("kind")):
                metadata = item.get("metadata")
                name = metadata.get("name", "") if isinstance(metadata, Mapping) else ""
                yield Node(item, document, location, trim(f"{item['kind']} {name}"))


def _whole_yaml(source: Source, argument: str) -> Iterator[Node]:
    for document in source.parse(yaml_documents):
        yield Node(document.value, document, (), "")


def _whole_json(source: Source, argument: str) -> Iterator[Node]:
    document = source.parse(json_document)
    yield Node(document.value, document, (), "")


def _whole_toml(source: Source, argument: str) -> Iterator[Node]:
    document = source.parse(toml_document)
    yield Node(document.value, document, (), "")


def _compose(source: Source, argument: str) -> Iterator[Node]:
    for document in source.parse(yaml_documents):
        for name, service in _entries(document.value, "services"):
            yield Node({"name": name, **service}, document, ("services", name), f"service {name}")


def _entries(value: Any, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The mappings inside a mapping under a key."""
    inner = value.get(key) if isinstance(value, Mapping) else None
    for name, item in inner.items() if isinstance(inner, Mapping) else ():
        if isinstance(item, Mapping):
            yield name, item


def _workflow(source: Source, argument: str) -> Iterator[Node]:
    """Jobs and steps know the events (`on`) of their workflow, a step also its job."""
    for document in source.parse(yaml_documents):
        events = list(_events(document))
        if argument == "trigger":
            yield from _triggers(document)
        elif argument == "job":
            for name, job in _entries(document.value, "jobs"):
                yield Node({"id": name, "on": events, **job}, document, ("jobs", name), f"job {name}")
        else:
            yield from _steps(document, events)


def _steps(document: Marked, events: Sequence[str]) -> Iterator[Node]:
    for name, job in _entries(document.value, "jobs"):
        steps = job.get("steps")
        for index, step in enumerate(steps if isinstance(steps, list) else []):
            if isinstance(step, Mapping):
                words = step.get("name") or step.get("uses") or step.get("run") or ""
                label = trim(f"step {str(words).splitlines()[0] if words else name}")
                yield Node({"job": name, "on": events, **step}, document, ("jobs", name, "steps", index), label)
    for name, job in _entries(document.value, "jobs"):
        uses = job.get("uses")
        if isinstance(uses, str) and not uses.startswith("./"):
            raise Malformed(f"job {trim(name)} runs a workflow of another repository")


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


def _is_code(path: str) -> bool:
    """Globs know no case, so `dockerfile.py` is at the place of a Dockerfile."""
    return path.rpartition("/")[2][:1].islower() and bool(language_of(path))


def _stages(source: Source, argument: str) -> Iterator[Node]:
    if _is_code(source.path):
        return
    for stage in source.parse(dockerfile_stages):
        marks: dict[Location, tuple[int, int]] = {(name,): (line, 1) for name, line in stage.lines.items()}
        marks[()] = (stage.line, 1)
        document = Marked(stage.attributes, marks)
        if argument == "instruction":
            for instruction in stage.instructions:
                value = {
                    "instruction": instruction.name,
                    "value": instruction.value,
                    "stage": stage.attributes["index"],
                    "final": stage.attributes["final"],
                }
                yield Node(value, Marked(value, {(): (instruction.line, 1)}), (), instruction.name)
        else:
            yield Node(stage.attributes, document, (), trim(f"stage from {stage.attributes['base']}"))


def _terraform(source: Source, argument: str) -> Iterator[Node]:
    remote = ""
    for block in source.parse(terraform_blocks):
        if is_named(argument, block.type):
            value = {"labels": list(block.labels), **block.value}
            yield Node(value, Marked(value, block.marks), (), trim(" ".join((block.kind, *block.labels))))
        origin = block.value.get("source")
        if block.kind == "module" and isinstance(origin, str) and not origin.startswith("."):
            remote = trim(" ".join(block.labels))
    if remote and not is_named(argument, "module"):
        raise Malformed(f"module {remote} comes from elsewhere")


VIEWS: Mapping[str, ViewKind] = {
    "k8s": ViewKind(YAML, _kubernetes, _kind_prefilter),
    "helm-template": ViewKind(YAML, _helm_template, _kind_prefilter),
    "yaml": ViewKind(None, _whole_yaml),
    "json": ViewKind(None, _whole_json),
    "toml": ViewKind(None, _whole_toml),
    "compose": ViewKind(COMPOSE, _compose, arguments=("service",)),
    "workflow": ViewKind(WORKFLOW, _workflow, arguments=("job", "step", "trigger")),
    "dockerfile": ViewKind(DOCKERFILE, _stages, arguments=("stage", "instruction")),
    "terraform": ViewKind(TERRAFORM, _terraform),
}
