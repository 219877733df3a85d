"""Scripts that are JSON, YAML or TOML: package.json, composer.json, deno.json, Taskfiles, Pipfile, pyproject.toml."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.readiness.formats.marked import Location, Marked
from app.readiness.formats.parsed import json_document, toml_document, yaml_documents
from app.readiness.formats.scripts.script import Script
from app.readiness.formats.source import Source

DEPTH = 10
_COMMANDS = ("cmd", "shell", "script", "sequence", "ref", "cmds", "deps", "sh", "task", "command", "composite", "call",
             "parallel", "commands", "chain", "depends", "dependencies", "run", "value")  # fmt: skip


def read_package_scripts(source: Source) -> Iterator[Script]:
    yield from _scripts(source.parse(json_document), "npm", ("scripts",))


def read_composer_scripts(source: Source) -> Iterator[Script]:
    yield from _scripts(source.parse(json_document), "composer", ("scripts",))


def read_deno_tasks(source: Source) -> Iterator[Script]:
    yield from _scripts(source.parse(json_document), "deno", ("tasks",))


def read_taskfile(source: Source) -> Iterator[Script]:
    for document in source.parse(yaml_documents):
        yield from _scripts(document, "task", ("tasks",))


def read_pipfile_scripts(source: Source) -> Iterator[Script]:
    yield from _scripts(source.parse(toml_document), "pipenv", ("scripts",))


def read_mise_tasks(source: Source) -> Iterator[Script]:
    yield from _scripts(source.parse(toml_document), "mise", ("tasks",))


def read_pyproject_scripts(source: Source) -> Iterator[Script]:
    """Poe, Taskipy, PDM, Pixi and Hatch; entry points of the package are no scripts."""
    document = source.parse(toml_document)
    for tool, location in (
        ("poe", ("tool", "poe", "tasks")),
        ("task", ("tool", "taskipy", "tasks")),
        ("pdm", ("tool", "pdm", "scripts")),
        ("pixi", ("tool", "pixi", "tasks")),
        ("rye", ("tool", "rye", "scripts")),
    ):
        yield from _scripts(document, tool, location)
    environments = _at(document.value, ("tool", "hatch", "envs"))
    for name in environments if isinstance(environments, Mapping) else ():
        yield from _scripts(document, "hatch", ("tool", "hatch", "envs", name, "scripts"))
    yield from _tox(document, ("tool", "tox"))


def read_hatch_scripts(source: Source) -> Iterator[Script]:
    document = source.parse(toml_document)
    environments = _at(document.value, ("envs",))
    for name in environments if isinstance(environments, Mapping) else ():
        yield from _scripts(document, "hatch", ("envs", name, "scripts"))


def read_tox_toml(source: Source) -> Iterator[Script]:
    yield from _tox(source.parse(toml_document), ())


def read_cargo_make(source: Source) -> Iterator[Script]:
    yield from _scripts(source.parse(toml_document), "cargo-make", ("tasks",))


def _tox(document: Marked, location: Location) -> Iterator[Script]:
    """The environments of tox; what all of them run is called `testenv`, as in tox.ini."""
    base = ("testenv", (*location, "env_run_base"), _at(document.value, (*location, "env_run_base")))
    named = [(name, (*location, "env", name), value) for name, value in _entries(document.value, (*location, "env"))]
    for name, place, value in (base, *named):
        commands = value.get("commands") if isinstance(value, Mapping) else None
        lines = [" ".join(_texts(line, 0)) for line in commands] if isinstance(commands, list) else []
        if lines:
            yield Script("tox", name, "\n".join(lines), document.place(place)[0])


def _scripts(document: Marked, tool: str, location: Location) -> Iterator[Script]:
    """The entries of a table whose values are commands, lists of them, or mappings that hold them."""
    for name, value in _entries(document.value, location):
        run = "\n".join(_texts(value, 0))
        yield Script(tool, name, run, document.place((*location, name))[0])


def _entries(value: Any, location: Location) -> Iterator[tuple[str, Any]]:
    found = _at(value, location)
    for name, item in found.items() if isinstance(found, Mapping) else ():
        if not str(name).startswith("_"):
            yield str(name), item


def _at(value: Any, location: Location) -> Any:
    for key in location:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list) and depth < DEPTH:
        for item in value:
            yield from _texts(item, depth + 1)
    elif isinstance(value, Mapping) and depth < DEPTH:
        for key in _COMMANDS:
            if key in value:
                yield from _texts(value[key], depth + 1)
