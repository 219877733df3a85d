"""The way to the next level: the rules that stand in it, and the arithmetic of the scores."""

from collections.abc import Callable, Iterable, Iterator

from app.readiness.reports.escape import log_line
from app.readiness.score import Score, categories_of, displayed, in_the_way, score_of
from app.readiness.status import Status
from app.readiness.verdict import RuleVerdict, Verdict

STEPS = 3
LAST_LEVEL = 5


def next_steps(verdict: Verdict, write: Callable[[str], str] = log_line) -> str:
    """Such as `Next steps to level 2: a (partial), b (missing), c (missing), then 4 more`; "" where none is left.

    write: how the id of a rule is written.
    """
    rules = in_the_way(verdict.rules) if verdict.level < LAST_LEVEL else []
    if not rules:
        return ""
    shown = [f"{write(rule.id)} ({rule.status.value})" for rule in rules[:STEPS]]
    rest = f", then {len(rules) - STEPS} more" if len(rules) > STEPS else ""
    return f"Next steps to level {verdict.level + 1}: {', '.join(shown)}{rest}"


def arithmetic(verdict: Verdict) -> Iterator[str]:
    """How every score comes about, in lines for a terminal: what each rule earned, the categories and the whole."""
    yield "How the score comes about: weights are P0 5, P1 3, P2 1; implemented earns all of it, partial half."
    rules = displayed(verdict.rules)
    for category in categories_of(rules):
        yield ""
        yield log_line(category.id)
        yield from (f"  {line}" for line in _shares([rule for rule in rules if rule.category == category.id]))
    yield ""
    yield f"All categories: {score_of(rules).explain()[-1]}"


def _shares(rules: Iterable[RuleVerdict]) -> Iterator[str]:
    """Rules that do not apply are not named: there are many, and they change nothing."""
    score: Score = score_of(rule for rule in rules if rule.status is not Status.NOT_APPLICABLE)
    yield from map(log_line, score.explain())
