"""Manifests in XML, through a parser that refuses entities: pom.xml and .NET projects."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.manifests.dependency import Dependency
from app.readiness.formats.source import Source

DEPTH = 100


class _ShallowBuilder(TreeBuilder):
    """Builds a tree and refuses one whose depth would hurt whoever walks it."""

    depth = 0

    def start(self, tag: Any, attrs: Mapping[Any, Any], /) -> Element:
        self.depth += 1
        if self.depth > DEPTH:
            raise Malformed(f"nested deeper than {DEPTH} levels")
        return super().start(tag, dict(attrs))

    def end(self, tag: Any, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def _root(source: Source) -> Element:
    parser = DefusedXMLParser(target=_ShallowBuilder(), forbid_dtd=True)
    try:
        parser.feed(source.content)
        root = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Malformed(f"not XML: {type(error).__name__}") from None
    if not isinstance(root, Element):
        raise Malformed("not XML: no element")
    return root


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _child(element: Element, name: str) -> str:
    return next(((child.text or "").strip() for child in element if _local(child) == name), "")


def read_pom(source: Source) -> Iterator[Dependency]:
    """Dependencies, plug-ins and the parent; a version in a property is looked up in the same file."""
    root = _root(source)
    properties = {
        _local(item): (item.text or "").strip() for group in root if _local(group) == "properties" for item in group
    }
    for element in root.iter():
        if _local(element) in ("dependency", "parent", "plugin"):
            name = f"{_child(element, 'groupId') or 'org.apache.maven.plugins'}:{_child(element, 'artifactId')}"
            version = _child(element, "version")
            if version.startswith("${"):
                version = properties.get(version[2:-1], "")
            yield Dependency("maven", name, version, 0, _child(element, "scope") == "test")


def read_dotnet(source: Source) -> Iterator[Dependency]:
    """The SDKs and the packages of a project, of Directory.*.props, or of the older packages.config."""
    root = _root(source)
    for sdk in filter(None, root.get("Sdk", "").split(";")):
        name, _, version = sdk.partition("/")
        yield Dependency("nuget", name, version)
    properties = {
        _local(item): (item.text or "").strip() for group in root if _local(group) == "PropertyGroup" for item in group
    }
    for element in root.iter():
        if _local(element) in ("PackageReference", "FrameworkReference", "PackageVersion", "GlobalPackageReference"):
            name = element.get("Include") or element.get("Update") or ""
            version = element.get("Version") or _child(element, "Version")
            if version.startswith("$("):
                version = properties.get(version[2:-1], "")
            if name:
                yield Dependency("nuget", name, version)
        elif _local(element) == "package" and element.get("id"):
            yield Dependency("nuget", element.get("id", ""), element.get("version", ""))
