"""What a condition is, what it may ask of a snapshot, and how conditions combine."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from app.readiness.conditions.answer import Answer, all_of, any_of, negation
from app.readiness.conditions.sight import Sight
from app.readiness.formats.source import Source
from app.readiness.paths import Scope
from app.readiness.policy import Attestation
from app.readiness.status import Status

DESCRIBED = 4
"""How many alternatives the sentence about what was looked for names."""


class View(Protocol):
    """What conditions may ask: a whole snapshot or one component of it."""

    @property
    def today(self) -> date: ...

    @property
    def attestations(self) -> Sequence[Attestation]: ...

    @property
    def tool_reports(self) -> Mapping[str, bytes]: ...

    def paths_matching(self, globs: tuple[str, ...], scope: Scope) -> Sequence[str]:
        """The files at these globs, in path order; symlinks and submodules are none."""
        ...

    def sights(self, condition: "BlobCondition") -> Sequence[tuple[str, Sight]]:
        """What the scan saw for a condition, in path order."""
        ...

    def reachable(self, sights: Sequence[tuple[str, Sight]]) -> Sequence[tuple[str, Sight]]:
        """Those of manifests that some kustomization of the snapshot applies, or that lie beside none."""
        ...

    def refer(self, name: str, statuses: Collection[Status]) -> Answer:
        """Whether a fact holds, or a rule stands at one of the statuses."""
        ...


class Condition(Protocol):
    """A question about a snapshot; instances are frozen, so equal questions are one."""

    def judge(self, view: View) -> Answer: ...

    def describe(self) -> str:
        """What is looked for, a few words for the sentence `Looked for …`."""
        ...

    def parts(self) -> Sequence["Condition"]: ...


class BlobCondition(Condition, Protocol):
    """A condition that looks into files one by one, so what it sees can be cached by blob.

    globs: which paths, in lower case or not; limit: bytes above which a file is not looked into;
    prefilter: patterns of which one must occur before `scan` is called, none means always.
    """

    @property
    def key(self) -> str:
        """Equal for equal questions, and different when an answer could differ."""
        ...

    @property
    def globs(self) -> tuple[str, ...]: ...

    @property
    def scope(self) -> Scope: ...

    @property
    def limit(self) -> int: ...

    @property
    def prefilter(self) -> tuple[str, ...]: ...

    def scan(self, source: Source) -> Sight | None:
        """What one file holds; None for nothing; raises `Malformed` when it cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class AnyOf:
    """TRUE when one member is."""

    members: tuple[Condition, ...]

    def judge(self, view: View) -> Answer:
        return any_of(member.judge(view) for member in self.members)

    def describe(self) -> str:
        return " or ".join(
            list(dict.fromkeys(filter(None, (member.describe() for member in self.members))))[:DESCRIBED]
        )

    def parts(self) -> Sequence[Condition]:
        return self.members


@dataclass(frozen=True, slots=True)
class AllOf:
    """TRUE when all members are."""

    members: tuple[Condition, ...]

    def judge(self, view: View) -> Answer:
        return all_of(member.judge(view) for member in self.members)

    def describe(self) -> str:
        return " with ".join(dict.fromkeys(filter(None, (member.describe() for member in self.members))))

    def parts(self) -> Sequence[Condition]:
        return self.members


@dataclass(frozen=True, slots=True)
class Not:
    """TRUE when its member is FALSE."""

    member: Condition

    def judge(self, view: View) -> Answer:
        answer = negation(self.member.judge(view))
        # What makes a fact true says where one could look, not what is wrong there.
        return replace(answer, against=()) if isinstance(self.member, Reference) else answer

    def describe(self) -> str:
        return ""

    def parts(self) -> Sequence[Condition]:
        return (self.member,)


@dataclass(frozen=True, slots=True)
class Reference:
    """TRUE when the named fact holds, or the named rule stands at one of the statuses."""

    name: str
    statuses: tuple[Status, ...] = (Status.IMPLEMENTED,)

    def judge(self, view: View) -> Answer:
        return view.refer(self.name, self.statuses)

    def describe(self) -> str:
        return self.name.replace("-", " ")

    def parts(self) -> Sequence[Condition]:
        return ()


def walk(condition: Condition) -> Iterator[Condition]:
    """The condition and everything inside it."""
    yield condition
    for part in condition.parts():
        yield from walk(part)
