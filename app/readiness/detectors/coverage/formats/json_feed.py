"""JSON read by msgspec: whole documents typed, or the parts of one that are wanted as they stand."""

from typing import Any, TypeVar

import msgspec

from app.readiness.detectors.coverage.problems import BadReport, malformed, over_limit

T = TypeVar("T")
Number = int | float | None
"""How often something ran; a few tools write null for never."""


def decode(content: Any, shape: type[T], what: str = "the JSON report") -> T:
    """content: bytes or a part as it stands; raises `BadReport` with the place."""
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.MsgspecError as error:
        raise malformed(f"{what} cannot be read: {error}") from None
    except RecursionError:
        raise over_limit(f"{what} is nested too deep", "No coverage tool writes that.") from None
    except UnicodeDecodeError:
        raise malformed(f"{what} is not UTF-8") from None


def decode_each(content: Any, shape: type[T], what: str = "the JSON report") -> list[T]:
    """One document, or one a line, as gcov writes to standard output."""
    try:
        return [decode(content, shape, what)]
    except BadReport as error:
        if "trailing characters" not in error.what:
            raise
    try:
        return msgspec.json.Decoder(shape).decode_lines(content)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise malformed(f"{what} cannot be read: {error}") from None


def ran(count: Number) -> bool:
    return bool(count and count > 0)
