"""Go's coverprofile: blocks of statements with the lines they span."""

import re

from app.readiness.detectors.coverage.model import HIT, LARGEST_LINE, MISS, Report
from app.readiness.detectors.coverage.problems import malformed
from app.readiness.detectors.coverage.source import Source

LONGEST_BLOCK = 50_000
MOST_BLOCKS = 2_000_000
_BLOCK = re.compile(rb"(.+):((\d{1,9})\.\d{1,9},(\d{1,9})\.\d{1,9}) (\d{1,9}) (\d{1,20})")
_MODES = (b"set", b"count", b"atomic")


def read_go_profile(source: Source) -> Report:
    """With -coverpkg a block comes once for every package that was tested: it ran if it ran in any."""
    report = Report("go")
    number, rest = 0, b""
    for block in source.blocks():
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            number += 1
            _read_line(report, line.strip(), number)
        if len(rest) > LONGEST_BLOCK:
            raise malformed("a line of the coverprofile is too long", line=number + 1)
    _read_line(report, rest.strip(), number + 1)
    return report.finish()


def _read_line(report: Report, line: bytes, number: int) -> None:
    if not line:
        return
    if line.startswith(b"mode: "):
        if line[6:] not in _MODES:
            raise malformed("the mode of the coverprofile is none of set, count, atomic", line=number)
        return
    found = _BLOCK.fullmatch(line)
    if not found:
        raise malformed("a line of the coverprofile is not `file.go:1.2,3.4 statements hits`", line=number)
    first, last, statements, is_hit = int(found[3]), int(found[4]), int(found[5]), int(found[6]) > 0
    if last < first or last - first > LONGEST_BLOCK or last > LARGEST_LINE:
        raise malformed("a block of the coverprofile ends before it starts, or is too long", line=number)
    one = report.file(found[1].decode("utf-8", "replace"))
    place = found[2].decode()
    one.statements[place] = max(one.statements.get(place, 0), statements * 2 + is_hit)
    one.mark_range(first, last, HIT if is_hit else MISS)
