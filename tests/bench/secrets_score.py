"""How much of the labelled corpus is found, by family; what is printed names forms, never values."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from secrets_corpus import Case, cases

from app.readiness.detectors.detector import Sighting
from app.readiness.detectors.secrets.detector import SecretsDetector

MOST_LABELS = 12


def score(detector: SecretsDetector, misses: bool = False) -> list[str]:
    """The lines of the table; with misses, the forms that went wrong most often too."""
    made, found, wrong = Counter[tuple[str, bool]](), Counter[tuple[str, bool]](), Counter[str]()
    for case in cases():
        kind = (case.family, case.is_secret)
        is_found = _is_found(detector, case)
        made[kind] += 1
        found[kind] += is_found
        if is_found != case.is_secret:
            wrong[f"{case.family}: {case.label}"] += 1
    lines = [f"{'family':<14}{'cases':>7}{'found':>9}"]
    for is_secret, title in ((True, "recall"), (False, "false alarms")):
        families = sorted(family for family, secret in made if secret is is_secret)
        lines.append(f"-- {title}")
        lines += [_line(family, made[family, is_secret], found[family, is_secret]) for family in families]
        total = sum(made[family, is_secret] for family in families)
        lines.append(_line("all", total, sum(found[family, is_secret] for family in families)))
    if misses:
        lines += [f"   {count} x {label}" for label, count in wrong.most_common(MOST_LABELS * 5)]
    return lines


def by_tier_and_kind(detector: SecretsDetector, sightings: Iterable[Sighting]) -> dict[str, Counter[str]]:
    """Counts of findings by kind under `error` and `warning`."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in detector.judge("no-secrets", tuple(sightings), 1).findings:
        counts[finding.severity.value][finding.hazard or ""] += 1
    return counts


def _is_found(detector: SecretsDetector, case: Case) -> bool:
    return bool(detector.scan(case.path, case.text.encode()))


def _line(family: str, made: int, found: int) -> str:
    return f"{family:<14}{made:>7}{found / made:>9.1%}"
