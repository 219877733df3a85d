"""Manifests that are JSON or TOML: package.json, composer.json, Cargo.toml, the Gradle version catalogue."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.readiness.formats.manifests.dependency import Dependency
from app.readiness.formats.parsed import json_document, toml_document
from app.readiness.formats.source import Source


def _entries(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Names and versions of a table whose values are versions or mappings with one."""
    table = value.get(key) if isinstance(value, Mapping) else None
    for name, item in table.items() if isinstance(table, Mapping) else ():
        version = item.get("version", "") if isinstance(item, Mapping) else item
        yield str(name), version if isinstance(version, str) else ""


def read_package_json(source: Source) -> Iterator[Dependency]:
    value = source.parse(json_document).value
    for key in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies"):
        for name, version in _entries(value, key):
            yield Dependency("npm", name, version, 0, key in ("devDependencies", "peerDependencies"))


def read_composer(source: Source) -> Iterator[Dependency]:
    value = source.parse(json_document).value
    for key in ("require", "require-dev"):
        for name, version in _entries(value, key):
            yield Dependency("composer", name, version, 0, key == "require-dev")


def read_cargo(source: Source) -> Iterator[Dependency]:
    value = source.parse(toml_document).value
    workspace = value.get("workspace") if isinstance(value, Mapping) else None
    targets = value.get("target") if isinstance(value, Mapping) else None
    tables = [value, workspace, *(targets.values() if isinstance(targets, Mapping) else ())]
    for table in tables:
        for key in ("dependencies", "dev-dependencies", "build-dependencies"):
            for name, version in _entries(table, key):
                yield Dependency("crates", name, version, 0, key == "dev-dependencies")


def read_version_catalogue(source: Source) -> Iterator[Dependency]:
    """`gradle/libs.versions.toml`: modules, with their version where it is written or referred to."""
    value = source.parse(toml_document).value
    versions = dict(_entries(value, "versions"))
    libraries = value.get("libraries") if isinstance(value, Mapping) else None
    for item in libraries.values() if isinstance(libraries, Mapping) else ():
        if isinstance(item, str):
            group, _, rest = item.partition(":")
            name, _, version = rest.partition(":")
            yield Dependency("maven", f"{group}:{name}", version)
        elif isinstance(item, Mapping):
            module = item.get("module") or f"{item.get('group', '')}:{item.get('name', '')}"
            stated = item.get("version", "")
            version = versions.get(str(stated.get("ref")), "") if isinstance(stated, Mapping) else stated
            yield Dependency("maven", str(module), version if isinstance(version, str) else "")
