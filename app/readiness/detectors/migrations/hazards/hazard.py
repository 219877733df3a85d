"""What is said of one hazard, the same wherever it is found."""

from dataclasses import dataclass

from app.readiness.status import Severity


@dataclass(frozen=True, slots=True)
class Hazard:
    """why: letters of what it does: B breaks running code, L long or blocking lock, D data loss, I cannot be undone,
    F fails at run time, P performance, U unknown. lock: the lock and on what, by PostgreSQL unless it says otherwise.
    lasts: how long as a function of the rows. steps: the safe way, in order.
    breaks_elsewhere, steps_elsewhere: where they differ on MySQL, MariaDB and SQLite.
    """

    id: str
    title: str
    why: str
    breaks: str
    steps: tuple[str, ...]
    lock: str = ""
    lasts: str = ""
    severity: Severity = Severity.ERROR
    breaks_elsewhere: str = ""
    steps_elsewhere: tuple[str, ...] = ()

    @property
    def is_skew_only(self) -> bool:
        """It harms only where two versions of the program run at the same time."""
        return set(self.why) <= {"B"}


INSTANT = "an instant, once the lock is had; everybody queues behind the wait for it"
SCAN = "one pass over all rows: about a second for each few million"
REWRITE = "a copy of all rows and all indexes: minutes for each hundred million, and as much disk again"
BUILD = "one pass over all rows and a sort: minutes for each hundred million"
EXCLUSIVE = "ACCESS EXCLUSIVE on the table: neither reads nor writes"
"""Kinds of lock, scans and rewrites as measured on PostgreSQL 16 and 18; times by order of magnitude."""
