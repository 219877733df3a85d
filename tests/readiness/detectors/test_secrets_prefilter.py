"""The first pass gives the same suspects whichever engine looks, and loses nothing that the forms would find."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.readiness.detectors.secrets.expression_sets import HyperscanSet, RE2Set, expression_set, hyperscan_set
from app.readiness.detectors.secrets.file_class import class_of
from app.readiness.detectors.secrets.forge import forge
from app.readiness.detectors.secrets.generic import look_for_shapes
from app.readiness.detectors.secrets.generic_shapes import load_shapes
from app.readiness.detectors.secrets.pack import load_pack
from app.readiness.detectors.secrets.prefilter import Prefilter, windows

sys.path.append(str(Path(__file__).parents[2] / "bench"))
from secrets_corpus import cases
from secrets_hostile import hostile_files

PATTERNS, SHAPES = load_pack().patterns, load_shapes()
SMALL = 20_000


def texts() -> Iterator[tuple[str, bytes]]:
    for case in cases(rounds=1):
        yield case.path, case.text.encode()
    for pattern in PATTERNS:
        yield "app.yml", forge(pattern.id, "same").encode()
    yield from hostile_files(SMALL).items()
    for file in sorted(Path(__file__).parents[3].joinpath("app").rglob("*.py"))[:200]:
        yield str(file), file.read_bytes()


def suspects(prefilter: Prefilter, content: bytes) -> tuple[set[str], list[str]]:
    found = prefilter.suspects(content)
    return {pattern.id for pattern, _ in found.patterns}, sorted(shape.text.id for shape in found.shapes)


def test_hyperscan_and_re2_suspect_the_same() -> None:
    pytest.importorskip("hyperscan")
    quick, plain = Prefilter(PATTERNS, SHAPES, expression_set), Prefilter(PATTERNS, SHAPES, RE2Set)
    assert isinstance(quick._set, HyperscanSet)
    for name, content in texts():
        if name != "every literal":  # there Hyperscan tells more than which literals occur
            assert suspects(quick, content) == suspects(plain, content), name


def test_whoever_is_left_out_of_a_text_with_every_literal_matches_nowhere_in_it() -> None:
    pytest.importorskip("hyperscan")
    content = hostile_files(SMALL)["every literal"] + "".join(forge(pattern.id) + "\n" for pattern in PATTERNS).encode()
    kept, _ = suspects(Prefilter(PATTERNS, SHAPES), content)
    matching = {pattern.id for pattern in PATTERNS if pattern.regex.search(content)}
    assert kept == matching
    assert len(matching) > len(PATTERNS) // 2


def test_gates_let_everything_through_that_the_forms_find() -> None:
    prefilter = Prefilter((), SHAPES, RE2Set)
    found = 0
    for path, content in texts():
        file_class = class_of(path)
        wanted = [shape for shape in SHAPES if shape.is_for(file_class)]
        opened = {shape.text.id for shape in prefilter.suspects(content).shapes}
        for shape in wanted:
            matches, _ = look_for_shapes(content, 0, [shape], file_class, shows=False, secret_key=b"k")
            found += len(matches)
            assert not matches or shape.text.id in opened, f"{shape.text.id} in {path}"
    assert found > 700


def test_without_hyperscan_re2_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    assert hyperscan_set([b"a"]) is None
    assert set(expression_set([b"(?i)ab", b"c"]).present(b"xxABxx")) == {0}


def test_windows_become_one_where_literals_are_everywhere() -> None:
    assert windows(b"x" * 50 + b"key" + b"x" * 50, [b"key"], 4, 10) == [(46, 60)]
    assert windows(b"key " * 100, [b"key"], 4, 10) == [(0, 400)]
