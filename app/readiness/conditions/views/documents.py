"""The views of whole files: YAML, JSON and TOML by glob, and the services of Compose files."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.readiness.conditions.views.node import Node, ViewKind, entries
from app.readiness.formats.parsed import json_document, toml_document, yaml_documents
from app.readiness.formats.source import Source

COMPOSE = ("**/{compose,docker-compose}*.{yml,yaml}",)


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
        for name, service in entries(document.value, "services"):
            label = f"service {name}{_origin(name, service)}"
            yield Node({"name": name, **service}, document, ("services", name), label)


def _origin(name: str, service: Mapping[str, Any]) -> str:
    """The folder a service is built from, where it is called otherwise."""
    build = service.get("build")
    context = build.get("context") if isinstance(build, Mapping) else build
    folder = context.rstrip("/").rpartition("/")[2] if isinstance(context, str) else ""
    return f" from {folder}" if folder not in ("", ".", "..", name) else ""


VIEWS: Mapping[str, ViewKind] = {
    "yaml": ViewKind(None, _whole_yaml),
    "json": ViewKind(None, _whole_json),
    "toml": ViewKind(None, _whole_toml),
    "compose": ViewKind(COMPOSE, _compose, arguments=("service",)),
}
