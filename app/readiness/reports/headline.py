"""The one-line answer of a verdict, and the counts beneath it, in the same words everywhere."""

from app.readiness.reports.grouping import Groups, group_rules
from app.readiness.status import Conclusion
from app.readiness.verdict import Verdict


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 rule`, `2 rules`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def answer(verdict: Verdict) -> str:
    """`Ready`, `Not ready`, `Not enforced` or `Incomplete`; incomplete wins because it is never a pass."""
    if not verdict.complete:
        return "Incomplete"
    return {
        Conclusion.SUCCESS: "Ready",
        Conclusion.FAILURE: "Not ready",
        Conclusion.NEUTRAL: "Not enforced",
    }[verdict.conclusion]


def headline(verdict: Verdict) -> str:
    """Such as `Not ready: 2 blocking, 5 gaps already there (score 81 -> 78)`; holds nothing from the repository."""
    counts = ", ".join(_parts(verdict, group_rules(verdict)))
    return f"{answer(verdict)}: {counts} ({score(verdict)}{_new_level(verdict)})"


def _new_level(verdict: Verdict) -> str:
    """The level where the change moves it."""
    is_moved = verdict.base_level is not None and verdict.base_level != verdict.level
    return f", {level(verdict)}" if is_moved else ""


def _parts(verdict: Verdict, groups: Groups) -> list[str]:
    problems = len(verdict.policy_note.problems)
    counted = [
        (problems, count(problems, "mistake") + " in the policy"),
        (len(groups.failed), count(len(groups.failed), "rule") + " not judged"),
        (len(groups.blocking), f"{len(groups.blocking)} blocking"),
        (0 if groups.blocking else len(groups.passed), count(len(groups.passed), "rule") + " passed"),
        *_gap_parts(verdict, groups),
    ]
    return [text for number, text in counted if number] or ["no rule applied"]


def _gap_parts(verdict: Verdict, groups: Groups) -> list[tuple[int, str]]:
    """What is unknown is no gap yet in an audit; the author of a change has to know what the change brought."""
    new, unknown = len(groups.new_gaps), len(groups.unknown)
    if verdict.base is None:
        known = new + len(groups.standing_gaps)
        return [(known, count(known, "gap")), (unknown, f"{unknown} unknown")]
    there = len(groups.standing_gaps) + unknown
    return [(new, count(new, "new gap")), (there, f"{count(there, 'gap')} already there")]


def score(verdict: Verdict) -> str:
    """`score 78` in an audit, `score 81 -> 78` when a base was judged too."""
    if verdict.base_score is None or verdict.base_score == verdict.score:
        return f"score {verdict.score}"
    return f"score {verdict.base_score} -> {verdict.score}"


def level(verdict: Verdict) -> str:
    if verdict.base_level is None or verdict.base_level == verdict.level:
        return f"level {verdict.level}"
    return f"level {verdict.base_level} -> {verdict.level}"


def tally(verdict: Verdict) -> list[str]:
    """What else was counted: passed, not applicable, not judged, waived, score, level, whether complete."""
    groups = group_rules(verdict)
    parts = [f"{len(groups.passed)} passed", f"{len(groups.not_applicable)} not applicable"]
    parts += [f"{len(groups.failed)} not judged"] if groups.failed else []
    parts += [f"{len(groups.waived)} waived"] if groups.waived else []
    return [*parts, score(verdict), level(verdict), "complete" if verdict.complete else "not complete"]


def coverage_line(verdict: Verdict) -> str:
    """`Coverage: project 81.32 %, change 90.00 %, base 80.90 % (at least 80 %)`, or an empty text."""
    figures = verdict.coverage or {}
    names = (("project", "project"), ("patch", "change"), ("base", "base"))
    parts = [f"{word} {figures[key]:.2f} %" for key, word in names if isinstance(figures.get(key), int | float)]
    threshold = figures.get("threshold")
    floor = f" (at least {threshold:g} %)" if isinstance(threshold, int | float) else ""
    return f"Coverage: {', '.join(parts)}{floor}" if parts else ""
