import pytest

from app.readiness.reports.truncate import Block, cut_bytes, fit


def test_everything_is_kept_when_it_fits() -> None:
    assert fit([Block("a"), Block("b", rules=1)], 1_000) == "a\n\nb"
    assert fit([], 1_000) == ""


@pytest.mark.parametrize("size", [10, 99, 500, 799])
def test_cuts_between_blocks_and_counts_what_is_left_out(size: int) -> None:
    blocks = [Block("é" * size, rules=1) for _ in range(100)]
    text = fit(blocks, 1_000, elsewhere="[there](https://readygate.example)")
    *kept, note = text.split("\n\n")
    assert len(text.encode()) <= 1_000
    assert set(kept) <= {"é" * size}
    if len(kept) < 100:
        assert f"{100 - len(kept)} more rules left out" in note
        assert note.endswith("[there](https://readygate.example)")


def test_one_rule_left_out_is_said_in_the_singular() -> None:
    assert "1 more rule left out" in fit([Block("a" * 500, rules=1), Block("b" * 600, rules=1)], 1_000)


def test_a_heading_is_not_left_alone_at_the_end() -> None:
    blocks = [Block("a", rules=1), Block("# heading", is_heading=True), Block("b" * 2_000, rules=3)]
    text = fit(blocks, 1_000)
    assert "heading" not in text
    assert "3 more rules left out" in text


@pytest.mark.parametrize(
    ("text", "limit", "cut"), [("abc", 3, "abc"), ("abcdef", 5, "ab…"), ("éééé", 6, "é…"), ("😀😀", 7, "😀…")]
)
def test_bytes_are_cut_at_a_character(text: str, limit: int, cut: str) -> None:
    assert cut_bytes(text, limit) == cut
    assert len(cut.encode()) <= limit
