"""Coverage reports brought to a folder of this machine, and to a change in it."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from app.errors import Unreadable
from app.git.local import open_local
from app.jobs.coverage_reports import read_reports
from app.jobs.examine import open_sides
from app.readiness.detectors.coverage.mapping import Root
from app.readiness.detectors.coverage.measurement import Measurement, measure, place_of
from app.readiness.detectors.coverage.names import parts_of
from app.readiness.snapshot import Snapshot

_GO_MODULES = 200
_GO_MOD_SIZE = 100_000


def measure_reports(
    paths: Sequence[Path], root: Path | None, base: str | None = None, *, keeps_lost: bool = False
) -> Measurement:
    """root: the folder to look the files up in, None for nowhere; base: the change since then is measured too.

    keeps_lost: as in `measure`.

    What is wrong with a report is in the measurement. Raises `InvalidInput` for a wrong folder or name, `Unreadable`
    for a repository that cannot be read.
    """
    reports, problems = read_reports(paths)
    if root is None:
        return measure(reports, problems)
    with ExitStack() as opened:
        repository = open_local(root)
        sides = open_sides(repository, base, None, opened)
        place = place_of(sides.head, (here(repository.root), *go_roots(sides.head)))
        return measure(reports, problems, place=place, change=sides.change, keeps_lost=keeps_lost)


def here(root: Path) -> Root:
    """Tests that ran in this very folder name it in full."""
    return Root(parts_of(str(root)), ())


def go_roots(snapshot: Snapshot) -> list[Root]:
    """What the names in a coverprofile begin with, from every go.mod."""
    found = []
    modules = [path for path in snapshot.entries if path == "go.mod" or path.endswith("/go.mod")]
    for path in modules[:_GO_MODULES]:
        entry = snapshot.entries[path]
        if not entry.kind.is_readable or not 0 <= entry.size <= _GO_MOD_SIZE:
            continue
        try:
            name = _module(snapshot.read(entry.blob))
        except Unreadable:
            continue
        if name:
            found.append(Root(parts_of(name), parts_of(path)[:-1]))
    # The longest first: a module may lie within another one's name.
    return sorted(found, key=lambda root: -len(root.prefix))


def _module(content: bytes) -> str:
    for line in content.decode("utf-8", "replace").splitlines():
        words = line.split()
        if words[:1] == ["module"] and len(words) > 1:
            return words[1].strip('"`')
    return ""
