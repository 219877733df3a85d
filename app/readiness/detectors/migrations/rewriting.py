"""The lines of a statement written in the safe way, where that changes nothing else."""

import re
from collections.abc import Callable, Mapping

_CREATE_INDEX = re.compile(r"\b(create\s+(?:unique\s+)?index)\b(?!\s+concurrently)", re.IGNORECASE)
_DROP_INDEX = re.compile(r"\b(drop\s+index)\b(?!\s+concurrently)", re.IGNORECASE)
_REINDEX = re.compile(r"\b(reindex\s+(?:index|table|schema|database))\b(?!\s+concurrently)", re.IGNORECASE)
_REFRESH = re.compile(r"\b(refresh\s+materialized\s+view)\b(?!\s+concurrently)", re.IGNORECASE)
_JSON = re.compile(r"\bjson\b", re.IGNORECASE)
_END = re.compile(r"\s*;\s*\Z")
_LONGEST = 2_000


def rewrite(hazard: str, lines: str) -> str | None:
    """The same lines made safe; None where the safe way needs another statement, or the lines hold more than one."""
    change = _REWRITES.get(hazard)
    text = lines.rstrip()
    if change is None or len(text) > _LONGEST or text.count(";") != 1 or not text.endswith(";"):
        return None
    changed = change(text)
    return changed if changed != text else None


def _concurrently(pattern: re.Pattern[str]) -> Callable[[str], str]:
    def change(text: str) -> str:
        found = pattern.search(text)
        if found is None or re.search(r"\bcascade\b|\(\s*verbose", text, re.IGNORECASE):
            return text
        word = "concurrently" if found[1].islower() else "CONCURRENTLY"
        return f"{text[: found.end()]} {word}{text[found.end() :]}"

    return change


def _not_valid(text: str) -> str:
    """Only where the constraint is the one and last action."""
    is_single = len(re.findall(r"\badd\b", text, re.IGNORECASE)) == 1
    is_last = re.search(r"\)\s*,\s*(add|drop|alter|rename|validate)\b", text, re.IGNORECASE) is None
    has_column = re.search(r"\badd\s+(column\s+)?(?!constraint|foreign|check)", text, re.IGNORECASE) is not None
    if not (is_single and is_last) or has_column:
        return text
    word = " not valid;" if text.islower() else " NOT VALID;"
    return _END.sub(word, text)


def _jsonb(text: str) -> str:
    return _JSON.sub("jsonb", text) if len(_JSON.findall(text)) == 1 else text


_REWRITES: Mapping[str, Callable[[str], str]] = {
    "create-index": _concurrently(_CREATE_INDEX),
    "drop-index": _concurrently(_DROP_INDEX),
    "reindex": _concurrently(_REINDEX),
    "refresh-materialized-view": _concurrently(_REFRESH),
    "add-foreign-key": _not_valid,
    "add-check-constraint": _not_valid,
    "add-json-column": _jsonb,
}
