"""A fact: a condition with a name that rules share."""

from dataclasses import dataclass, replace

from app.readiness.conditions.answer import Answer
from app.readiness.conditions.condition import Condition, View
from app.readiness.rule_text import Example


@dataclass(frozen=True, slots=True)
class Fact:
    """A condition with a name, never scored; is_firm: its texts are constructs of a language, not words."""

    id: str
    title: str
    holds: Condition
    examples: tuple[Example, ...] = ()
    is_firm: bool = False

    def judge(self, view: View) -> Answer:
        answer = self.holds.judge(view)
        return replace(answer, is_firm=answer.is_firm or self.is_firm)
