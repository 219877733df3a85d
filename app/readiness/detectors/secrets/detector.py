"""The secrets detector: scans blobs, names credentials by fingerprint only, and says what to do about them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from app.errors import ReadygateError
from app.readiness.detectors.detector import WHOLE_FILE, Hit, Keeping, Sighting
from app.readiness.detectors.secrets.allowance import lines_that_ask
from app.readiness.detectors.secrets.file_class import class_of, forbidden_name, is_binary_name, is_test, is_text_name
from app.readiness.detectors.secrets.first_pass import first_pass
from app.readiness.detectors.secrets.generic_shapes import KINDS, shapes_digest
from app.readiness.detectors.secrets.held_files import ENV_FILE, KEY_STORE, is_key_store, sealed_lines, tells_something
from app.readiness.detectors.secrets.judge import CHECKED, MANY, TOO_LARGE, judge_sightings
from app.readiness.detectors.secrets.kubernetes import decoded_values
from app.readiness.detectors.secrets.match import Match, seal
from app.readiness.detectors.secrets.pack import FileNameText, load_pack, pack_digest
from app.readiness.detectors.secrets.scan import NOTHING, find_matches
from app.readiness.result import RuleResult
from app.readiness.status import Severity

ENGINE = "6"
LARGEST_BLOB = 20 * 1024 * 1024
HITS_PER_FILE = 2_000
_HEAD = 8_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class SecretsDetector:
    """secret_key keys the fingerprints: equal secrets have equal fingerprints under the same key, and only there."""

    secret_key: bytes = field(repr=False)
    name: str = "secrets"
    size_limit: int = LARGEST_BLOB

    @property
    def version(self) -> str:
        """Changes with the engine, the pack and the key, because each changes what a cached hit would say."""
        key_id = hmac.new(self.secret_key, b"readygate key id", "sha256").hexdigest()[:8]
        return f"{ENGINE}-{pack_digest()}-{shapes_digest()}-{key_id}"

    def prepare(self, keeping: Keeping | None) -> None:
        """Speeds up the first pass where a database of it is kept."""
        first_pass().prepare(keeping)

    def wants(self, path: str, size: int) -> bool:
        """False above 20 MB and for names of images, archives and programs; the engine warns of the former."""
        if size > self.size_limit:
            return False
        return forbidden_name(path) is not None or not is_binary_name(path)

    def path_class(self, path: str) -> str:
        """All of the path that `scan` looks at: what a cache has to add to the blob's id."""
        entry = forbidden_name(path)
        return f"{class_of(path)}/{is_test(path)}/{entry.id if entry else ''}/{is_text_name(path)}"

    def scan(self, path: str, content: bytes) -> tuple[Hit, ...]:
        """The hits of one blob; raises `ReadygateError` without any of the content when the scan itself fails."""
        try:
            return self._scan(path, content)
        except Exception as error:
            failure = type(error).__name__
        # Raised outside the handler, so that no context with pieces of the file hangs on to it.
        raise ReadygateError(
            f"the secrets scan failed with {failure}", where=path, mend="report this with the file's type"
        )

    def judge(self, rule: str, sightings: Sequence[Sighting], files: int) -> RuleResult:
        return judge_sightings(rule, sightings, files, {**load_pack().kinds, **KINDS} if sightings else {})

    def _scan(self, path: str, content: bytes) -> tuple[Hit, ...]:
        entry = forbidden_name(path)
        hits = [self._name_hit(entry)] if entry else []
        if len(content) > self.size_limit:
            return (*hits, Hit(TOO_LARGE, self._seal(TOO_LARGE, b""), 1, 1, Severity.WARNING))
        text = _text(content, is_named_so=is_text_name(path))
        if text is None:
            return tuple(hits or self._key_store_hits(content))
        if entry and entry.id == ENV_FILE and not tells_something(path, text):
            hits = []
        file_class, shows = class_of(path), is_test(path)
        decoded = self._kubernetes_hits(text, shows=shows) if file_class == "config" else {}
        known = decoded.keys() | (sealed_lines(text) if file_class == "config" else set())
        hits += [hit for hit in self._text_hits(text, file_class, shows=shows) if hit.line not in known]
        hits += [hit for line in decoded.values() for hit in line]
        hits = _with_questions(hits, text)
        hits.sort(key=lambda hit: (hit.line, hit.kind, hit.key))
        return tuple(hits) if len(hits) <= HITS_PER_FILE else (_collapsed(self.secret_key, hits, hits[0].kind),)

    def _text_hits(self, text: bytes, file_class: str, *, shows: bool) -> list[Hit]:
        matches = find_matches(text, file_class, self.secret_key, shows=shows)
        if matches is NOTHING:
            return []
        crowded = {kind for kind, _ in matches.overflowing}
        lines = _Lines(text)
        hits = [lines.hit(match) for match in matches.found]
        singles = [hit for hit in hits if hit.kind not in crowded]
        return singles + [self._crowd_hit(kind, family, hits) for kind, family in matches.overflowing]

    def _kubernetes_hits(self, text: bytes, *, shows: bool) -> dict[int, list[Hit]]:
        """The hits inside every base64 value by its line, which then says nothing by itself any more."""
        hits: dict[int, list[Hit]] = {}
        lines = _Lines(text)
        for offset, value in decoded_values(text):
            line = lines.at(offset)
            inside = self._text_hits(value, "config", shows=shows)
            hits[line] = [replace(hit, line=line, end_line=line) for hit in inside]
        return hits

    def _key_store_hits(self, content: bytes) -> list[Hit]:
        if not is_key_store(content):
            return []
        return [Hit(KEY_STORE, self._seal(KEY_STORE, content), 1, 1, Severity.WARNING, WHOLE_FILE)]

    def _name_hit(self, entry: FileNameText) -> Hit:
        severity = Severity.ERROR if entry.tier == "block" else Severity.WARNING
        return Hit(entry.id, self._seal(entry.id, b""), 1, 1, severity, WHOLE_FILE)

    def _crowd_hit(self, kind: str, family: str, hits: Sequence[Hit]) -> Hit:
        """More matches of one pattern than are worth telling apart, as one hit."""
        same = [hit for hit in hits if hit.kind == kind]
        if same:
            return _collapsed(self.secret_key, same, kind)
        return Hit(kind, self._seal(family, b"look-alikes"), 1, 1, Severity.WARNING, MANY)

    def _seal(self, family: str, value: bytes) -> str:
        return seal(self.secret_key, family, value)


