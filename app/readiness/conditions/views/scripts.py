"""The view of a repository's named commands."""

from collections.abc import Iterator, Mapping

from app.readiness.conditions.sight import trim
from app.readiness.conditions.views.node import Node, ViewKind, is_named
from app.readiness.formats.marked import Marked
from app.readiness.formats.scripts.reading import GLOBS, read_scripts
from app.readiness.formats.source import Source
from app.readiness.globs import to_regex


def _scripts(source: Source, argument: str) -> Iterator[Node]:
    for script in source.parse(read_scripts):
        if is_named(argument, script.name):
            value = {"tool": script.tool, "name": script.name, "run": script.run}
            yield Node(value, Marked(value, {(): (script.line, 1)}), (), trim(f"script {script.name}"))


def _prefilter(argument: str) -> str:
    """The parts of a name may stand apart: a task of Rake has its namespaces on lines before it."""
    return "" if "[" in argument else to_regex(argument.replace(":", "\0")).replace("\0", "(?s:.*)")


VIEWS: Mapping[str, ViewKind] = {"script": ViewKind(GLOBS, _scripts, _prefilter)}
