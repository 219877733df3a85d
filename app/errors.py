"""Every error Readygate raises on purpose: what is wrong, where, and how to mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a text somebody wrote; line and column are 1-based, 0 when unknown."""

    message: str
    path: str = ""
    line: int = 0
    column: int = 0
    mend: str = ""

    def __str__(self) -> str:
        place = ":".join([self.path] + [str(n) for n in (self.line, self.column) if n])
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} ({self.mend})" if self.mend else text


class ReadygateError(Exception):
    """An error with a place and a mend; its text is fit to show to a person."""

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  {self.mend}" if self.mend else text


class InvalidInput(ReadygateError):
    """Texts with mistakes: rule files, policies, arguments (exit status 2)."""

    def __init__(self, what: str, problems: tuple[Problem, ...] = (), *, mend: str = "") -> None:
        super().__init__(what, mend=mend)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {problem}" for problem in self.problems)])


class Unreadable(ReadygateError):
    """A snapshot, policy or named report that cannot be read (the verdict is incomplete, exit status 3)."""
