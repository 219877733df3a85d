"""Gap issues: what the plan says, applied to GitHub one change at a time, each intent stored first."""

import contextlib
from datetime import UTC, datetime
from functools import partial

import structlog
from pydantic import TypeAdapter

from app.github.addresses import RepositoryRef
from app.github.errors import GitHubError, Gone, Later, NotFound, OutcomeUnknown
from app.github.issues import IssueSeen
from app.jobs.lease import Lease
from app.jobs.membership import known
from app.jobs.metrics import ISSUES
from app.jobs.owners import owners_at
from app.jobs.subject import known_repository, reference
from app.jobs.world import World
from app.readiness.plans.issue_change import IssueChange, IssueLink
from app.readiness.plans.issue_plan import plan_issues
from app.readiness.policy import IssuePolicy
from app.readiness.verdict import from_json
from app.store import issues, repositories, verdicts
from app.store.tables import IssueRow, Repository

_POLICY = TypeAdapter(IssuePolicy)
log = structlog.get_logger("issues")


async def sync_issues(world: World, lease: Lease) -> None:
    """Brings the issues of a repository in step with the newest verdict of its default branch."""
    row = await known_repository(world, lease.held.repository_id)
    if row.default_branch not in ("", lease.held.name):
        return  # another branch is the default one by now, and has a target of its own
    sync = IssueSync(world, lease, reference(row))
    await sync.adopt()
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
        await owners_at(world, row, newest.head_sha),
        repository_id=row.id,
        today=datetime.fromtimestamp(world.clock(), UTC).date(),
        created_today=created,
    )
    changes = plan(private=row.private)
    if changes and row.private and not await _is_private(world, row):
        changes = plan(private=False)
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
        self._adopted: set[str] = set()

    async def adopt(self) -> None:
        """Finds the issues that interrupted POSTs may have made, by their markers, once GitHub's lists have settled.

        Before anything is planned: whether the gap still stands or not, its issue must be known.
        """
        async with self._world.database.transaction() as connection:
            known = await issues.of_repository(connection, self._repository.id)
        unknown = [row for row in known if row.number is None and row.posts]
        if not unknown:
            return
        settled = max(row.posted_at for row in unknown) + self._world.settings.settle_seconds
        if self._world.clock() < settled:
            raise Later(settled)
        seen = await self._world.github.find_issues(self._repository, creator=await self._login(), state="all")
        for row in unknown:
            made = [issue for issue in seen if f"key={row.key} " in issue.body]
            await self._note(row, min(made, key=lambda issue: issue.number, default=None))

    async def _note(self, row: IssueRow, found: IssueSeen | None) -> None:
        async with self._world.database.transaction() as connection:
            if found is None:
                await issues.forget(connection, row.key, row.posts)
            elif found.state == "closed":
                # Nobody but a human can have closed it: we did not know it.
                await issues.change(connection, row.key, number=found.number, state="closed", closed_by="human")
            else:
                # Without a digest it is written anew: the verdict may be another one by now.
                await issues.change(connection, row.key, number=found.number, state="open", closed_by=None, digest="")
                self._adopted.add(row.key)

    async def _login(self) -> str:
        return f"{(await self._world.app_info()).slug}[bot]"

    async def apply(self, change: IssueChange) -> None:
        await self._lease.check()
        if change.kind == "create":
            await self._create(change)
        else:
            try:
                await (self._withdraw(change) if change.kind == "withdraw" else self._alter(change))
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
            await issues.will_post(connection, draft.key, now)
        number = await self._post(change, row.posts + 1)
        async with self._world.database.transaction() as connection:
            await issues.change(connection, draft.key, number=number, digest=draft.digest, state="open", closed_by=None)

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

    async def _alter(self, change: IssueChange) -> None:
        assert change.number is not None
        draft, is_closed = change.draft, change.kind == "close"
        async with self._world.database.transaction() as connection:
            # Should the answer be lost: open as far as we know, and to be written again whatever the next plan is.
            await issues.change(connection, draft.key, digest="", state="open", closed_by=None)
        if is_closed:
            await self._world.github.update_issue(
                self._repository, change.number, state="closed", state_reason="completed"
            )
        closed_by = "app" if is_closed else await self._rewrite(change.number, change)
        state = "closed" if closed_by else "open"
        async with self._world.database.transaction() as connection:
            await issues.change(connection, draft.key, digest=draft.digest, state=state, closed_by=closed_by)
        if change.comment:
            await self._lease.check()
            await self._world.github.comment(self._repository, change.number, change.comment)

    async def _withdraw(self, change: IssueChange) -> None:
        """Who closed it before stays known, whatever happens on the way."""
        assert change.number is not None
        draft, number = change.draft, change.number
        async with self._world.database.transaction() as connection:
            await issues.change(connection, draft.key, digest="")
        await self._world.github.update_issue(
            self._repository, number, title=draft.title, body=draft.body, state="closed", state_reason="not_planned"
        )
        ended = {"digest": draft.digest, "state": "closed", "closed_by": change.closed_by}
        async with self._world.database.transaction() as connection:
            await issues.change(connection, draft.key, **ended)

    async def _rewrite(self, number: int, change: IssueChange) -> str | None:
        """As planned, but labels that people added stay; gives who closed it, None while it is open."""
        draft, github = change.draft, self._world.github
        seen = await github.issue(self._repository, number)
        # We closed it ourselves when the answer to that was lost and the gap came back.
        is_ours = seen.state == "closed" and seen.closed_by == await self._login()
        reopened = change.kind == "reopen" or is_ours
        await github.update_issue(
            self._repository,
            number,
            title=draft.title,
            body=draft.body,
            labels=tuple(dict.fromkeys((*seen.labels, *draft.labels))),
            state="open" if reopened else None,
            state_reason="reopened" if reopened else None,
        )
        if draft.key in self._adopted and draft.assignees:
            # The try that made it was cut off before it could assign anybody; an issue without assignees is no failure.
            with contextlib.suppress(GitHubError):
                await github.assign(self._repository, number, draft.assignees)
        return "human" if seen.state == "closed" and not reopened else None


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
