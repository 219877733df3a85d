"""`readygate deliveries`: the webhooks that arrived, and doing one of them again."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import InvalidInput
from app.settings import Settings
from app.store import inbox, schema
from app.store.database import Database
from app.store.tables import Delivery


def list_deliveries(*, limit: int = 20) -> None:
    """Show the newest deliveries: when, id, event, state, tries, and the error of a failed one.

    Parameters
    ----------
    limit:
        How many, newest first.
    """
    rows = asyncio.run(_newest(limit))
    if not rows:
        print("No deliveries yet.", file=sys.stderr)
    for row in rows:
        when = datetime.fromtimestamp(row.received_at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        event = f"{row.event}.{row.action}" if row.action else row.event
        print("\t".join([when, row.guid, event, row.state, str(row.tries), row.error.split("\n")[0]]))


def replay(guid: str) -> None:
    """Do a delivery again, whatever became of it; a running worker takes it within a second.

    Parameters
    ----------
    guid:
        The delivery's id, as `readygate deliveries list` and GitHub's page of the App show it.
    """
    if not asyncio.run(_replay(guid)):
        raise InvalidInput(f"there is no delivery {guid}", mend="`readygate deliveries list` shows the newest.")
    print(f"{guid} waits to be done again.")


async def _newest(limit: int) -> list[Delivery]:
    async with _connected() as connection:
        return await inbox.newest(connection, limit)


async def _replay(guid: str) -> bool:
    async with _connected() as connection:
        return await inbox.replay(connection, guid)


@asynccontextmanager
async def _connected() -> AsyncIterator[AsyncConnection]:
    database = Database(Settings().database)
    try:
        async with database.transaction() as connection:
            await schema.require(connection)
            yield connection
    finally:
        await database.close()
