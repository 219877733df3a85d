"""The views of whole files: YAML, JSON and TOML by glob, and the services of Compose files."""

from collections.abc import Iterator, Mapping

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
            yield Node({"name": name, **service}, document, ("services", name), f"service {name}")


VIEWS: Mapping[str, ViewKind] = {
    "yaml": ViewKind(None, _whole_yaml),
    "json": ViewKind(None, _whole_json),
    "toml": ViewKind(None, _whole_toml),
    "compose": ViewKind(COMPOSE, _compose, arguments=("service",)),
}
