"""Score per category and overall, and the level, with the arithmetic that leads to them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.readiness.findings import Finding
from app.readiness.status import Mode, Priority, Severity, Status
from app.readiness.verdict import CategoryVerdict

_CREDIT_HALVES = {Status.IMPLEMENTED: 2, Status.PARTIAL: 1}
"""In halves, so that the arithmetic is exact; every other status earns nothing."""

_EFFORT = (
    Status.PARTIAL,
    Status.PLANNED,
    Status.IMPLEMENTED,
    Status.MISSING,
    Status.UNKNOWN,
    Status.ERROR,
    Status.NOT_APPLICABLE,
)
"""What is left to do, least first; an implemented rule that does not hold has findings to mend."""

MEASURED_LEVEL = 4
"""The level a rule file gives the measured items: metrics, alerts, objectives, load tests, coverage."""


class Scored(Protocol):
    """What scoring reads of a rule; a `RuleVerdict` is one."""

    @property
    def id(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def priority(self) -> Priority: ...
    @property
    def level(self) -> int: ...
    @property
    def mode(self) -> Mode: ...
    @property
    def status(self) -> Status: ...
    @property
    def waived(self) -> bool: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...


_Rule = TypeVar("_Rule", bound=Scored)


@dataclass(frozen=True, slots=True)
class Share:
    """One rule's part in a score: it earned `halves` halves of its weight."""

    rule: str
    status: Status
    weight: int
    halves: int

    def __str__(self) -> str:
        return f"{self.rule}: {self.status}, {self.halves * self.weight / 2:g} of {self.weight}"


@dataclass(frozen=True, slots=True)
class Score:
    """A score out of 100 with the shares it is made of, and the rules that do not count with the reason."""

    value: int
    shares: tuple[Share, ...]
    left_out: tuple[tuple[str, str], ...]

    def explain(self) -> tuple[str, ...]:
        """The arithmetic, one line a rule and one for the sum."""
        earned = sum(share.halves * share.weight for share in self.shares) / 2
        weight = sum(share.weight for share in self.shares)
        total = f"{earned:g} of {weight} = {self.value} of 100" if weight else f"nothing counts: {self.value} of 100"
        return (*map(str, self.shares), *(f"{rule}: {reason}, left out" for rule, reason in self.left_out), total)


def score_of(rules: Iterable[Scored]) -> Score:
    """Weights P0 5, P1 3, P2 1; implemented 1, partial 1/2, the rest 0.

    Rules that are not applicable, waived, off or in shadow are left out.
    Where rules were judged and none counts the score is 100, and where none was judged it is 0: looking at nothing
    is no success.
    """
    judged = displayed(rules)
    left_out = [(rule.id, reason) for rule in judged if (reason := _left_out(rule))]
    shares = [_share(rule) for rule in judged if not _left_out(rule)]
    value = _value(shares) if shares else 100 if judged else 0
    return Score(value, tuple(shares), tuple(left_out))


def displayed(rules: Iterable[_Rule]) -> list[_Rule]:
    """The rules that people see: neither off nor shadow."""
    return [rule for rule in rules if rule.mode not in (Mode.OFF, Mode.SHADOW)]


def categories_of(rules: Iterable[Scored]) -> tuple[CategoryVerdict, ...]:
    """One entry for every category with a rule that applies, in the order of their names.

    The counts are of statuses, waived rules included; the score is that of the category's rules alone.
    """
    folders: dict[str, list[Scored]] = {}
    for rule in displayed(rules):
        if rule.status is not Status.NOT_APPLICABLE:
            folders.setdefault(rule.category, []).append(rule)
    return tuple(_category(name, folders[name]) for name in sorted(folders))


def level_of(rules: Iterable[Scored]) -> int:
    """1 always; 2 when every P0 rule holds; 3 every P1; 4 the measured items; 5 the rest. Each needs those before it.

    A rule holds when it is implemented without an unwaived error, does not apply, or is waived.
    """
    open_steps = {_step(rule) for rule in displayed(rules) if not _holds(rule)}
    return min(open_steps, default=6) - 1


def in_the_way(rules: Iterable[_Rule]) -> list[_Rule]:
    """The rules that keep the next level from being reached: by priority, and first those that need least."""
    open_rules = [rule for rule in displayed(rules) if not _holds(rule)]
    nearest = min(map(_step, open_rules), default=0)
    steps = [rule for rule in open_rules if _step(rule) == nearest]
    return sorted(steps, key=lambda rule: (rule.priority, _EFFORT.index(rule.status), rule.id))


def _category(name: str, rules: Sequence[Scored]) -> CategoryVerdict:
    counts = Counter(rule.status.value for rule in rules)
    return CategoryVerdict(id=name, score=score_of(rules).value, **counts)


def _step(rule: Scored) -> int:
    """The level that a rule stands in the way of."""
    steps = {Priority.P0: 2, Priority.P1: 3}
    return steps.get(rule.priority, 4 if rule.level == MEASURED_LEVEL else 5)


def _holds(rule: Scored) -> bool:
    if rule.waived and rule.status is not Status.ERROR:
        return True
    wrong = any(finding.severity is Severity.ERROR and not finding.waived for finding in rule.findings)
    return rule.status in (Status.IMPLEMENTED, Status.NOT_APPLICABLE) and not wrong


def _left_out(rule: Scored) -> str:
    if rule.status is Status.NOT_APPLICABLE:
        return "not-applicable"
    return "waived" if rule.waived and rule.status is not Status.ERROR else ""


def _share(rule: Scored) -> Share:
    return Share(rule.id, rule.status, rule.priority.weight, _CREDIT_HALVES.get(rule.status, 0))


def _value(shares: Iterable[Share]) -> int:
    """Rounded to the nearest whole, and 100 only where everything was earned; 0 of nothing."""
    counted = list(shares)
    possible = 2 * sum(share.weight for share in counted)
    earned = sum(share.halves * share.weight for share in counted)
    if earned == possible:
        return 100 if possible else 0
    return min((200 * earned + possible) // (2 * possible), 99)
