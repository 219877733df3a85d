"""What every job is given: the three outside worlds, the queue, the evaluation processes and the clock."""

import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.github.app import GitHubApp
from app.github.installations import AppInfo
from app.jobs.evaluation import EvaluationPool
from app.jobs.queue import Queue
from app.settings import Settings
from app.store.database import Database
from app.store.priorities import AUDIT, ISSUES, Bounds

# Issues go out one a second and installation: more of them at once would only wait in places that reviews need.
ISSUES_AT_ONCE = 4


def name_holder() -> str:
    """A name for this process in leases: no two processes share it, not even after a restart."""
    return f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(6)}"


@dataclass(slots=True)
class World:
    settings: Settings
    database: Database
    github: GitHubApp
    queue: Queue
    evaluations: EvaluationPool
    clock: Callable[[], float] = time.time
    holder: str = field(default_factory=name_holder)
    _app: AppInfo | None = None

    async def app_info(self) -> AppInfo:
        """Who we are on GitHub, asked once for the life of the process."""
        self._app = self._app or await self.github.app_info()
        return self._app

    @property
    def bounds(self) -> Bounds:
        """How much of what nobody waits for is worked on at once, over all workers."""
        return {ISSUES: ISSUES_AT_ONCE, AUDIT: self.settings.audits}

    @property
    def mirrors(self) -> Path:
        return self.settings.data_dir.resolve() / "mirrors"

    @property
    def scan_cache(self) -> Path:
        return self.settings.data_dir.resolve() / "scan-cache.db"
