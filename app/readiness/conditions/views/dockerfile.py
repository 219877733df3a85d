"""The views of Dockerfiles: stages and instructions."""

from collections.abc import Iterator, Mapping

from app.readiness.conditions.languages import language_of
from app.readiness.conditions.sight import trim
from app.readiness.conditions.views.node import Node, ViewKind
from app.readiness.formats.marked import Location, Marked
from app.readiness.formats.parsed import dockerfile_stages
from app.readiness.formats.source import Source

DOCKERFILE = ("**/{Dockerfile,Containerfile}", "**/{Dockerfile,Containerfile}.*", "**/*.{Dockerfile,Containerfile}")


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


VIEWS: Mapping[str, ViewKind] = {
    "dockerfile": ViewKind(DOCKERFILE, _stages, arguments=("stage", "instruction")),
}
