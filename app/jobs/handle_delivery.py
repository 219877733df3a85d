"""From a kept delivery to the targets it makes due, in one transaction."""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from app.jobs.backoff import delay
from app.jobs.events import Wanted, Work, route
from app.jobs.fields import text_at
from app.jobs.membership import learn_installation, told
from app.jobs.world import World
from app.store import inbox, issues, repositories, runs, targets
from app.store.database import is_passing
from app.store.tables import Delivery, Run

log = structlog.get_logger("delivery")


async def handle_delivery(world: World, guid: str) -> None:
    """Does the work of one delivery once; a failure puts it back for later."""
    with structlog.contextvars.bound_contextvars(delivery=guid):
        try:
            due = await _take(world, guid)
        except Exception as error:
            log.exception("delivery failed")
            await _put_back(world, guid, error)
            return
        for target_id in due:
            await world.queue.enqueue("target", str(target_id))


async def _take(world: World, guid: str) -> list[int]:
    async with world.database.transaction() as connection:
        delivery = await inbox.take(connection, guid, world.clock())
        if delivery is None:
            return []
        fields = json.loads(delivery.fields)
        work = route(delivery.event, delivery.action, fields, app_id=world.settings.github_app_id)
        await _learn(connection, delivery, fields, work)
        now = world.clock()
        due = [target for wanted in work.wanted for target in await _want(connection, delivery, wanted, now)]
    log.info("delivery handled", kind=delivery.event, action=delivery.action, targets=len(due))
    return due


async def _put_back(world: World, guid: str, error: Exception) -> None:
    """A database that comes and goes must not use up the tries of a delivery."""
    later, counts = world.clock() + delay(3), not is_passing(error)
    async with world.database.transaction() as connection:
        await inbox.put_back(connection, guid, error=repr(error), not_before=later, counts=counts)


async def _learn(connection: AsyncConnection, delivery: Delivery, fields: Mapping[str, Any], work: Work) -> None:
    """What the payload says of the installation, its repositories and issues."""
    installation_id, now = delivery.installation_id, delivery.finished_at or 0.0
    if installation_id is None:
        return
    account = text_at(fields, "installation.account.login") or text_at(fields, "account.login")
    await repositories.see_installation(connection, installation_id, account)
    await learn_installation(connection, installation_id, work, now)
    seen = told(fields)
    if seen is None:
        return
    if work.repository_gone:
        await repositories.remove_repositories(connection, installation_id, [seen.id], now)
    else:
        await repositories.see_repository(connection, installation_id, seen)
    if work.issue:
        await issues.change_by_number(
            connection, seen.id, work.issue.number, state=work.issue.state, closed_by=work.issue.closed_by
        )


async def _want(connection: AsyncConnection, delivery: Delivery, wanted: Wanted, now: float) -> list[int]:
    """The targets made due; those of earlier runs are found by check run or head."""
    repository_id = delivery.repository_id
    if repository_id is None:
        return []
    if wanted.kind != "any":
        target_id = await targets.bump(
            connection,
            repository_id=repository_id,
            kind=wanted.kind,
            name=wanted.name,
            detail=wanted.detail,
            new_attempt=wanted.new_attempt,
            not_before=now,
            delivery=delivery.guid,
        )
        return [target_id]
    found = await _runs(connection, repository_id, wanted)
    return [
        await targets.bump_again(connection, target_id, delivery.guid, not_before=now)
        for target_id in dict.fromkeys(r.target_id for r in found)
    ]


async def _runs(connection: AsyncConnection, repository_id: int, wanted: Wanted) -> list[Run]:
    if wanted.by_check_run:
        run = await runs.by_check_run(connection, wanted.by_check_run)
        return [run] if run and run.repository_id == repository_id else []
    return await runs.by_head(connection, repository_id, wanted.by_head)
