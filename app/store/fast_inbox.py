"""The inbox of the web process: a driver alone, because SQLAlchemy would be half of that process' memory."""

from abc import abstractmethod
from importlib import import_module
from operator import attrgetter

from app.store.received import Keeper

COLUMNS = ("guid", "event", "action", "installation_id", "repository_id", "fields", "received_at", "state", "via")
row_of = attrgetter(*COLUMNS)
INTO = f"INSERT INTO delivery ({', '.join(COLUMNS)}, tries, not_before, error)"
APPLIED = "SELECT version_num FROM alembic_version"


class FastInbox(Keeper):
    """A Keeper with a connection of its own; `revision` looks whether the database can be used."""

    @abstractmethod
    async def revision(self) -> str:
        """The schema's revision, empty when there is none; raises the driver's error when nothing answers."""

    @abstractmethod
    async def close(self) -> None: ...


def open_inbox(url: str) -> FastInbox:
    """The inbox of a database by its SQLAlchemy address; does not connect yet, and loads one driver only."""
    name = "Sqlite" if url.startswith("sqlite") else "Postgres"
    module = import_module(f"app.store.{name.lower()}_inbox")
    opened: FastInbox = getattr(module, f"{name}Inbox")(url)
    return opened
