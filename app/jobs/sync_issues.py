"""Gap issues: what the plan says, applied to GitHub one change at a time, each intent stored first."""

import asyncio
import contextlib
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from pydantic import TypeAdapter

from app.errors import Unreadable
from app.git.objects import GitSnapshot
from app.github.addresses import RepositoryRef
from app.github.errors import GitHubError, Gone, Later, NotFound, OutcomeUnknown
from app.jobs.fetch import fetch_commits, open_mirror, text_in
from app.jobs.lease import Lease
from app.jobs.membership import known
from app.jobs.metrics import ISSUES
from app.jobs.subject import Subject, known_repository, reference
from app.jobs.world import World
from app.readiness.plans.codeowners import Owners, parse_codeowners
from app.readiness.plans.issue_plan import IssueChange, IssueLink, plan_issues
from app.readiness.policy import IssuePolicy
from app.readiness.verdict import from_json
from app.store import issues, repositories, verdicts
from app.store.tables import IssueRow, Repository

# Where GitHub looks for owners, in its order.
OWNER_FILES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
_POLICY = TypeAdapter(IssuePolicy)
log = structlog.get_logger("issues")


async def sync_issues(world: World, lease: Lease) -> None:
    """Brings the issues of a repository in step with the newest verdict of its default branch."""
    row = await known_repository(world, lease.held.repository_id)
    if row.default_branch not in ("", lease.held.name):
        return  # another branch is the default one by now, and has a target of its own
    async with world.database.transaction() as connection:
        newest = await verdicts.newest_verdict(connection, row.id, "branch", row.default_branch)
        links = [_link(known) for known in await issues.of_repository(connection, row.id)]
        created = await issues.created_since(connection, row.id, _midnight(world.clock()))
    if newest is None:
        return
    plan = partial(
        plan_issues,
        from_json(newest.document),
        links,
        _POLICY.validate_python(lease.held.detail.get("issues", {})),
        await _owners_at(world, row, newest.head_sha),
        repository_id=row.id,
        today=datetime.fromtimestamp(world.clock(), UTC).date(),
        created_today=created,
    )
    changes = plan(private=row.private)
    if changes and row.private and not await _is_private(world, row):
        changes = plan(private=False)
    sync = IssueSync(world, lease, reference(row))
    for change in changes:
        await sync.apply(change)
    if changes:
        log.info("issues in step", changes=len(changes))


async def _is_private(world: World, row: Repository) -> bool:
    """Asked anew before the places of secrets are written: the delivery that told of the change may have been lost."""
    seen = await world.github.repository(reference(row))
    if not seen.private:
        async with world.database.transaction() as connection:
            await repositories.see_repository(connection, row.installation_id, known(seen))
    return seen.private


