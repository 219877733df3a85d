"""LCOV tracefiles: records of `SF:` to `end_of_record`, read a block of records at a time."""

import re
from array import array
from collections.abc import Iterator
from itertools import compress

import msgspec

from app.readiness.detectors.coverage.branches import MOST_BRANCHES, Branches
from app.readiness.detectors.coverage.model import HIT, LARGEST_LINE, MISS, FileCoverage, Report, check_name
from app.readiness.detectors.coverage.problems import malformed, not_usable, over_limit
from app.readiness.detectors.coverage.source import Source

LARGEST_RECORD = 32 * 1024 * 1024
_END = b"\nend_of_record"
_SF = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t]*SF:([^\r\n]*)", re.MULTILINE)
_DA = re.compile(rb"\n[ \t]*(DA:[^\n]*)")
_BRDA = re.compile(rb"\n[ \t]*(BRDA:[^\n]*)")
_ONE_DA = re.compile(rb"DA:[ ]*(-?\d{1,20}),[ ]*([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)[ ]*(?:,[^\r\n]*)?\r?")
_ONE_BRDA = re.compile(rb"BRDA:(\d{1,20}),(.*),(-|[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)[ ]*\r?")
_numbers = msgspec.json.Decoder(list[int])


def read_lcov(source: Source) -> Report:
    """Raises `BadReport` for a line that is none, and for a report that ends inside a record."""
    report = Report("lcov")
    found = covered = 0
    for line, record in _records(source):
        found, covered = found + _total(record, b"\nLF:"), covered + _total(record, b"\nLH:")
        _read_record(report, record, line)
    report.finish()
    if found:
        if not any(any(one.states) for one in report):
            raise not_usable(
                "the LCOV report holds totals (LF, LH) and not a single line (DA)",
                "Let geninfo or the test runner write the whole tracefile, not a summary.",
            )
        report.state_totals(covered, found)
    return report


def _records(source: Source) -> Iterator[tuple[int, bytes]]:
    """Each record with a line break before and after, and the number of its first line."""
    rest, line = b"\n", 0
    for block in source.blocks():
        *records, rest = (rest + block).split(_END)
        for record in records:
            yield line, record + b"\n"
            line += record.count(b"\n") + 1
        if len(rest) > LARGEST_RECORD:
            raise over_limit("a record of the LCOV report is over 32 MiB")
    # What follows the last end_of_record is the rest of its line.
    if _SF.search(rest) or b"\nDA:" in rest:
        raise malformed(
            "the LCOV report ends inside a record, before end_of_record", line=line + rest.rstrip().count(b"\n")
        )


def _total(record: bytes, mark: bytes) -> int:
    start = record.rfind(mark)
    text = record[start + len(mark) : start + len(mark) + 20].split(b"\n", 1)[0].strip() if start >= 0 else b""
    return int(text) if text.isdigit() else 0


def _names(record: bytes) -> list[bytes]:
    """What stands after every `SF:`."""
    if record.count(b"SF:") == 1 and (start := record.find(b"\nSF:")) >= 0:
        return [record[start + 4 : record.find(b"\n", start + 4)]]
    return _SF.findall(record)


def _read_record(report: Report, record: bytes, first_line: int) -> None:
    names = _names(record)
    if len(names) != 1:
        if not names and b"\nDA:" not in record:
            return
        what = "two files in one record (SF:)" if names else "a record without a file (SF:)"
        raise malformed(f"{what} in the LCOV report", line=first_line + 1)
    path = names[0].decode("utf-8", "replace").strip()
    check_name(path)
    one = FileCoverage(path)
    _read_lines(one, record, first_line)
    if b"\nBRDA:" in record:
        one.branches = _read_branches(record, first_line)
    known = report.files.get(path)
    if known is None:
        report.file(path).absorb(one)
    else:
        known.absorb(one)


def _section(record: bytes, mark: bytes, every: re.Pattern[bytes]) -> bytes:
    """All lines that start with the mark, each with a line break before it; most writers keep them together."""
    start = record.find(mark)
    if start < 0:
        return b""
    end = record.find(b"\n", record.rfind(mark) + 1)
    section = record[start:end]
    if section.count(b"\n") == section.count(mark):
        return section
    return b"".join(b"\n" + line for line in every.findall(record))


