"""The view of Terraform blocks."""

from collections.abc import Iterator, Mapping

from app.readiness.conditions.sight import trim
from app.readiness.conditions.views.node import Node, ViewKind, is_named
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Marked
from app.readiness.formats.parsed import terraform_blocks
from app.readiness.formats.source import Source

TERRAFORM = ("**/*.tf",)


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


VIEWS: Mapping[str, ViewKind] = {"terraform": ViewKind(TERRAFORM, _terraform)}
