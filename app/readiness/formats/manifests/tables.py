"""Manifests that are tables: package.json, pnpm-workspace.yaml, deno.json, composer.json, Cargo.toml, Gradle's."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.readiness.formats.manifests.dependency import Dependency
from app.readiness.formats.parsed import json_document, toml_document, yaml_documents
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
            is_development = key in ("devDependencies", "peerDependencies")
            yield Dependency("npm", name, version, 0, is_development)
            if version.startswith("npm:"):
                real, _, stated = version[4:].rpartition("@")
                yield Dependency("npm", real or name, stated, 0, is_development)


def read_pnpm_workspace(source: Source) -> Iterator[Dependency]:
    """The catalogues that package.json files refer to with `catalog:`."""
    for document in source.parse(yaml_documents):
        catalogues = document.value.get("catalogs") if isinstance(document.value, Mapping) else None
        tables = [("catalog", document.value), *((name, catalogues) for name in table_names(catalogues))]
        for key, holder in tables:
            for name, version in _entries(holder, key):
                place = ("catalog", name) if key == "catalog" else ("catalogs", key, name)
                yield Dependency("npm", name, version, document.place(place)[0])


def table_names(value: Any) -> list[str]:
    return list(value) if isinstance(value, Mapping) else []


def read_deno(source: Source) -> Iterator[Dependency]:
    """Imports from npm and JSR, which share the names of npm."""
    value = source.parse(json_document).value
    for _, target in _entries(value, "imports"):
        registry, _, rest = target.partition(":")
        scope, _, name = rest.removeprefix("/").partition("/") if rest.lstrip("/").startswith("@") else ("", "", rest)
        name, _, version = name.partition("/")[0].partition("@")
        if registry in ("npm", "jsr") and name:
            yield Dependency("npm", f"{scope}/{name}" if scope else name, version)


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
                stated = table[key][name]
                real = stated.get("package") if isinstance(stated, Mapping) else None
                yield Dependency(
                    "crates", real if isinstance(real, str) else name, version, 0, key == "dev-dependencies"
                )


def read_version_catalogue(source: Source) -> Iterator[Dependency]:
    """`gradle/libs.versions.toml`: modules and plug-ins, with their version where it is written or referred to."""
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
            yield Dependency("maven", str(module), _version(stated, versions))
    plugins = value.get("plugins") if isinstance(value, Mapping) else None
    for item in plugins.values() if isinstance(plugins, Mapping) else ():
        name, _, written = item.partition(":") if isinstance(item, str) else (_text(item, "id"), "", "")
        version = _version(item.get("version", ""), versions) if isinstance(item, Mapping) else written
        if name:
            yield Dependency("maven", f"{name}:{name}.gradle.plugin", version)


def _text(item: Any, key: str) -> str:
    value = item.get(key) if isinstance(item, Mapping) else None
    return value if isinstance(value, str) else ""


def _version(stated: Any, versions: Mapping[str, str]) -> str:
    """A version as it is written, or what it refers to."""
    version = versions.get(str(stated.get("ref")), "") if isinstance(stated, Mapping) else stated
    return version if isinstance(version, str) else ""