@dataclass(slots=True)
class _Lines:
    """Line numbers of rising offsets, counted in one pass over the text."""

    text: bytes = field(repr=False)
    offset: int = 0
    line: int = 1

    def at(self, offset: int) -> int:
        """The 1-based line; an offset before the last one is counted from the start."""
        if offset < self.offset:
            self.offset, self.line = 0, 1
        self.line += self.text.count(b"\n", self.offset, offset)
        self.offset = offset
        return self.line

    def hit(self, match: Match) -> Hit:
        first = self.at(match.start)
        last = first + self.text.count(b"\n", match.start, match.end - 1)
        note = CHECKED if match.checked else ""
        return Hit(match.kind, match.fingerprint, first, last, match.severity, note)


def _with_questions(hits: Sequence[Hit], text: bytes) -> list[Hit]:
    """The hits, those marked that a comment asks to allow: in one of their lines or in the one above."""
    asking = lines_that_ask(text) if hits else frozenset()
    return [replace(hit, asks=not asking.isdisjoint(range(hit.line - 1, hit.end_line + 1))) for hit in hits]


def _collapsed(secret_key: bytes, hits: Sequence[Hit], kind: str) -> Hit:
    keys = "".join(sorted(hit.key for hit in hits)).encode()
    severity = Severity.ERROR if any(hit.severity is Severity.ERROR for hit in hits) else Severity.WARNING
    return Hit(kind, seal(secret_key, kind, keys), hits[0].line, hits[-1].end_line, severity, MANY)


def _text(content: bytes, *, is_named_so: bool) -> bytes | None:
    """The bytes to scan, UTF-16 with a byte order mark turned into UTF-8; None for a binary file.

    A file whose name says that it is a text is one: a NUL byte in a comment would hide what follows.
    """
    if content.startswith(_UTF16):
        return content.decode("utf-16", "replace").encode()
    return None if not is_named_so and b"\0" in content[:_HEAD] else content
