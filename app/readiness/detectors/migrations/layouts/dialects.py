"""Which database a text of SQL is written for, told from words that only one of them knows."""

import re
from collections import Counter
from collections.abc import Iterable

from app.readiness.detectors.migrations.model import Dialect

_SIGNS = {
    Dialect.POSTGRES: re.compile(
        r"::\s*\"?[a-z]|\b(?:big|small)?serial\b|\bjsonb\b|\btimestamptz\b|\bconcurrently\b|\$\$|\bplpgsql\b|\bbytea\b|\btsvector\b|\bcitext\b"
        r"|\busing\s+(?:gin|gist|btree|brin|hash)\b|\bcreate\s+(?:extension|type|domain|sequence|materialized|policy|schema)\b"
        r"|\balter\s+(?:type|domain|sequence|extension|policy)\b|\balter\s+column\s+\S+\s+(?:type|set\s+(?:not|data)|drop\s+not)\b"
        r"|\bnot\s+valid\b|\bvalidate\s+constraint\b|\bgen_random_uuid\b|\buuid_generate|\bnow\(\)|\bwith(?:out)?\s+time\s+zone\b"
        r"|\bcharacter\s+varying\b|\breturning\b|\balter\s+table\s+only\b|\buuid\b|\breferencing\b|\bowner\s+to\b|\bgenerated\s+\w+\s+as\s+identity",
        re.IGNORECASE,
    ),
    Dialect.MYSQL: re.compile(
        r"\bauto_increment\b|\bengine\s*=|\bmodify\s+(?:column\s+)?[`\w]+\s+\w|\bchange\s+(?:column\s+)?[`\w]+\s+[`\w]+\s+\w|\bunsigned\b|\balgorithm\s*="
        r"|^\s*delimiter\b|\butf8mb[34]\b|\b(?:medium|long|tiny)(?:text|int|blob)\b|\bcharacter\s+set\b|\block\s*=\s*none"
        r"|\bdrop\s+foreign\s+key\b|\bfulltext\b|\bon\s+update\s+current_timestamp\b|\brename\s+table\b|\benum\s*\(|\bdatetime\s*\(\d|\bforeign_key_checks\b",
        re.IGNORECASE | re.MULTILINE,
    ),
    Dialect.SQLITE: re.compile(
        r"\bautoincrement\b|^\s*pragma\s|\bwithout\s+rowid\b|\bdatetime\('now'|\bstrftime\(|\bvirtual\s+table\b|\bunixepoch\(|\bif\s+\w+\s+glob\b",
        re.IGNORECASE | re.MULTILINE,
    ),
}
_LONGEST = 200_000


def guess_dialect(text: str) -> Dialect | None:
    """The database with the most telling words; None where none is told or two are told alike."""
    head = text[:_LONGEST]
    votes = {dialect: len(set(word.lower() for word in sign.findall(head))) for dialect, sign in _SIGNS.items()}
    if "`" in head:
        votes[Dialect.MYSQL] += 1
        votes[Dialect.SQLITE] += bool(votes[Dialect.SQLITE])
    ranked = sorted(votes.items(), key=lambda vote: -vote[1])
    return ranked[0][0] if ranked[0][1] > ranked[1][1] else None


def vote(guesses: Iterable[Dialect | None]) -> Dialect | None:
    """What most files are written for."""
    counted = Counter(guess for guess in guesses if guess is not None)
    return counted.most_common(1)[0][0] if counted else None
