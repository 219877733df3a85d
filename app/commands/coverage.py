"""`readygate coverage`: what coverage reports say."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from app.errors import InvalidInput
from app.git.local import top_of
from app.jobs.measure import measure_reports
from app.readiness.detectors.coverage.measurement import Measurement
from app.readiness.reports.coverage import coverage_json, coverage_text
from app.readiness.reports.escape import fold

INCOMPLETE = 3


def coverage(
    *reports: Path,
    root: Path | None = None,
    base: Annotated[str | None, Parameter(allow_leading_hyphen=True)] = None,
    format: Annotated[Literal["text", "json"], Parameter(name="--format")] = "text",  # noqa: A002  (the option's name)
) -> int:
    """What coverage reports say: format, figures, the files they are about, and the lines a change wrote.

    Exit status: 0 read, 2 the command is wrong, 3 a report cannot be read or is about other sources.

    Parameters
    ----------
    reports
        Files of any format that is read; several are shards of one run.
    root
        The folder the files are looked up in; by default the repository you are in.
    base
        Measure the lines written since the merge base with this branch or commit.
    format
        How to write it.
    """
    if not reports:
        raise InvalidInput("no report is named", mend="readygate coverage coverage.xml")
    if base == "":
        raise InvalidInput("--base is empty", mend="Name a branch or commit, or leave the option out.")
    is_asked = root is not None or base is not None
    folder = root or top_of(Path.cwd()) or (Path.cwd() if base else None)
    found = measure_reports(reports, folder, base, keeps_lost=not is_asked)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.stdout.write(coverage_json(found) if format == "json" else coverage_text(found))
    return _status(found, is_asked=is_asked)


def _status(found: Measurement, *, is_asked: bool) -> int:
    for name, error in found.problems.items():
        place = f" at {fold(error.where)}" if error.where else ""
        print(f"readygate: {fold(name)}{place}: {fold(error.what)}\n  {error.mend}", file=sys.stderr)
    for name in found.lost:
        words = "under half of its lines are in files of this repository, so its figures are about something else"
        mend = "Look at the names it gives (--format json); `--root` names the folder they are in."
        print(f"readygate: {fold(name)}: {words}\n  {mend}", file=sys.stderr)
    return INCOMPLETE if found.problems or (is_asked and found.lost) else 0
