"""Whichever engine looks first, the same is found."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from app.readiness.detectors.secrets.file_class import class_of
from app.readiness.detectors.secrets.first_pass import WORTHWHILE, FirstPass, gates_key
from app.readiness.detectors.secrets.forge import forge
from app.readiness.detectors.secrets.generic import look_for_shapes
from app.readiness.detectors.secrets.generic_shapes import load_shapes
from app.readiness.detectors.secrets.pack import load_pack
from app.readiness.detectors.secrets.prefilter import GatePrefilter, LiteralPrefilter, Prefilter, windows

sys.path.append(str(Path(__file__).parents[2] / "bench"))
from leaks.all_samples import all_samples
from secrets_corpus import cases
from secrets_hostile import hostile_files

PATTERNS, SHAPES = load_pack().patterns, load_shapes()
SMALL = 20_000


def texts() -> Iterator[tuple[str, bytes]]:
    for case in cases(rounds=1):
        yield case.path, case.text.encode()
    for sample in all_samples():
        if sample.family not in {"provider token", "placeholder"}:
            yield sample.path, sample.text.encode()
    for pattern in PATTERNS:
        yield "app.yml", forge(pattern.id, "same").encode()
    yield from hostile_files(SMALL).items()
    for file in sorted(Path(__file__).parents[3].joinpath("app").rglob("*.py"))[:200]:
        yield str(file), file.read_bytes()


def found_by(prefilter: Prefilter, path: str, content: bytes) -> tuple[set[tuple[str, int]], set[tuple[str, int, int]]]:
    """What the formats match in their windows, and what the forms find in theirs: engines must agree on both."""
    suspects, file_class = prefilter.suspects(content), class_of(path)
    formats = {
        (pattern.id, match.start(pattern.group))
        for pattern, windows in suspects.patterns
        for start, end in windows
        for match in pattern.regex.finditer(content, start, end)
    }
    wanted = [one for one in suspects.shapes if one[0].is_for(file_class)]
    matches, _ = look_for_shapes(content, 0, wanted, file_class, shows=False, secret_key=b"k")
    return formats, {(match.kind, match.start, match.end) for match in matches}


@pytest.mark.slow
def test_hyperscan_and_re2_find_the_same() -> None:
    pytest.importorskip("hyperscan")
    gates, literals = GatePrefilter(PATTERNS, SHAPES), LiteralPrefilter(PATTERNS, SHAPES)
    formats = forms = 0
    for path, content in texts():
        by_gates = found_by(gates, path, content)
        assert by_gates == found_by(literals, path, content), path
        formats, forms = formats + len(by_gates[0]), forms + len(by_gates[1])
    assert formats > 1_000
    assert forms > 700


def test_both_find_what_the_whole_of_a_text_holds() -> None:
    content = hostile_files(SMALL)["every literal"] + "".join(forge(pattern.id) + "\n" for pattern in PATTERNS).encode()
    matching = {pattern.id for pattern in PATTERNS if pattern.regex.search(content)}
    found, _ = found_by(LiteralPrefilter(PATTERNS, SHAPES), "app.yml", content)
    assert {name for name, _ in found} == matching
    assert len(matching) > len(PATTERNS) * 0.9


def test_gates_that_were_kept_are_as_good_as_new_ones() -> None:
    pytest.importorskip("hyperscan")
    made = GatePrefilter(PATTERNS, SHAPES)
    kept = GatePrefilter(PATTERNS, SHAPES, made.to_bytes())
    content = "\n".join(forge(pattern.id) for pattern in PATTERNS).encode()
    assert found_by(kept, "app.yml", content) == found_by(made, "app.yml", content)


class Drawer(dict[str, bytes]):
    """Keeps values in memory."""

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:  # type: ignore[override]
        return {key: self[key] for key in keys if key in self}

    def put(self, facts: Mapping[str, bytes]) -> None:
        self.update(facts)


def test_gates_are_made_once_there_is_much_to_scan_and_kept() -> None:
    pytest.importorskip("hyperscan")
    drawer, first = Drawer(), FirstPass()
    first.prepare(drawer)
    assert isinstance(settled(first), LiteralPrefilter)
    first.suspects(b"\n" * WORTHWHILE)
    assert isinstance(settled(first), GatePrefilter)
    assert list(drawer) == [gates_key()]
    second = FirstPass()
    second.prepare(drawer)
    assert isinstance(settled(second), GatePrefilter)


@pytest.mark.parametrize("kept", [b"", b"not a database"])
def test_damaged_gates_are_made_anew(kept: bytes) -> None:
    pytest.importorskip("hyperscan")
    drawer, first = Drawer({gates_key(): kept}), FirstPass()
    first.prepare(drawer)
    assert isinstance(settled(first), LiteralPrefilter)
    first.suspects(b"\n" * WORTHWHILE)
    assert len(drawer[gates_key()]) > 100_000


def test_without_hyperscan_re2_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    first = FirstPass()
    first.suspects(b"\n" * (WORTHWHILE + 1))
    assert isinstance(settled(first), LiteralPrefilter)


def settled(first: FirstPass) -> Prefilter | None:
    first.suspects(b"a")
    return first._prefilter


def test_windows_become_one_where_literals_are_everywhere() -> None:
    assert windows(b"x" * 50 + b"key" + b"x" * 50, [b"key"], 4, 10) == [(46, 60)]
    assert windows(b"key " * 100, [b"key"], 4, 10) == [(0, 400)]