class IssueSync:
    """Applies planned changes; each may be repeated after a crash without a second issue."""

    def __init__(self, world: World, lease: Lease, repository: RepositoryRef) -> None:
        self._world = world
        self._lease = lease
        self._repository = repository

    async def apply(self, change: IssueChange) -> None:
        await self._lease.check()
        if change.kind == "create":
            await self._create(change)
        else:
            try:
                await self._alter(change)
            except (NotFound, Gone) as error:
                if not _is_deleted(error):
                    raise
                # Whoever deleted an issue closed it for good; the other gaps must not wait for it.
                async with self._world.database.transaction() as connection:
                    await issues.change(connection, change.draft.key, state="closed", closed_by="human")
                return
        ISSUES.labels(kind=change.kind).inc()

    async def _create(self, change: IssueChange) -> None:
        draft, now = change.draft, self._world.clock()
        async with self._world.database.transaction() as connection:
            row = await issues.will_create(connection, draft.key, self._repository.id, now)
        adopted = await self._adopt(row)
        if adopted is None:
            async with self._world.database.transaction() as connection:
                await issues.will_post(connection, draft.key, now)
        number = await self._post(change, row.posts + 1) if adopted is None else adopted
        async with self._world.database.transaction() as connection:
            await issues.change(connection, draft.key, number=number, digest=draft.digest, state="open", closed_by=None)
        if adopted and not row.number and draft.assignees:
            # The try that made it was cut off before it could assign anybody; an issue without assignees is no failure.
            with contextlib.suppress(GitHubError):
                await self._world.github.assign(self._repository, number, draft.assignees)

    async def _post(self, change: IssueChange, posts: int) -> int:
        """posts: the number of this POST, as the intent has it."""
        draft = change.draft
        try:
            created = await self._world.github.create_issue(
                self._repository, draft.title, draft.body, draft.labels, draft.assignees
            )
        except OutcomeUnknown:
            # The answer may have been waited for longer than lists need to settle.
            async with self._world.database.transaction() as connection:
                await issues.change(connection, draft.key, posted_at=self._world.clock())
            raise
        except (GitHubError, Later):
            async with self._world.database.transaction() as connection:
                await issues.forget(connection, draft.key, posts)
            raise
        return created.number

    async def _adopt(self, row: IssueRow) -> int | None:
        """The issue an interrupted POST may have made, found by its marker once GitHub's lists have settled."""
        if row.number is not None or row.posts == 0:
            return row.number
        settled = row.posted_at + self._world.settings.settle_seconds
        if self._world.clock() < settled:
            raise Later(settled)
        app = await self._world.app_info()
        seen = await self._world.github.find_issues(self._repository, creator=f"{app.slug}[bot]", state="all")
        ours = sorted(issue.number for issue in seen if f"key={row.key} " in issue.body)
        return ours[0] if ours else None

    async def _alter(self, change: IssueChange) -> None:
        assert change.number is not None
        draft, is_closed = change.draft, change.kind == "close"
        if is_closed:
            await self._world.github.update_issue(
                self._repository, change.number, state="closed", state_reason="completed"
            )
        else:
            await self._rewrite(change.number, change)
        async with self._world.database.transaction() as connection:
            await issues.change(
                connection,
                draft.key,
                digest=draft.digest,
                state="closed" if is_closed else "open",
                closed_by="app" if is_closed else None,
            )
        if change.comment:
            await self._lease.check()
            await self._world.github.comment(self._repository, change.number, change.comment)

    async def _rewrite(self, number: int, change: IssueChange) -> None:
        """Title, body and labels as planned; labels that people added stay."""
        draft, github = change.draft, self._world.github
        seen = await github.issue(self._repository, number)
        reopened = change.kind == "reopen"
        await github.update_issue(
            self._repository,
            number,
            title=draft.title,
            body=draft.body,
            labels=tuple(dict.fromkeys((*seen.labels, *draft.labels))),
            state="open" if reopened else None,
            state_reason="reopened" if reopened else None,
        )


def _is_deleted(error: GitHubError) -> bool:
    """GitHub says 410 both of a deleted issue and of every issue where issues are switched off."""
    return isinstance(error, NotFound) or "deleted" in error.message.lower()


def _link(row: IssueRow) -> IssueLink:
    return IssueLink(
        key=row.key,
        number=row.number,
        state="closed" if row.state == "closed" else "open",
        digest=row.digest,
        closed_by="app" if row.closed_by == "app" else "human" if row.closed_by else None,
        opened=datetime.fromtimestamp(row.created_at, UTC).date(),
    )


def _midnight(now: float) -> float:
    return datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


async def _owners_at(world: World, row: Repository, head: str) -> Owners:
    """Those of the judged commit, which another worker may have judged, on another disk."""
    mirror = open_mirror(world, row.id)
    if await asyncio.to_thread(mirror.resolve, head) is None:
        branch = row.default_branch
        subject = Subject(reference(row), row.private, "branch", branch, f"refs/heads/{branch}", head)
        with contextlib.suppress(Unreadable):
            await fetch_commits(world, subject)
    return await asyncio.to_thread(_owners, mirror.path, head)


def _owners(git_dir: Path, head: str) -> Owners:
    """The owners of the first file that can be read; the tree is listed once for all places."""
    with contextlib.suppress(Unreadable), GitSnapshot(git_dir, head) as snapshot:
        for path in OWNER_FILES:
            with contextlib.suppress(Unreadable):
                text = text_in(snapshot, path)
                if text is not None:
                    return parse_codeowners(text)
    return parse_codeowners("")