def _read_lines(one: FileCoverage, record: bytes, first_line: int) -> None:
    section = _section(record, b"\nDA:", _DA)
    if not section:
        return
    try:
        numbers = _numbers.decode(b"[" + section[4:].replace(b"\nDA:", b",") + b"]")
    except (msgspec.DecodeError, msgspec.ValidationError):
        numbers = []
    lines, hits = numbers[0::2], numbers[1::2]
    if len(numbers) != 2 * section.count(b"\nDA:") or min(hits) < 0 or min(lines) < 0:
        _read_each_line(one, section, record, first_line)
        return
    largest = max(lines)
    one.grow(largest)
    states = one.states
    for number in lines:
        states[number] = MISS
    for number in compress(lines, hits):
        states[number] = HIT
    states[0] = 0


def _read_each_line(one: FileCoverage, section: bytes, record: bytes, first_line: int) -> None:
    for text in section[1:].split(b"\n"):
        found = _ONE_DA.fullmatch(text)
        if not found:
            raise malformed("a DA: line is not `DA:line,hits`", line=_line_of(text, record, first_line))
        number = int(found[1])
        if not -1 <= number <= LARGEST_LINE:
            raise malformed("a DA: line names no line of a file", line=_line_of(text, record, first_line))
        # gcc writes a negative count where a counter ran over or threads raced; nobody knows that the line ran.
        one.mark(max(number, 0), HIT if float(found[2]) > 0 else MISS)


def _line_of(text: bytes, record: bytes, first_line: int) -> int:
    # The record starts with the line break that ended the one before.
    return first_line + record[: record.find(text)].count(b"\n")


def _read_branches(record: bytes, first_line: int) -> Branches:
    section = _section(record, b"\nBRDA:", _BRDA)
    plain = section.replace(b"\r", b"") + b"\n"
    plain = plain.replace(b",-\n", b",0\n")[6:-1].replace(b"\nBRDA:", b",")
    try:
        numbers = _numbers.decode(b"[" + plain + b"]")
    except (msgspec.DecodeError, msgspec.ValidationError):
        numbers = []
    if len(numbers) == 4 * section.count(b"\nBRDA:"):
        branches = _grouped(numbers)
        if branches is not None:
            return branches
    return _read_each_branch(section, record, first_line)


def _grouped(numbers: list[int]) -> Branches | None:
    """From line, block, branch, taken and so on in rising order; None where they do not rise."""
    lines, masks, totals = array("I"), list[int](), array("H")
    last = last_block = last_branch = -1
    mask = count = 0
    for line, block, branch, taken in zip(numbers[0::4], numbers[1::4], numbers[2::4], numbers[3::4], strict=True):
        if line == last:
            if block < last_block or (block == last_block and branch <= last_branch):
                return None
            if taken > 0:
                mask |= 1 << count
            count += 1
        else:
            if line < last or line > LARGEST_LINE or count > MOST_BRANCHES:
                return None
            if count:
                lines.append(last)
                masks.append(mask)
                totals.append(count)
            last, mask, count = line, taken > 0, 1
        last_block, last_branch = block, branch
    if count > MOST_BRANCHES:
        return None
    lines.append(last)
    masks.append(int(mask))
    totals.append(count)
    return Branches(lines, masks, totals)


def _read_each_branch(section: bytes, record: bytes, first_line: int) -> Branches:
    """Branches by their ids, whatever those look like; the same id twice was taken if it was taken once."""
    known: dict[int, dict[bytes, bool]] = {}
    for text in section[1:].split(b"\n"):
        found = _ONE_BRDA.fullmatch(text)
        if not found or int(found[1]) > LARGEST_LINE:
            raise malformed(
                "a BRDA: line is not `BRDA:line,block,branch,taken`", line=_line_of(text, record, first_line)
            )
        ids = known.setdefault(int(found[1]), {})
        ids[found[2]] = ids.get(found[2], False) or (found[3] != b"-" and float(found[3]) > 0)
    masks = {
        line: (sum(1 << place for place, name in enumerate(sorted(ids, key=_natural)) if ids[name]), len(ids))
        for line, ids in known.items()
    }
    return Branches.of(masks)


def _natural(ids: bytes) -> list[bytes]:
    """Numbers in the order of numbers, as the quick way has them."""
    return [part.rjust(20, b"0") for part in ids.split(b",")]
