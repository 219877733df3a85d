"""How random a value looks."""

from collections import Counter
from math import log2


def bits_per_byte(value: bytes) -> float:
    """Shannon entropy of the bytes, 0 for an empty value, at most 8."""
    size = len(value)
    return -sum(count / size * log2(count / size) for count in Counter(value).values())
