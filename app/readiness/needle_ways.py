"""What the alternatives of a pattern need: clauses of words, gathered while its syntax is read."""

from collections.abc import Iterable
from dataclasses import dataclass, field

LEAST = 3
TOGETHER = 64
"""So many texts are followed at most through one alternative, such as the six of `(get|put|del)(ed)?`."""

BRANCHES = 40
"""So many alternatives inside one are told apart."""

Clause = frozenset[str]
"""Lower-case ASCII texts of which one is in whatever matches."""

NOTHING: Clause = frozenset([""])
_COMMON = (
    " error errors request requests response responses type types from expect key test tests logger log back "
    "background create created with valid validate validates validation app api apps auth author email update updated "
    "class call called flow select filter code lock block source async await default config export time timeout load "
    "loading run running record new ready read name: value values page object local status website web kind require "
    "required role roles limit check checked version env environment token secret size allow allowed schema scope "
    "failed failure enabled permission permissions message number access same set setting settings delete deleted "
    "deleting data work workflow workspace queue query unique function return import const this public private static "
    "string number boolean null true false result results image images language manage message package storage "
    "translate translation template open option options input output handle handler connection server client action "
    "actions event events user users account session active organization project module build content contact "
)


def commonness(clause: Clause) -> tuple[float, list[str]]:
    """How many texts hold one of the words, roughly, and what makes the order of clauses definite."""
    return sum(8.0 if word in _COMMON else 0.1 + 48 / 2 ** len(word) for word in clause), sorted(clause)


@dataclass(slots=True)
class Way:
    """What one alternative needs. exact: all texts it matches, or None."""

    exact: Clause | None
    clauses: list[Clause]
    branches: list[list[Clause]] | None = None


@dataclass(slots=True)
class Run:
    """One alternative while it is read; run: the texts of which one stands just before the position."""

    clauses: list[Clause] = field(default_factory=list)
    run: Clause = NOTHING
    is_exact: bool = True
    branches: list[list[Clause]] | None = None

    def add(self, texts: Clause) -> None:
        """One of the texts follows."""
        if len(self.run) * len(texts) > TOGETHER:
            self.interrupt()
            self.run = texts
        else:
            self.run = frozenset([before + text for before in self.run for text in texts])

    def interrupt(self) -> None:
        """Something follows of which nothing is known."""
        self.need(self.run)
        self.run = NOTHING
        self.is_exact = False

    def need(self, texts: Clause) -> None:
        if texts is not NOTHING and min(map(len, texts)) >= LEAST:
            self.clauses.append(texts)

    def branch(self, branches: list[list[Clause]]) -> None:
        """One of the branches follows; one such choice is remembered in full, of others only what all have."""
        if len(branches) == 1:
            self.clauses += branches[0]
        elif all(branches):
            if self.branches is None and len(branches) <= BRANCHES:
                self.branches = branches
            else:
                self.clauses.append(frozenset().union(*(min(branch, key=commonness) for branch in branches)))

    def end(self) -> Way:
        self.need(self.run)
        return Way(self.run if self.is_exact else None, self.clauses, self.branches)


def spread(ways: "Iterable[Way]") -> list[list[Clause]]:
    """Every way with one of the alternatives inside it."""
    return [[*way.clauses, *branch] for way in ways for branch in (way.branches or [[]])]
