"""Readygate's own schema: brought up to date with Alembic, and compared with what the code expects."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

_PACKAGE = Path(__file__).resolve().parent.parent


def migrations_folder() -> Path:
    """The top-level migrations folder of a checkout, or its copy in an installed package."""
    packaged = _PACKAGE / "_data" / "migrations"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "migrations"


def upgrade(url: str) -> None:
    """Applies every migration that is missing; must not be called from a running event loop."""
    command.upgrade(_config(url), "head")


@cache
def expected_revision() -> str:
    return ScriptDirectory.from_config(_config("")).get_current_head() or ""


async def applied_revision(connection: AsyncConnection) -> str:
    """The revision of the database, empty when no migration was ever applied."""
    if not await connection.run_sync(lambda sync: inspect(sync).has_table("alembic_version")):
        return ""
    return str((await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() or "")


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.attributes["url"] = url
    return config
