"""The condition `path`: files exist."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.readiness.conditions.answer import NO, Answer, Truth
from app.readiness.conditions.condition import Condition, View
from app.readiness.conditions.reading import Fields
from app.readiness.conditions.sight import PLACES
from app.readiness.evidence import Evidence
from app.readiness.paths import Scope


@dataclass(frozen=True, slots=True)
class PathCondition:
    """TRUE when at least `least` files lie at the globs; vendored files never count."""

    globs: tuple[str, ...]
    least: int = 1
    scope: Scope = Scope.ALL

    def judge(self, view: View) -> Answer:
        found = view.paths_matching(self.globs, self.scope)
        if len(found) < self.least:
            return NO
        return Answer(Truth.TRUE, tuple(Evidence(path, 1, "the file exists") for path in found[:PLACES]), is_firm=True)

    def describe(self) -> str:
        return "a file at " + " or ".join(self.globs[:3])

    def parts(self) -> Sequence[Condition]:
        return ()


def read_path(fields: Fields) -> PathCondition:
    """`path: [globs]`, `min: 1`, `scope: all`."""
    globs = fields.globs("path")
    least = fields.number("min", 1)
    scope = fields.scope() if fields.has("scope") else Scope.ALL
    return PathCondition(globs, max(least or 1, 1), scope)
