"""The aspects of a rule in one line, in the same words everywhere."""

from app.readiness.status import Status
from app.readiness.verdict import RuleVerdict

_ORDER = (Status.IMPLEMENTED, Status.PARTIAL, Status.PLANNED, Status.MISSING, Status.UNKNOWN, Status.ERROR)


def aspects_text(rule: RuleVerdict) -> str:
    """Such as `1 of 3 implemented: a; missing: b, c`; an empty text where none applies. Holds ids alone."""
    named = [(status, [one.id for one in rule.aspects if one.status is status]) for status in _ORDER]
    total = sum(len(names) for _, names in named)
    if not total:
        return ""
    done, *others = named
    first = f"{len(done[1])} of {total} implemented" + (f": {', '.join(done[1])}" if done[1] else "")
    return "; ".join([first, *(f"{status.value}: {', '.join(names)}" for status, names in others if names)])
