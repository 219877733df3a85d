"""One attempt's check run on GitHub: the intent first, then at most one POST that counts, then its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import structlog

from app.github.addresses import RepositoryRef
from app.github.checks import Action, Annotation, CheckRunDraft, CheckRunUpdate, Conclusion, Status
from app.github.errors import GitHubError, Gone, Later, NotFound, OutcomeUnknown, Unprocessable
from app.jobs.lease import Lease
from app.jobs.world import World
from app.store import runs
from app.store.tables import Run

NAME = "readygate"
# GitHub takes 50 annotations a request: https://docs.github.com/rest/checks/runs#create-a-check-run
BATCH = 50
# More than this nobody reads; the text of the check run names the rest.
MAX_ANNOTATIONS = 200
RECHECK = Action("Judge again", "Evaluate this commit once more", "recheck")
log = structlog.get_logger("check_run")


def attempt_id(*, repository_id: int, head: str, policy: str, base: str, attempt: str, subject: str) -> str:
    """The identity of one attempt: the same inputs never make a second check run."""
    text = "\0".join([str(repository_id), head, policy, base, attempt, subject])
    return sha256(text.encode()).hexdigest()[:40]


@dataclass(frozen=True, slots=True)
class Output:
    """What a check run shows, as app/readiness/reports/check_run.py rendered it."""

    title: str
    summary: str
    text: str
    annotations: Sequence[Annotation] = ()


class CheckRun:
    """The check run of one attempt; every method may be repeated after a crash."""

    def __init__(self, world: World, lease: Lease, repository: RepositoryRef, run: Run) -> None:
        self._world = world
        self._lease = lease
        self._repository = repository
        self._run = run
        self._is_fresh = run.posts == 0

    @property
    def is_posted(self) -> bool:
        return self._run.check_run_id is not None

    @property
    def is_done(self) -> bool:
        return self._run.state == "done"

    async def start(self) -> None:
        """Shows the attempt as in progress."""
        output = Output("Judging this commit", "The evaluation takes a moment.", "")
        await self._post(output, status="in_progress", conclusion=None, annotations=())

    async def finish(self, output: Output, conclusion: Conclusion) -> None:
        """Completes the attempt: in one request when nothing was posted yet and one batch of annotations is enough."""
        annotations = tuple(output.annotations[:MAX_ANNOTATIONS])
        await self._adopt()
        if not self.is_posted and len(annotations) <= BATCH:
            await self._post(output, status="completed", conclusion=conclusion, annotations=annotations)
        else:
            await self._complete(output, conclusion, annotations)
        await self._store(runs.ended, self._run.check_run_id)
        self._run.state = "done"

    async def supersede(self, by: str) -> None:
        """Closes an attempt whose place a newer one has taken; one that GitHub no longer has is left at that."""
        try:
            await self._adopt()
            if self._run.check_run_id is not None:
                output = Output(f"Superseded by {by}", "A newer commit, policy or re-run is judged instead.", "")
                await self._patch(output, "cancelled", ())
        except (NotFound, Gone, Unprocessable) as error:
            log.warning("superseded check run not closed", check_run=self._run.check_run_id, error=str(error))
        await self._store(runs.ended, self._run.check_run_id, "superseded")

    async def _complete(self, output: Output, conclusion: Conclusion, annotations: Sequence[Annotation]) -> None:
        if not self.is_posted:
            await self._post(output, status="in_progress", conclusion=None, annotations=annotations[:BATCH])
            sent = len(annotations[:BATCH])
        else:
            already = await self._sent()
            if already is None:
                return
            sent = already
        while len(annotations) - sent > BATCH:
            await self._patch(output, None, annotations[sent : sent + BATCH])
            sent += BATCH
        await self._patch(output, conclusion, annotations[sent:])

    async def _sent(self) -> int | None:
        """How many annotations GitHub has, None when the run is complete; asked only after an interrupted try."""
        if self._is_fresh:
            return 0
        self._wait_until_settled()
        seen = await self._world.github.check_run(self._repository, self._posted_id)
        return None if seen.status == "completed" else seen.annotations_count

    async def _post(
        self, output: Output, *, status: Status, conclusion: Conclusion | None, annotations: Sequence[Annotation]
    ) -> None:
        await self._adopt()
        if self.is_posted:
            return
        await self._lease.check()
        await self._store(runs.will_post, self._world.clock())
        self._run.posts += 1
        draft = CheckRunDraft(
            name=NAME,
            head_sha=self._run.head_sha,
            external_id=self._run.external_id,
            status=status,
            conclusion=conclusion,
            title=output.title,
            summary=output.summary,
            text=output.text,
            annotations=annotations,
            actions=(RECHECK,) if conclusion else (),
        )
        try:
            check_run_id = await self._world.github.create_check_run(self._repository, draft)
        except OutcomeUnknown:
            # The answer may have been waited for longer than lists need to settle.
            await self._store(runs.lost_sight, self._world.clock())
            raise
        except (GitHubError, Later):
            await self._store(runs.forget, self._run.posts)
            raise
        self._run.check_run_id, self._run.state = check_run_id, "started"
        await self._store(runs.started, check_run_id)

    async def _adopt(self) -> None:
        """After a POST whose outcome is unknown: finds what GitHub made of it once its lists have settled."""
        run = self._run
        if run.check_run_id is not None or run.posts == 0:
            return
        self._wait_until_settled()
        app = await self._world.app_info()
        seen = await self._world.github.find_check_runs(self._repository, run.head_sha, NAME, app.id)
        ours = sorted((found for found in seen if found.external_id == run.external_id), key=lambda found: found.id)
        if not ours:
            return
        log.info("check run adopted", check_run=ours[0].id)
        run.check_run_id, run.state = ours[0].id, "started"
        await self._store(runs.started, ours[0].id)

    def _wait_until_settled(self) -> None:
        settled = self._run.posted_at + self._world.settings.settle_seconds
        if self._world.clock() < settled:
            raise Later(settled)

    async def _patch(self, output: Output, conclusion: Conclusion | None, annotations: Sequence[Annotation]) -> None:
        await self._lease.check()
        update = CheckRunUpdate(
            status="completed" if conclusion else "in_progress",
            conclusion=conclusion,
            title=output.title,
            summary=output.summary,
            text=output.text,
            annotations=annotations,
            actions=(RECHECK,) if conclusion else (),
        )
        try:
            await self._world.github.update_check_run(self._repository, self._posted_id, update)
        except OutcomeUnknown:
            # GitHub may still be at it: annotations that are counted too early would be sent twice.
            await self._store(runs.lost_sight, self._world.clock())
            raise

    @property
    def _posted_id(self) -> int:
        assert self._run.check_run_id is not None
        return self._run.check_run_id

    async def _store(self, change: Any, *values: Any) -> None:
        async with self._world.database.transaction() as connection:
            await change(connection, self._run.external_id, *values)
