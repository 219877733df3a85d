"""Who refers to whom among rules and facts, and whether that goes in a circle."""

from collections.abc import Iterable, Mapping

from app.readiness.conditions.condition import Condition, Reference, walk


def references(conditions: Iterable[Condition]) -> frozenset[str]:
    """The facts and rules that conditions refer to."""
    return frozenset(part.name for condition in conditions for part in walk(condition) if isinstance(part, Reference))


def find_circle(edges: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The first circle as the names along it, the first one again at the end; () when there is none."""
    done: set[str] = set()
    for start in edges:
        trail: list[str] = []
        if _follows_circle(start, edges, trail, done):
            return tuple(trail)
    return ()


def _follows_circle(name: str, edges: Mapping[str, frozenset[str]], trail: list[str], done: set[str]) -> bool:
    if name in trail:
        trail.append(name)
        return True
    if name in done:
        return False
    trail.append(name)
    for target in sorted(edges.get(name, ())):
        if _follows_circle(target, edges, trail, done):
            return True
    trail.pop()
    done.add(name)
    return False
