"""Takes secrets out of texts that hold one by another way than a file: a path, a branch, the words of a parser."""

from app.readiness.detectors.secrets.scan import find_matches
from app.readiness.status import Severity
from app.readiness.verdict import Verdict, from_json, to_json

MASK = b"[secret]"
_NO_KEY = b""
_MOST_ROUNDS = 50


def concealed(verdict: Verdict) -> Verdict:
    """The same verdict where no text of it holds a certain secret; else one with `[secret]` in the place of each."""
    text = to_json(verdict)
    hidden = conceal(text)
    return verdict if hidden == text else from_json(hidden)


def conceal(text: str) -> str:
    """The text without the secrets of the block tier; a scan names so many at most, hence the rounds."""
    content = text.encode("utf-8", "surrogateescape")
    for _ in range(_MOST_ROUNDS):
        places = _places(content)
        if not places:
            break
        for start, end in reversed(places):
            content = content[:start] + MASK + content[end:]
    return content.decode("utf-8", "surrogateescape")


def holds_secret(content: bytes) -> bool:
    """Whether there is one that `conceal` would take out."""
    return bool(_places(content))


def _places(content: bytes) -> list[tuple[int, int]]:
    """In order and apart; a second look takes slashes for spaces, for some formats do not stand beside one."""
    found: list[tuple[int, int]] = []
    for text in (content, content.replace(b"/", b" ")):
        for match in find_matches(text, "other", _NO_KEY).found:
            is_apart = all(match.end <= start or end <= match.start for start, end in found)
            if match.severity is Severity.ERROR and is_apart:
                found.append((match.start, match.end))
    return sorted(found)
