"""The views of CI pipelines: steps, jobs, triggers and includes of every system in one shape."""

from collections.abc import Iterator, Mapping

from app.readiness.conditions.sight import trim
from app.readiness.conditions.views.node import Node, ViewKind
from app.readiness.formats.malformed import KeptElsewhere
from app.readiness.formats.pipelines.systems import GLOBS, read_pipeline
from app.readiness.formats.source import Source

KINDS = ("step", "job", "trigger", "include")


def _pieces(source: Source, argument: str) -> Iterator[Node]:
    """What of the file is of that kind; what it runs of elsewhere is in doubt for steps and jobs."""
    pipeline = source.parse(read_pipeline)
    for piece in pipeline.pieces:
        if piece.kind == argument:
            yield Node(piece.value, piece.document, piece.location, trim(piece.words))
    if pipeline.calls and argument in ("step", "job"):
        raise KeptElsewhere(tuple(pipeline.calls))


def _prefilter(argument: str) -> str:
    return r"\binclude\b" if argument == "include" else ""


VIEWS: Mapping[str, ViewKind] = {"ci": ViewKind(GLOBS, _pieces, _prefilter, KINDS)}
