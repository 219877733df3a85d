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
        matches = [match for match in find_matches(content, "other", _NO_KEY).found if match.severity is Severity.ERROR]
        if not matches:
            break
        for match in sorted(matches, key=lambda match: -match.start):
            content = content[: match.start] + MASK + content[match.end :]
    return content.decode("utf-8", "surrogateescape")
