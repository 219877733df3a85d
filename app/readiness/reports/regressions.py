"""The places in the head that show why a rule became worse."""

from collections.abc import Iterator

from app.readiness.evidence import Evidence
from app.readiness.snapshot import Change, FileChange
from app.readiness.verdict import RuleVerdict

# Evidence of a block, such as a step of a workflow, stands on the first of its lines.
_NEAR = 10
_BLOCK = 100
"""So far below its first line a long block, such as a container of a chart, may have lost something."""


def regression_places(rule: RuleVerdict, change: Change | None) -> Iterator[tuple[str, int]]:
    """Path and line, best first: lines the change wrote, where it deleted what is lost, then any other evidence."""
    seen = [line for line in rule.evidence if line.line > 0]
    if change is not None:
        yield from ((line.path, line.line) for line in seen if change.touches(line.path, line.line))
        gone = [_beside(line, change, reach) for reach in (_NEAR, _BLOCK) for line in rule.lost]
        yield from dict.fromkeys(filter(None, gone))
    yield from ((line.path, line.line) for line in seen)


def _beside(lost: Evidence, change: Change, reach: int) -> tuple[str, int] | None:
    """Where a deleted line of the base, or the first one deleted below it, stood when its file is still there."""
    file = next((file for file in change.files.values() if file.old_path == lost.path), None)
    if file is None or file.status == "deleted":
        return None
    within = next((part for part in file.deleted if part[0] - reach <= lost.line <= part[1]), None)
    return (file.path, _head_line(file, within[0])) if within else None


def _head_line(file: FileChange, first: int) -> int:
    """What the change wrote in the place of the base line `first`, else the line above it; at least 1."""
    above = first - 1 - sum(last - start + 1 for start, last in file.deleted if last < first)
    for start, last in sorted(file.added):
        if start > above + 1:
            break
        if start == above + 1:
            return start
        above += last - start + 1
    return max(above, 1)
