"""Catching up with GitHub: deliveries that never arrived are read from the App's own log of them."""

from collections.abc import Mapping
from typing import Any

import structlog

from app.github.deliveries import DeliverySeen
from app.github.errors import Forbidden, GitHubError, NotFound, Unreachable
from app.jobs.intake import MAX_NAME, slim
from app.jobs.lease import Lease
from app.jobs.recurring import INSTALLATIONS, come_back, hasten
from app.jobs.world import World
from app.store import inbox
from app.store.inbox import Inbox

# GitHub repeats nothing by itself, so its log is looked through once in so many seconds.
EVERY_SECONDS = 60.0
# The log is read back so much further than the last look, for deliveries that were under way then.
OVERLAP_SECONDS = 300.0
# GitHub's log holds three days: https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks
LOG_SECONDS = 3 * 24 * 3600.0
MAX_PAGES = 200
# When GitHub refuses to show it, somebody has to act first.
REFUSED_SECONDS = 3600.0
log = structlog.get_logger("catch_up")


async def catch_up(world: World, lease: Lease) -> None:
    """Keeps every delivery of the log that the inbox lacks, and makes the next look due."""
    now = world.clock()
    until = float(lease.held.detail.get("until", 0.0))
    since = max(until - OVERLAP_SECONDS, now - LOG_SECONDS)
    if 0.0 < until < now - LOG_SECONDS:
        # The log cannot tell of all that was missed, so every repository is compared with GitHub.
        await hasten(world, INSTALLATIONS)
    try:
        missing = await _missing(world, since)
    except (NotFound, Forbidden) as error:
        log.error("GitHub does not show the log of deliveries", reason=str(error))
        await come_back(world, lease, at=now + REFUSED_SECONDS)
        return
    keeper = Inbox(world.database)
    unread = []
    for delivery in missing:
        await lease.check()
        if not await _keep(world, keeper, delivery):
            unread.append(delivery.delivered_at)
    if missing:
        log.warning("deliveries were missed and are done now", count=len(missing))
    await come_back(world, lease, at=now + EVERY_SECONDS, detail={"until": min([now, *unread])})


async def _missing(world: World, since: float) -> list[DeliverySeen]:
    """Deliveries after `since` that were never kept, oldest first."""
    seen: dict[str, DeliverySeen] = {}
    cursor = ""
    for _ in range(MAX_PAGES):
        page = await world.github.hook_deliveries(cursor)
        recent = [delivery for delivery in page.deliveries if delivery.delivered_at >= since]
        seen |= {delivery.guid: delivery for delivery in recent if len(delivery.guid) <= MAX_NAME}
        cursor = page.next_cursor
        if len(recent) < len(page.deliveries) or not cursor:
            break
    async with world.database.transaction() as connection:
        known = await inbox.known(connection, list(seen))
    return sorted((d for d in seen.values() if d.guid not in known), key=lambda delivery: delivery.delivered_at)


async def _keep(world: World, keeper: Inbox, delivery: DeliverySeen) -> bool:
    """False when GitHub fails to show this one just now: it is asked for again with the next look."""
    try:
        content = await world.github.hook_delivery(delivery.id)
    except NotFound:
        return True
    except GitHubError as error:
        if not error.status:
            raise
        log.warning("delivery cannot be read back", delivery=delivery.guid, reason=str(error))
        return not isinstance(error, Unreachable)
    payload: Mapping[str, Any] = content.payload
    row = slim(
        guid=delivery.guid,
        event=delivery.event[:MAX_NAME],
        payload=dict(payload),
        received_at=world.clock(),
        via="catch-up",
    )
    await keeper.keep(row)
    await world.queue.enqueue("delivery", delivery.guid)
    return True
