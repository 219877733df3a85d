"""Which rules a name or glob of a policy means."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from app.readiness.catalogue import Catalogue
from app.readiness.globs import to_regex
from app.readiness.patterns import BadPattern, compile_pattern

MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Selection:
    """Rule ids a pattern means; exact when it names one rule rather than a glob over many."""

    rules: tuple[str, ...]
    is_exact: bool


class RuleNames:
    """Finds rules by id, former id, `category/id`, or a glob over ids or `category/id`."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._ids = {alias: rule.id for rule in catalogue.rules.values() for alias in rule.aliases}
        self._ids.update({f"{rule.category}/{rule.id}": rule.id for rule in catalogue.rules.values()})
        self._ids.update({rule: rule for rule in catalogue.rules})
        self._attestations = {rule.attestation for rule in catalogue.rules.values() if rule.attestation}
        self._lines = "\n".join(catalogue.rules).encode()
        self._full_lines = "\n".join(f"{rule.category}/{rule.id}" for rule in catalogue.rules.values()).encode()
        self._found: dict[str, Selection | None] = {}
        self._folders = {f"{rule.category}/*" for rule in catalogue.rules.values()}
        self._folders.update(f"{category.id}/*" for category in catalogue.categories)

    def find(self, pattern: str) -> Selection | None:
        """None when the pattern means no rule; a glob over a known category may be empty."""
        if pattern not in self._found:
            self._found[pattern] = self._find(pattern)
        return self._found[pattern]

    def _find(self, pattern: str) -> Selection | None:
        if not is_glob(pattern):
            rule = self._ids.get(pattern)
            return Selection((rule,), True) if rule else None
        try:
            expression = compile_pattern(f"^(?:{to_regex(pattern)})$")
        except BadPattern:
            return None
        matches = expression.finditer(self._full_lines if "/" in pattern else self._lines)
        rules = tuple(self._ids[match.group().decode()] for match in matches)
        return Selection(rules, False) if rules or pattern in self._folders else None

    def is_attestation(self, name: str) -> bool:
        """Whether a rule asks for an attestation of this name."""
        return name in self._attestations

    def nearest(self, pattern: str) -> str:
        """The known name most like a wrong one, or ""."""
        known = self._folders if is_glob(pattern) else self._ids
        return nearest(pattern, known)


def is_glob(pattern: str) -> bool:
    return any(letter in pattern for letter in "*?[{")


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like a wrong one, or ""; long words are not compared."""
    if len(word) > MAX_NAME:
        return ""
    return next(iter(get_close_matches(word, sorted(known), n=1, cutoff=0.6)), "")
