"""Shards: merging in any order and any number gives the same, and a report split into shards is the report."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.readiness.detectors.coverage.branches import Branches
from app.readiness.detectors.coverage.figures import Count, count_lines, total
from app.readiness.detectors.coverage.measurement import merge_into
from app.readiness.detectors.coverage.model import FileCoverage
from app.readiness.detectors.coverage.recognise import read_report
from app.readiness.detectors.coverage.source import MemorySource
from app.readiness.detectors.coverage.wire import pack, unpack

NAMES = st.sampled_from(["a.py", "b/c.py", "d.go"])
LINES = st.dictionaries(st.integers(1, 40), st.integers(1, 3), max_size=12)
BRANCHES = st.dictionaries(st.integers(1, 40), st.tuples(st.integers(0, 255), st.integers(1, 70)), max_size=6)
BLOCKS = st.dictionaries(st.sampled_from(["1.2,3.4", "5.6,7.8"]), st.sampled_from([4, 5]), max_size=2)


@st.composite
def reports(draw: st.DrawFn) -> dict[str, FileCoverage]:
    files = {}
    for name in draw(st.sets(NAMES)):
        one = FileCoverage(name)
        for line, state in draw(LINES).items():
            one.mark(line, state)
        one.branches = Branches.of(draw(BRANCHES))
        one.statements = draw(BLOCKS)
        files[name] = one
    return files


def merged(*shards: dict[str, FileCoverage]) -> dict[str, FileCoverage]:
    files: dict[str, FileCoverage] = {}
    for shard in shards:
        merge_into(files, shard.items())
    for one in files.values():
        one.states = one.states.rstrip(b"\0")
    return files


@settings(max_examples=40)
@given(reports(), reports())
def test_the_order_does_not_matter(one: dict[str, FileCoverage], other: dict[str, FileCoverage]) -> None:
    assert merged(one, other) == merged(other, one)


@settings(max_examples=40)
@given(reports(), reports(), reports())
def test_nor_does_the_grouping(
    one: dict[str, FileCoverage], other: dict[str, FileCoverage], third: dict[str, FileCoverage]
) -> None:
    assert merged(merged(one, other), third) == merged(one, merged(other, third)) == merged(one, other, third)


@settings(max_examples=40)
@given(reports())
def test_a_shard_that_comes_twice_counts_once(one: dict[str, FileCoverage]) -> None:
    assert merged(one, one) == merged(one)


@settings(max_examples=40)
@given(reports(), reports())
def test_a_shard_never_takes_away(one: dict[str, FileCoverage], other: dict[str, FileCoverage]) -> None:
    together = total(count_lines(part) for part in merged(one, other).values())
    alone = total(count_lines(part) for part in merged(one).values())
    assert together.covered >= alone.covered
    assert together.total >= alone.total


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["a.c", "b.c"]), st.integers(1, 9), st.integers(0, 3), st.lists(st.integers(0, 2), max_size=3)
    ),
    min_size=1,
    max_size=30,
)


def lcov(records: list[tuple[str, int, int, list[int]]]) -> bytes:
    lines = []
    for name, line, hits, taken in records:
        # A tool writes the same branches of a line in every record.
        ways = [*taken, 0, 0, 0][:3]
        lines += [
            f"SF:{name}",
            f"DA:{line},{hits}",
            *(f"BRDA:{line},0,{way},{count}" for way, count in enumerate(ways)),
        ]
        lines += ["end_of_record"]
    return "\n".join([*lines, ""]).encode()


@settings(max_examples=40)
@given(RECORDS, st.randoms(use_true_random=False))
def test_splitting_a_report_changes_nothing(records: list[tuple[str, int, int, list[int]]], random: object) -> None:
    whole = read_report(MemorySource("whole", lcov(records))).files
    shuffled = list(records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    cut = len(shuffled) // 2
    parts = [part for part in (shuffled[:cut], shuffled[cut:]) if part]
    shards = [read_report(MemorySource("shard", lcov(part))).files for part in parts]
    assert merged(*shards) == merged(whole)


@settings(max_examples=40)
@given(reports())
def test_nothing_is_lost_between_processes(one: dict[str, FileCoverage]) -> None:
    report = read_report(MemorySource("r", b"mode: set\n"))
    report.files = one
    back, problems = unpack(pack({"r": report}, {}))
    assert back["r"] == report
    assert problems == {}


def test_percentages_are_rounded_down_and_decided_in_whole_numbers() -> None:
    almost = Count(79_999_999, 100_000_000)
    assert almost.percent == 79.99
    assert not almost.meets(80)
    assert Count(4, 5).meets(80)
    assert Count(4, 5).percent == 80.0
    assert Count(2, 3).percent == 66.66
    assert Count(801, 1000).meets(80.1)
    assert Count().percent is None
    assert Count().meets(100)


def test_partial_lines_count_as_covered_unless_they_are_to_be_missed() -> None:
    one = FileCoverage("a.c")
    one.mark(1, 3)
    one.mark(2, 1)
    one.branch(1, 1, 2)
    one.finish()
    assert count_lines(one) == Count(1, 2)
    assert count_lines(one, partials_miss=True) == Count(0, 2)


COBERTURA_LINES = st.lists(
    st.tuples(st.integers(1, 30), st.integers(0, 3), st.one_of(st.none(), st.integers(0, 2))), max_size=12
)


def cobertura(lines: list[tuple[int, int, int | None]], *, is_usual: bool) -> bytes:
    written = []
    for number, hits, taken in lines:
        branch = "" if taken is None else f' branch="true" condition-coverage="{taken * 50}% ({taken}/2)"'
        # A comment keeps a section from being read in bulk.
        written.append(f'\n  <line number="{number}" hits="{hits}"{branch}/>{"" if is_usual else "<!-- -->"}')
    body = f'<class name="a" filename="a.py"><methods/><lines>{"".join(written)}</lines></class>'
    package = f'<package name="p"><classes>{body}</classes></package>'
    return f'<coverage line-rate="1"><packages>{package}</packages></coverage>'.encode()


@settings(max_examples=80)
@given(COBERTURA_LINES, COBERTURA_LINES)
def test_lines_read_in_bulk_are_those_read_one_by_one(
    one: list[tuple[int, int, int | None]], other: list[tuple[int, int, int | None]]
) -> None:
    quick, slow = (
        merged(*(read_report(MemorySource("r", cobertura(lines, is_usual=usual))).files for lines in (one, other)))
        for usual in (True, False)
    )
    assert quick == slow
