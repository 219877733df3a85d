"""The views of Kubernetes objects: plain manifests and Helm templates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.readiness.conditions.sight import trim
from app.readiness.conditions.views.node import Node, ViewKind, is_named
from app.readiness.formats.marked import Location, Marked
from app.readiness.formats.parsed import possible_documents, rendered_documents, template_documents, yaml_documents
from app.readiness.formats.source import Source
from app.readiness.formats.template import has_holes
from app.readiness.globs import matches_any, to_regex

YAML = ("**/*.{yml,yaml}",)


@dataclass(frozen=True, slots=True)
class Object:
    """One object of a manifest and where it lies in its document."""

    value: Mapping[str, Any]
    document: Marked
    location: Location

    @property
    def kind(self) -> str:
        kind = self.value.get("kind")
        return kind if isinstance(kind, str) else ""

    @property
    def label(self) -> str:
        metadata = self.value.get("metadata")
        name = metadata.get("name", "") if isinstance(metadata, Mapping) else ""
        return trim(f"{self.kind} {name}")


def kind_prefilter(argument: str) -> str:
    """Such a kind, or one that a template writes."""
    return f"^[ \\t-]*[\"']?kind[\"']?:[ \\t]*[\"']?(?:(?:{to_regex(argument)})\\b|\\{{\\{{)"


def _is_template(source: Source) -> bool:
    return has_holes(source.content) and matches_any(("**/templates/**",), source.path)


def manifest_documents(source: Source, *, is_any: bool) -> tuple[Marked, ...]:
    """The documents of a manifest; those of a Helm template are rendered with the values of its chart."""
    if not _is_template(source):
        return () if _is_switched_off(source, is_any=is_any) else source.parse(yaml_documents)
    return source.parse(possible_documents if is_any else rendered_documents)


def _is_switched_off(source: Source, *, is_any: bool) -> bool:
    return not is_any and source.chart is not None and not source.chart.is_enabled


def objects_of(documents: tuple[Marked, ...]) -> Iterator[Object]:
    """The objects of a file, those of lists included."""
    for document in documents:
        value = document.value
        items = value.get("items") if isinstance(value, Mapping) and value.get("kind") == "List" else None
        found = [(value, ())] if not isinstance(items, list) else [(item, ("items", i)) for i, item in enumerate(items)]
        for item, location in found:
            if isinstance(item, Mapping) and "apiVersion" in item:
                yield Object(item, document, location)


def _kubernetes(source: Source, argument: str, *, is_any: bool = False) -> Iterator[Node]:
    yield from _named(manifest_documents(source, is_any=is_any), argument)


def _helm_template(source: Source, argument: str) -> Iterator[Node]:
    if _is_template(source):
        yield from _named(source.parse(template_documents), argument)


def _named(documents: tuple[Marked, ...], argument: str) -> Iterator[Node]:
    for item in objects_of(documents):
        if is_named(argument, item.kind):
            yield Node(item.value, item.document, item.location, item.label)


VIEWS: Mapping[str, ViewKind] = {
    "k8s": ViewKind(YAML, _kubernetes, kind_prefilter, any_nodes=partial(_kubernetes, is_any=True)),
    "helm-template": ViewKind(YAML, _helm_template, kind_prefilter),
}
