"""`readygate doctor`: what is wrong with this installation, and how to mend it."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.errors import InvalidInput, ReadygateError
from app.git.process import Git
from app.github.app import GitHubApp
from app.github.gate import MemoryGate
from app.github.tokens import GitHubCredentials
from app.jobs.embedded import find_binary
from app.jobs.queue import connect
from app.settings import Settings
from app.store import schema
from app.store.database import Database

# Checks that need the network or a server give up after so many seconds.
LOOK_SECONDS = 15.0
MIN_GIT = (2, 36)
MIN_FREE_MB = 1024
_LEVELS = ("none", "read", "write", "admin")


@dataclass(frozen=True, slots=True)
class Finding:
    """One look: what was looked at, whether it is well, and what to do if it is not."""

    what: str
    is_well: bool
    said: str
    mend: str = ""


def doctor(*, quiet: bool = False) -> None:
    """Look at settings, database, queue, git, disk and GitHub; exit status 1 when something is wrong.

    Parameters
    ----------
    quiet:
        Print only what is wrong.
    """
    findings = asyncio.run(_all())
    _show([finding for finding in findings if not (quiet and finding.is_well)])
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)


def _show(findings: list[Finding]) -> None:
    if not sys.stdout.isatty():
        for finding in findings:
            print("\t".join(["ok" if finding.is_well else "WRONG", finding.what, finding.said, finding.mend]).rstrip())
        return
    table = Table(show_edge=False, show_header=False, pad_edge=False)
    for finding in findings:
        mark = "[green]ok[/]" if finding.is_well else "[bold red]wrong[/]"
        mend = f"\n[dim]{escape(finding.mend)}[/]" if finding.mend else ""
        table.add_row(mark, finding.what, escape(finding.said) + mend)
    Console().print(table)


async def _all() -> list[Finding]:
    settings = Settings()
    return [finding async for finding in _look(settings)]


async def _look(settings: Settings) -> AsyncIterator[Finding]:
    yield _git()
    yield _folder(settings)
    yield await _guard("database", _database(settings), "Is READYGATE_DATABASE_URL right, and the server running?")
    yield await _guard("queue", _queue(settings), "Is READYGATE_REDIS_URL right, and the server running?")
    try:
        settings.require_github()
    except InvalidInput as error:
        yield Finding("settings", False, error.what, error.mend)
        return
    yield Finding("settings", True, f"App {settings.github_app_id} at {settings.github_api_url}")
    yield await _guard("GitHub", _github(settings), "Does the private key belong to this App id?")


async def _guard(what: str, look: object, mend: str) -> Finding:
    try:
        return await asyncio.wait_for(look, LOOK_SECONDS)  # type: ignore[arg-type]
    except TimeoutError:
        return Finding(what, False, f"no answer within {LOOK_SECONDS:.0f} seconds", mend)
    except ReadygateError as error:
        return Finding(what, False, error.what, error.mend or mend)
    except Exception as error:
        return Finding(what, False, f"{type(error).__name__}", mend)


def _git() -> Finding:
    if shutil.which("git") is None:
        return Finding("git", False, "not found", "Debian: apt-get install git")
    said = Git().run("version").decode().strip()
    number = tuple(int(part) for part in said.split()[2].split(".")[:2] if part.isdigit())
    is_new = number >= MIN_GIT
    return Finding("git", is_new, said, "" if is_new else f"Version {MIN_GIT[0]}.{MIN_GIT[1]} or later is needed.")


def _folder(settings: Settings) -> Finding:
    folder = settings.data_dir.resolve()
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free // 1024 // 1024
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        mend = "Set READYGATE_DATA_DIR to a writable folder."
        return Finding("data folder", False, f"{folder}: {error.strerror}", mend)
    mend = "" if free >= MIN_FREE_MB else "Mirrors need a gigabyte at least."
    return Finding("data folder", not mend, f"{folder}, {free} MB free", mend)


async def _database(settings: Settings) -> Finding:
    database = Database(settings.database)
    try:
        async with database.transaction() as connection:
            applied = await schema.applied_revision(connection)
            await schema.require(connection)
    finally:
        await database.close()
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    return Finding("database", True, f"{kind} at revision {applied}")


async def _queue(settings: Settings) -> Finding:
    if not settings.redis_url:
        binary = find_binary()
        return Finding(
            "queue", True, f"embedded: {Path(binary).name if binary else 'in this process, without a server'}"
        )
    queue = connect(settings.redis_url)
    try:
        is_up = await queue.is_healthy()
    finally:
        await queue.close()
    return Finding(
        "queue", is_up, "answers" if is_up else "no answer", "" if is_up else "Is READYGATE_REDIS_URL right?"
    )


async def _github(settings: Settings) -> Finding:
    credentials = GitHubCredentials(settings.github_app_id, settings.private_key, settings.github_api_url)
    async with GitHubApp(credentials, MemoryGate()) as github:
        app = await github.app_info()
    manifest = yaml.safe_load(_manifest().read_text())
    lacking = [
        f"permission {name}: {level}"
        for name, level in manifest["default_permissions"].items()
        if _LEVELS.index(app.permissions.get(name, "none")) < _LEVELS.index(level)
    ]
    lacking += [f"event {event}" for event in manifest["default_events"] if event not in app.events]
    if lacking:
        return Finding(
            "GitHub", False, f"the App {app.slug} lacks {', '.join(lacking)}", "Add them on the App's settings page."
        )
    return Finding("GitHub", True, f"the App {app.slug} has every permission and event it needs")


def _manifest() -> Path:
    package = Path(__file__).resolve().parent.parent
    packaged = package / "_data" / "app.yml"
    return packaged if packaged.is_file() else package.parent / "app.yml"
