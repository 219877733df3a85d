"""Blocks of Markdown put together until a limit in bytes, cut only between blocks."""

from collections.abc import Sequence
from dataclasses import dataclass

# GitHub's limit for summary and text of a check run counts bytes of UTF-8 (REST reference, "Checks").
CHECK_RUN_BYTES = 65_535
# GitHub refuses a job summary above 1 MiB per step (workflow commands, "Step isolation and limits").
JOB_SUMMARY_BYTES = 1_000_000

_GAP = "\n\n"
_NOTE_BYTES = 400


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of Markdown with balanced tags; rules is how many rules it tells about, 0 for a heading."""

    text: str
    rules: int = 0
    is_heading: bool = False


def fit(blocks: Sequence[Block], limit: int, *, elsewhere: str = "") -> str:
    """As many blocks as fit, in order; when some are left out a last line says how many rules that concerns.

    limit: bytes of UTF-8, at least 1,000. elsewhere: where the rest can be read, Markdown of our own.
    """
    sizes = [len(block.text.encode()) + len(_GAP) for block in blocks]
    if sum(sizes) <= limit:
        return _GAP.join(block.text for block in blocks)
    kept, used = 0, 0
    while used + sizes[kept] <= limit - _NOTE_BYTES - len(elsewhere.encode()):
        used += sizes[kept]
        kept += 1
    while kept and blocks[kept - 1].is_heading:
        kept -= 1
    return _GAP.join([block.text for block in blocks[:kept]] + [_note(blocks[kept:], elsewhere)])


def _note(left_out: Sequence[Block], elsewhere: str) -> str:
    rules = sum(block.rules for block in left_out)
    what = f"{rules} more rules" if rules != 1 else "1 more rule"
    return f"_{what} left out: this text is at GitHub's limit._ {elsewhere}".rstrip()


def cut_bytes(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, never half a character."""
    encoded = text.encode()
    return text if len(encoded) <= limit else encoded[: limit - 3].decode(errors="ignore") + "…"
