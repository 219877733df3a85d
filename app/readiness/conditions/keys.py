"""Names for questions: equal questions have equal keys, so what was seen is cached under them."""

from functools import lru_cache
from hashlib import sha256


@lru_cache(maxsize=8192)
def _digest(text: str) -> str:
    return sha256(text.encode(errors="replace")).hexdigest()[:16]


def key_of(kind: str, *parts: object) -> str:
    """Twenty or so characters over the representation of the parts."""
    return f"{kind}:{_digest(repr(parts))}"
