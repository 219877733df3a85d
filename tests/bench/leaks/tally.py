"""What a detector found of the labelled files, counted; nothing here knows a value."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import mean

from app.readiness.detectors.detector import Detector, Hit, Sighting
from app.readiness.findings import Finding
from app.readiness.status import Severity
from leaks.all_samples import all_samples
from leaks.harmless_samples import NEAR
from leaks.sample import Sample

# A finding may stand on the line of the name, above or below the value.
SLACK = 1
# What is reported of this is reported for the file's name, such as `.env`: neither a secret found nor a false alarm.
NOTHING = b"A=1\n"
ERROR = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Outcome:
    """One secret, or one harmless file (place is then None): whether it was found, and whether that blocks.

    is_named: the file was reported for its name.
    stray: findings in the file, for its first secret, that stand at none of its secrets.
    """

    sample: Sample
    place: tuple[int, int] | None
    is_found: bool
    is_blocked: bool
    is_named: bool
    stray: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Shares are of 1; harmless files of the near misses are counted apart."""

    outcomes: tuple[Outcome, ...]

    @property
    def secrets(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.place)

    @property
    def harmless(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.place and outcome.sample.family != NEAR)

    @property
    def near(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.sample.family == NEAR)

    @property
    def micro(self) -> float:
        return found(self.secrets)

    @property
    def macro(self) -> float:
        """The mean over families."""
        return mean(found(group) for group in grouped(self.secrets, lambda sample: sample.family).values())

    @property
    def macro_of_kinds(self) -> float:
        """The mean over kinds of files."""
        return mean(found(group) for group in grouped(self.secrets, lambda sample: sample.kind).values())

    @property
    def false_alarms(self) -> float:
        return found(self.harmless)

    @property
    def blocking_false_alarms(self) -> float:
        return blocked(self.harmless)

    @property
    def sure_to_block(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.secrets if outcome.sample.tier == "block")

    @property
    def precision(self) -> float:
        """Of all that was reported, the share that is a secret; strays count as wrong."""
        right = sum(outcome.is_found for outcome in self.secrets)
        wrong = sum(outcome.is_found for outcome in self.harmless) + sum(outcome.stray for outcome in self.secrets)
        return right / (right + wrong) if right else 0.0


def tallied(detector: Detector) -> Tally:
    return Tally(tuple(outcome for sample in all_samples() for outcome in judged(detector, sample)))


def judged(detector: Detector, sample: Sample) -> Iterable[Outcome]:
    content = sample.text.encode()
    hits = detector.scan(sample.path, content) if detector.wants(sample.path, len(content)) else ()
    by_name = {hit.kind for hit in detector.scan(sample.path, NOTHING)}
    is_named = any(hit.kind in by_name for hit in hits)
    findings = _findings(detector, sample.path, tuple(hit for hit in hits if hit.kind not in by_name))
    if not sample.places:
        yield Outcome(sample, None, bool(findings), any(finding.severity is ERROR for finding in findings), is_named)
    stray = sum(not any(_touches(finding, place) for place in sample.places) for finding in findings)
    for number, place in enumerate(sample.places):
        here = [finding.severity is ERROR for finding in findings if _touches(finding, place)]
        is_found = bool(here) or (is_named and sample.known_by_name)
        yield Outcome(sample, place, is_found, any(here), is_named, 0 if number else stray)


def found(outcomes: Iterable[Outcome]) -> float:
    return mean([outcome.is_found for outcome in outcomes] or [0])


def blocked(outcomes: Iterable[Outcome]) -> float:
    return mean([outcome.is_blocked for outcome in outcomes] or [0])


def grouped(outcomes: Iterable[Outcome], key: Callable[[Sample], str]) -> dict[str, list[Outcome]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome.sample)].append(outcome)
    return dict(sorted(groups.items()))


def labels_of(outcomes: Iterable[Outcome], wrong: Callable[[Outcome], bool]) -> Counter[str]:
    return Counter(outcome.sample.label for outcome in outcomes if wrong(outcome))


def _findings(detector: Detector, path: str, hits: tuple[Hit, ...]) -> tuple[Finding, ...]:
    return detector.judge("no-secrets", (Sighting(path, hits),), 1).findings if hits else ()


def _touches(finding: Finding, place: tuple[int, int]) -> bool:
    return finding.start_line - SLACK <= place[1] and place[0] <= finding.end_line + SLACK
