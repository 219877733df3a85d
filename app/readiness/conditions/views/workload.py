"""The views of workloads: pods and containers, whatever kind of object runs them."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from app.readiness.conditions.sight import trim
from app.readiness.conditions.views.kubernetes import YAML, Object, kind_prefilter, manifest_documents, objects_of
from app.readiness.conditions.views.node import Node, ViewKind
from app.readiness.formats.marked import Location
from app.readiness.formats.source import Source
from app.readiness.formats.template import HOLE

_TEMPLATE: Location = ("spec", "template")
_POD_OF: Mapping[str, Location] = {
    **dict.fromkeys(
        (
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "ReplicaSet",
            "ReplicationController",
            "DeploymentConfig",
            "Job",
            "Rollout",
            "Service",
        ),
        _TEMPLATE,
    ),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
_LISTS = {"container": "containers", "init-container": "initContainers"}
_KNATIVE = "serving.knative.dev/"


def _prefilter(argument: str) -> str:
    return kind_prefilter(f"{{{','.join(_POD_OF)}}}")


def _workloads(source: Source, argument: str, *, is_any: bool = False) -> Iterator[Node]:
    for item in objects_of(manifest_documents(source, is_any=is_any)):
        place = _POD_OF.get(item.kind)
        if place is None or (item.kind == "Service" and not str(item.value.get("apiVersion")).startswith(_KNATIVE)):
            continue
        template = _at(item.value, place)
        spec = template.get("spec")
        if isinstance(spec, Mapping):
            where = (*item.location, *place, "spec")
            yield from (
                _pod(item, template, spec, where) if argument == "pod" else _containers(item, spec, where, argument)
            )


def _pod(item: Object, template: Mapping[str, Any], spec: Mapping[str, Any], where: Location) -> Iterator[Node]:
    """Labels and annotations are those of the pod, with those of its workload behind them."""
    value = {
        **spec,
        **_identity(item),
        **_given({"replicas": _at(item.value, ("spec",)).get("replicas")}),
        "labels": _metadata(item.value, template, "labels"),
        "annotations": _metadata(item.value, template, "annotations"),
    }
    yield Node(value, item.document, where, item.label)


def _containers(item: Object, spec: Mapping[str, Any], where: Location, argument: str) -> Iterator[Node]:
    name = _LISTS[argument]
    members = spec.get(name)
    pod = {key: value for key, value in spec.items() if key != "containers"}
    common = {**_identity(item), "pod": pod}
    for index, container in enumerate(members if isinstance(members, list) else [members]):
        location = (*where, name, index) if isinstance(members, list) else (*where, name)
        if isinstance(container, Mapping):
            label = trim(f"{item.label} container {container.get('name', '')}")
            yield Node({**container, **common}, item.document, location, label)
        elif isinstance(container, str) and HOLE in container:
            yield Node(HOLE, item.document, location, item.label)


def _identity(item: Object) -> dict[str, Any]:
    metadata = _at(item.value, ("metadata",))
    return _given({"kind": item.kind, "workload": metadata.get("name"), "namespace": metadata.get("namespace")})


def _given(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if item is not None}


def _metadata(workload: Mapping[str, Any], template: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {**_at(workload, ("metadata", key)), **_at(template, ("metadata", key))}


def _at(value: Any, location: Location) -> Mapping[str, Any]:
    """The mapping at a location, empty where there is none."""
    for step in location:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


VIEWS: Mapping[str, ViewKind] = {
    "workload": ViewKind(
        YAML,
        _workloads,
        _prefilter,
        arguments=("pod", "container", "init-container"),
        any_nodes=partial(_workloads, is_any=True),
    ),
}
