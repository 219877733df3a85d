"""Runs the migrations of Readygate's own database, called by `readygate db upgrade` and by `serve`."""

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from app.store import tables
from app.store.database import Database

assert tables.Delivery.__table__ is not None  # importing the module fills SQLModel.metadata


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # Two processes that start together take turns; the lock ends with the transaction.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(827364519)")
        context.run_migrations()


async def run() -> None:
    # A migration takes as long as it takes, and waits for one that another process runs.
    database = Database(context.config.attributes["url"], command_seconds=None)
    try:
        async with database.transaction() as connection:
            await connection.run_sync(migrate)
    finally:
        await database.close()


asyncio.run(run())
