"""The files a Helm template is read with: what its chart says of itself, its values and the templates it shares.

What a blob yields is kept under the blob's id, so what it is read with has to be part of that key.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from app.readiness.formats.helm.chart import Chart
from app.readiness.snapshot import Entry

Found = TypeVar("Found")
CHARTS = 1_000
SHARED = 100
"""Files with shared templates of one chart."""
_VALUES = ("values.yaml", "values.yml")
_PRODUCTION = tuple(
    f"values{joint}{name}.{ending}" for name in ("prod", "production") for joint in "-._" for ending in ("yaml", "yml")
)
_NAMES = frozenset(("Chart.yaml", *_VALUES, *_PRODUCTION))


@dataclass(frozen=True, slots=True)
class ChartFiles:
    """A chart's own files, by blob; values: the later ones win; digest: over all of them and those above."""

    metadata: Entry
    values: tuple[Entry, ...]
    shared: tuple[Entry, ...]
    parent: "ChartFiles | None"
    digest: str = field(init=False)

    def __post_init__(self) -> None:
        own = [[entry.blob for entry in group] for group in ((self.metadata,), self.values, self.shared)]
        whole = repr((own, self.parent.digest if self.parent else ""))
        object.__setattr__(self, "digest", sha256(whole.encode()).hexdigest()[:16])


def is_companion(path: str) -> bool:
    """Whether a file may be one that templates are read with."""
    name = path.rpartition("/")[2]
    return name in _NAMES or _is_shared(path)


def _is_shared(path: str) -> bool:
    name = path.rpartition("/")[2]
    return (name.startswith("_") or name.endswith(".tpl")) and "/templates/" in f"/{path}"


def charts_in(entries: Mapping[str, Entry]) -> Mapping[str, ChartFiles]:
    """The charts of a snapshot by their folder, `""` for the root."""
    folders = [
        path.rpartition("/")[0]
        for path, entry in entries.items()
        if path.endswith("Chart.yaml") and path.rpartition("/")[2] == "Chart.yaml" and entry.kind.is_readable
    ]
    if not folders:
        return {}
    return _families(sorted(sorted(folders)[:CHARTS], key=len), entries)


def _families(folders: Collection[str], entries: Mapping[str, Entry]) -> Mapping[str, ChartFiles]:
    """Charts with those above them; all charts of a family share their templates."""
    parents = {folder: _parent_of(folder, frozenset(folders)) for folder in folders}
    tops: dict[str, str] = {}
    for folder, parent in parents.items():
        tops[folder] = tops[parent] if parent is not None else folder
    shared: dict[str, list[Entry]] = {}
    for path, entry in entries.items():
        if _is_shared(path) and entry.kind.is_readable and (top := chart_of(path, tops)) is not None:
            shared.setdefault(top, []).append(entry)
    found: dict[str, ChartFiles] = {}
    for folder, parent in parents.items():
        found[folder] = ChartFiles(
            entries[_below(folder, "Chart.yaml")],
            tuple(_values(folder, entries, folders)),
            tuple(shared.get(tops[folder], ())[:SHARED]),
            found[parent] if parent is not None else None,
        )
    return found


def open_chart(files: ChartFiles, read: Callable[[str], bytes]) -> Chart:
    """The chart with its texts; raises what `read` raises."""
    parent = open_chart(files.parent, read) if files.parent is not None else None
    values, shared = ([read(entry.blob) for entry in group] for group in (files.values, files.shared))
    return Chart(read(files.metadata.blob), values, shared, parent)


def chart_of(path: str, charts: Mapping[str, Found]) -> Found | None:
    """What is known of the chart in whose `templates` folder a file lies, the innermost one."""
    end = len(path)
    while (end := f"/{path}".rfind("/templates/", 0, end)) >= 0:
        folder = path[: max(end - 1, 0)] if end else ""
        if folder in charts:
            return charts[folder]
    return None


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def _parent_of(folder: str, folders: Collection[str]) -> str | None:
    """The chart whose `charts` folder this one lies in."""
    above, _, _ = folder.rpartition("/")
    outer, _, last = above.rpartition("/")
    return outer if last == "charts" and outer in folders else None


def _values(folder: str, entries: Mapping[str, Entry], folders: Collection[str]) -> Iterable[Entry]:
    """The values of the chart, then those for production, which may lie beside the folder of a lone chart."""
    yield from _present(folder, _VALUES, entries)
    yield from _present(folder, _PRODUCTION, entries)
    above = folder.rpartition("/")[0]
    if folder and sum(1 for other in folders if other.startswith(_below(above, ""))) == 1:
        yield from _present(above, _PRODUCTION, entries)


def _present(folder: str, names: Iterable[str], entries: Mapping[str, Entry]) -> Iterable[Entry]:
    found = (entries.get(_below(folder, name)) for name in names)
    return [entry for entry in found if entry is not None and entry.kind.is_readable][:1]
