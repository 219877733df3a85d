"""A look into one blob: everything the conditions and detectors that want it see there."""

from app.readiness.blob_facts import BlobFacts
from app.readiness.conditions.condition import BlobCondition
from app.readiness.conditions.sight import TOO_LARGE, Sight
from app.readiness.detectors.detector import Hit
from app.readiness.detectors.secrets.file_class import is_binary_name
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Rendering, Source
from app.readiness.scan_plan import Wish

_ENCRYPTED = frozenset({"enc", "gpg", "age", "encrypted"})
_OUR_OWN = b"schema: readygate/"
"""A file of rules is full of examples of everything, and evidence of nothing."""


def look(wish: Wish, content: bytes, crashes: dict[str, str], chart: Rendering | None = None) -> BlobFacts:
    """What one blob yields; whoever fails is noted in `crashes` by name, and the others go on."""
    sights = _look_with_conditions(wish, Source(wish.path, content, chart), crashes) if wish.group.asked else {}
    return BlobFacts(sights, _look_with_detectors(wish, content, crashes))


def _look_with_conditions(wish: Wish, source: Source, crashes: dict[str, str]) -> dict[str, Sight]:
    if source.is_binary:
        # One NUL byte must not make a Dockerfile vanish.
        return {} if _holds_no_text(wish.path) else {key: Sight(doubt="not a text") for key in wish.group.distinct}
    if source.content.startswith(_OUR_OWN):
        return {}
    if source.is_pointer:
        return {key: Sight(doubt="kept elsewhere with Git LFS") for key in wish.group.distinct}
    sights: dict[str, Sight] = {}
    for key, condition in wish.group.candidates(source):
        sight = _ask(key, condition, source, wish, crashes)
        if sight is not None:
            sights[key] = sight
    return sights


def _holds_no_text(path: str) -> bool:
    """Pictures, archives and the like, and what is encrypted: nobody would look for evidence there."""
    return is_binary_name(path) or not _ENCRYPTED.isdisjoint(path.lower().rpartition("/")[2].split(".")[1:])


def _ask(key: str, condition: BlobCondition, source: Source, wish: Wish, crashes: dict[str, str]) -> Sight | None:
    """What one condition sees; a crash is noted for it alone."""
    if len(source.content) > condition.limit:
        return Sight(doubt=too_large(condition))
    try:
        return condition.scan(source)
    except Malformed as error:
        return Sight(doubt=error.reason)
    except Exception as error:  # one rule fails, not the run
        for one in wish.group.asked:
            if one.key == key:
                crashes[one.name] = f"{type(error).__name__} while looking into {wish.path}"
        return None


def _look_with_detectors(wish: Wish, content: bytes, crashes: dict[str, str]) -> dict[str, tuple[Hit, ...]]:
    found = {}
    for detector in wish.detectors:
        try:
            hits = detector.scan(wish.path, content)
        except Exception as error:  # one detector fails, not the run
            crashes[detector.name] = f"{type(error).__name__} while scanning {wish.path}"
            continue
        if hits:
            found[detector.name] = hits
    return found


def too_large(condition: BlobCondition) -> str:
    return f"{TOO_LARGE} {condition.limit // 1_000_000} MB"
