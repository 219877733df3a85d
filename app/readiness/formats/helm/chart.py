"""A chart: its values and names, the templates it shares, and one of its files rendered to documents."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from app.readiness.formats.helm.functions import merged
from app.readiness.formats.helm.nodes import Node
from app.readiness.formats.helm.reading import read_template
from app.readiness.formats.helm.render import Renderer, Written, follow
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Marked
from app.readiness.formats.template import HOLE, fill_holes
from app.readiness.formats.yaml_text import read_yaml

LIMIT = 2_000_000
SHARED = 500_000
"""Bytes of the templates a chart shares; what lies beyond is not known."""
_NEAR = 200
_LIBRARY = b"""
{{ define "common.tplvalues.render" -}}
{{ tpl (ternary .value (toYaml .value) (kindIs "string" .value)) .context }}{{ end }}
{{ define "common.names.name" }}{{ default .Chart.Name .Values.nameOverride }}{{ end }}
{{ define "common.names.fullname" }}{{ default .Chart.Name .Values.fullnameOverride }}{{ end }}
{{ define "common.images.image" }}{{ with .imageRoot }}
{{- with .registry }}{{ . }}/{{ end }}{{ .repository }}:{{ .tag }}{{ end }}{{ end }}
"""
"""What the library charts that many take in from elsewhere offer most."""
_KUBERNETES = {"Version": "v1.33.0", "GitVersion": "v1.33.0", "Major": "1", "Minor": "33"}


class Chart:
    """metadata: Chart.yaml; values: texts in order, the later ones win; shared: templates for others to include.

    parent: the chart whose `charts` folder this one lies in, which may switch it off and set its values.
    """

    def __init__(
        self, metadata: bytes, values: Sequence[bytes], shared: Sequence[bytes], parent: "Chart | None" = None
    ) -> None:
        self._texts = metadata, values, shared
        self._parent = parent

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        return _mapping(_read(self._texts[0]))

    @property
    def name(self) -> str:
        name = self.metadata.get("name")
        return name if isinstance(name, str) else "chart"

    @property
    def is_enabled(self) -> bool:
        """False when the chart above takes this one in under a condition that its own values do not meet."""
        parent = self._parent
        return parent is None or (parent.is_enabled and not parent.switches_off(self.name))

    def switches_off(self, name: str) -> bool:
        entry = self.dependency(name)
        for path in str(entry.get("condition") or "").split(","):
            found = follow(self.values, path.strip().split(".")) if path.strip() else None
            if isinstance(found, bool):
                return not found
        tags = entry.get("tags")
        given = [follow(self.values, ("tags", str(tag))) for tag in tags] if isinstance(tags, list) else []
        return bool(given) and all(value is False for value in given)

    def dependency(self, name: str) -> Mapping[str, Any]:
        listed = self.metadata.get("dependencies")
        found = (one for one in listed if isinstance(one, Mapping)) if isinstance(listed, list) else ()
        return next((one for one in found if one.get("name") == name), {})

    @cached_property
    def values(self) -> Any:
        """A hole when one of the texts cannot be read."""
        whole: Any = {}
        for text in self._texts[1]:
            value = _read(text)
            if value == HOLE:
                return HOLE
            whole = merged(value, whole) if isinstance(value, Mapping) else whole
        above = self._parent.values if self._parent is not None else None
        if isinstance(above, Mapping) and self._parent is not None:
            key = str(self._parent.dependency(self.name).get("alias") or self.name)
            given = {name: above[name] for name in ("global",) if isinstance(above.get(name), Mapping)}
            whole = merged(_mapping(above.get(key)), merged(given, whole))
        return whole

    def documents(self, content: bytes, name: str, *, is_any: bool) -> tuple[Marked, ...]:
        """The documents a template makes, with the lines of the template.

        One that cannot be rendered is read with holes for its expressions; raises `Malformed` where that fails too.
        """
        if not is_any and not self.is_enabled:
            return ()
        for is_wide in (True, False) if is_any else (False,):
            try:
                lines, numbers = self._rendered(content, name, is_any=is_wide)
                return tuple(_moved(document, numbers) for document in read_yaml("\n".join(lines).encode()))
            except Malformed:
                continue
        return read_yaml(fill_holes(content))

    def _rendered(self, content: bytes, name: str, *, is_any: bool) -> tuple[list[str], list[int]]:
        template = read_template(content)
        renderer = Renderer({**self._shared, **template.defined}, is_any)
        root = self._root(name)
        out = Written()
        renderer.run(template.body, root, [{"": root}], out)
        lines, numbers = _lines_of(out)
        return mended(lines), numbers

    @cached_property
    def _shared(self) -> Mapping[str, Sequence[Node]]:
        found: dict[str, Sequence[Node]] = {}
        size = 0
        for text in (_LIBRARY, *self._texts[2]):
            size += len(text)
            if size > SHARED:
                break
            try:
                found.update(read_template(text).defined)
            except Malformed:
                continue
        return found

    def _root(self, name: str) -> dict[str, Any]:
        """What `.` is at the start of a template; the release is called like the chart."""
        about = {key[:1].upper() + key[1:]: value for key, value in self.metadata.items()}
        release = {"Name": self.name, "Namespace": HOLE, "Service": "Helm", "IsInstall": True, "IsUpgrade": False}
        capabilities = {"KubeVersion": _KUBERNETES, "APIVersions": HOLE}
        return {
            "Values": self.values,
            "Chart": {"Name": self.name, **about},
            "Release": {**release, "Revision": 1},
            "Capabilities": capabilities,
            "Template": {"Name": name, "BasePath": "templates"},
            "Files": HOLE,
            "Subcharts": HOLE,
        }


def _read(text: bytes) -> Any:
    """The first document of a text, a hole when it cannot be read."""
    try:
        documents = read_yaml(text) if len(text) <= LIMIT else None
    except Malformed:
        return HOLE
    return HOLE if documents is None else documents[0].value if documents else {}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _lines_of(out: Written) -> tuple[list[str], list[int]]:
    """The written lines, and the line of the template each of them comes from."""
    numbers: list[int] = []
    current = 0
    for text, line, is_text in out.parts:
        for index, part in enumerate(text.split("\n")):
            if index:
                numbers.append(current or line)
                current = 0
            if part.strip() and not current:
                current = line + (index if is_text else 0)
    numbers.append(current or 1)
    return out.text.split("\n"), numbers


def mended(lines: Sequence[str]) -> list[str]:
    """Lines that are nothing but holes stand for entries nobody knows, so they are written as such."""
    found = list(lines)
    for index, line in enumerate(lines):
        bare = line.replace(HOLE, "").strip()
        if not bare and HOLE in line:
            found[index] = _entry(lines, index, _width(line))
    return found


def _entry(lines: Sequence[str], index: int, width: int) -> str:
    before = _beside(lines, range(index - 1, max(index - _NEAR, -1), -1), width)
    after = _beside(lines, range(index + 1, min(index + _NEAR, len(lines))), len(lines[index]))
    start = " " * width
    if after.startswith(f"{start}- ") or before.startswith(f"{start}- "):
        return f"{start}- {HOLE}"
    is_alone = before.rstrip().endswith(":") and max(_width(before), _width(after)) < width
    return f"{start}{HOLE}" if is_alone else f"{start}{HOLE}: {HOLE}"


def _beside(lines: Sequence[str], indices: range, width: int) -> str:
    """The nearest line that says something and is indented no further."""
    near = (lines[index] for index in indices if lines[index].strip(" " + HOLE))
    return next((line for line in near if _width(line) <= width), "")


def _width(line: str) -> int:
    return len(line) - len(line.lstrip())


def _moved(document: Marked, numbers: Sequence[int]) -> Marked:
    marks = {
        location: (numbers[min(line, len(numbers)) - 1], column) for location, (line, column) in document.marks.items()
    }
    return Marked(document.value, marks)
