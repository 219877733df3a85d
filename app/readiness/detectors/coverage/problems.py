"""What is wrong with a coverage report, as one error with its place and its mend."""

from app.errors import Unreadable


class BadReport(Unreadable):
    """A report that is malformed, over a limit, or holds no line data: no number is made from a part of it."""

    @property
    def reason(self) -> str:
        return self.what


def malformed(what: str, *, line: int = 0, place: str = "", mend: str = "") -> BadReport:
    """The report cannot be read; line is 1-based in the report, 0 when unknown."""
    where = place or (f"line {line}" if line else "")
    return BadReport(what, where=where, mend=mend or "Let the tool write the report again; a part of one is not read.")


def over_limit(what: str, mend: str = "Split the report, or leave generated files out of it.") -> BadReport:
    return BadReport(what, mend=mend)


def not_usable(what: str, mend: str) -> BadReport:
    """A known kind of file that says nothing about lines; mend is the command that writes one that does."""
    return BadReport(what, mend=mend)
