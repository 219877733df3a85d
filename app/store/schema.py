"""Readygate's own schema: brought up to date with Alembic, and compared with what the code expects."""

import asyncio
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import InvalidInput
from app.store.database import Database, is_passing
from app.store.revisions import migrations_folder


def upgrade(url: str) -> None:
    """Applies every migration that is missing; must not be called from a running event loop.

    A database that a newer version upgraded stays as it is; raises InvalidInput when this version cannot use it.
    """
    if not asyncio.run(_is_newer(url)):
        command.upgrade(_config(url), "head")


async def _is_newer(url: str) -> bool:
    database = Database(url)
    try:
        async with database.transaction() as connection:
            if await applied_revision(connection) in _known_revisions():
                return False
            await require(connection)
            return True
    finally:
        await database.close()


@cache
def expected_revision() -> str:
    return ScriptDirectory.from_config(_config("")).get_current_head() or ""


@cache
def _known_revisions() -> frozenset[str]:
    """Every revision this version can upgrade from; the empty one is a database without tables."""
    return frozenset({"", *(script.revision for script in ScriptDirectory.from_config(_config("")).walk_revisions())})


async def applied_revision(connection: AsyncConnection) -> str:
    """The revision of the database, empty when no migration was ever applied."""
    if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
        return ""
    return str((await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() or "")


async def require(connection: AsyncConnection) -> None:
    """InvalidInput, with how to mend it, unless this version can work with the database as it is.

    A newer schema names the oldest revision whose code still runs on it, so that a roll-back needs no restore.
    """
    applied, expected = await applied_revision(connection), expected_revision()
    if applied == expected:
        return
    if applied in _known_revisions():
        raise InvalidInput(
            f"the database is at revision {applied or 'none'}, this version needs {expected}",
            mend="Run `readygate db upgrade` with the settings of this installation.",
        )
    floor = (await connection.execute(text("SELECT max(revision) FROM schema_floor"))).scalar()
    if floor is None or str(floor) > expected:
        raise InvalidInput(
            f"the database is at revision {applied}, made by a newer version; this one knows {expected} and older",
            mend="Start the newer version again, or put back the backup taken before the upgrade with "
            "`readygate db restore`.",
        )


async def refuse_newer(database: Database) -> None:
    """InvalidInput when this version can never use the database; an older one, or one that is away, may come right."""
    try:
        async with database.reading() as connection:
            if await applied_revision(connection) not in _known_revisions():
                await require(connection)
    except Exception as error:
        if not is_passing(error):
            raise


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["url"] = url
    return config
