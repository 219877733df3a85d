"""What a detector found of the labelled files, counted; nothing here knows a value."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import mean

from leaks.all_samples import all_samples
from leaks.harmless_samples import NEAR
from leaks.sample import Sample

from app.readiness.detectors.detector import Detector, Sighting
from app.readiness.status import Severity

# A finding may stand on the line of the name, above or below the value.
SLACK = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """One secret, or one harmless file (place is then None): whether it was found, and whether that blocks.

    stray: findings in the file, for its first secret, that stand at none of its secrets.
    """

    sample: Sample
    place: tuple[int, int] | None
    is_found: bool
    is_blocked: bool
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
    def precision(self) -> float:
        """Of all that was reported, the share that is a secret; strays count as wrong."""
        right = sum(outcome.is_found for outcome in self.secrets)
        wrong = sum(outcome.is_found for outcome in self.harmless) + sum(outcome.stray for outcome in self.secrets)
        return right / (right + wrong) if right else 0.0


def run(detector: Detector) -> Tally:
    return Tally(tuple(outcome for sample in all_samples() for outcome in judged(detector, sample)))


def judged(detector: Detector, sample: Sample) -> Iterable[Outcome]:
    content = sample.text.encode()
    hits = detector.scan(sample.path, content) if detector.wants(sample.path, len(content)) else ()
    result = detector.judge("no-secrets", (Sighting(sample.path, hits),), 1) if hits else None
    found_at = [
        (finding.start_line, finding.end_line, finding.severity is Severity.ERROR)
        for finding in (result.findings if result else ())
    ]
    if not sample.places:
        yield Outcome(sample, None, bool(found_at), any(is_error for *_, is_error in found_at))
    stray = sum(not any(_touches(place, first, last) for place in sample.places) for first, last, _ in found_at)
    for number, place in enumerate(sample.places):
        here = [is_error for first, last, is_error in found_at if _touches(place, first, last)]
        yield Outcome(sample, place, bool(here), any(here), 0 if number else stray)


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


def _touches(place: tuple[int, int], first: int, last: int) -> bool:
    return first - SLACK <= place[1] and place[0] <= last + SLACK
