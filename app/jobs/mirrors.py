"""The mirrors on this worker's disk: those nobody needs go, and the least recently used when they take too much."""

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import structlog

from app.errors import ReadygateError
from app.git.lock import locked
from app.jobs.world import World
from app.store import retention

EVERY_SECONDS = 600.0
# What was used so short a time ago may still be read: an evaluation, its retries and its issues are over long before.
IN_USE_SECONDS = 3600.0
# With less than this on the disk fetches begin to fail, whatever the quota.
RESERVE_BYTES = 1024**3
_MB = 1024 * 1024
log = structlog.get_logger("mirrors")


@dataclass(frozen=True, slots=True)
class MirrorOnDisk:
    """One mirror: its repository, bytes on the disk, and when it was last fetched into or read."""

    path: Path
    repository_id: int
    size: int
    used_at: float


async def keep_mirrors(world: World) -> None:
    """For ever, in every worker: the mirrors are on its own disk, or on one that it shares."""
    while True:
        try:
            await care_for_mirrors(world)
        except Exception as error:
            log.error("mirrors not looked after", error=type(error).__name__, reason=str(error)[:200])
        await asyncio.sleep(EVERY_SECONDS)


async def care_for_mirrors(world: World) -> int:
    """One round; how many mirrors went."""
    async with world.database.reading() as connection:
        active = await retention.active_repositories(connection)
    removed = await asyncio.to_thread(remove_mirrors, world.mirrors, active)
    removed += await asyncio.to_thread(enforce_quota, world.mirrors, world.settings.mirror_quota_mb * _MB)
    if removed:
        log.info("mirrors removed", mirrors=removed)
    return removed


def remove_mirrors(folder: Path, active: Collection[int], now: float | None = None) -> int:
    """Deletes the mirrors of other repositories, and what was left of a deletion that was cut off."""
    for leftover in folder.glob(".*.old"):
        shutil.rmtree(leftover, ignore_errors=True)
    doomed = [mirror for mirror in _mirrors(folder) if mirror.repository_id not in active]
    return sum(_remove(mirror, now) for mirror in doomed)


def enforce_quota(folder: Path, quota: int, now: float | None = None) -> int:
    """Deletes the least recently used until the rest fits the quota (0: none) and the disk's reserve; never one in use.

    Each is fetched again when it is needed.
    """
    mirrors = sorted(_mirrors(folder), key=lambda mirror: mirror.used_at)
    if not mirrors:
        return 0
    total = sum(mirror.size for mirror in mirrors)
    most = min(quota or total, total + shutil.disk_usage(folder).free - RESERVE_BYTES)
    removed = 0
    for mirror in mirrors:
        if total <= most:
            break
        if _remove(mirror, now):
            total -= mirror.size
            removed += 1
    return removed


def _mirrors(folder: Path) -> Iterator[MirrorOnDisk]:
    for path in folder.glob("*.git"):
        if path.stem.isdigit():
            size, used_at = _measure(path)
            yield MirrorOnDisk(path, int(path.stem), size, used_at)


def _measure(path: Path) -> tuple[int, float]:
    """Bytes on the disk, and when its lock was last taken, which every fetch does."""
    size, used_at = 0, 0.0
    for place in (path, path.with_suffix(".lock")):
        with contextlib.suppress(OSError):
            used_at = max(used_at, place.stat().st_mtime)
    for folder, _, names in os.walk(path):
        for name in names:
            with contextlib.suppress(OSError):
                size += Path(folder, name).lstat().st_blocks * 512
    return size, used_at


def _remove(mirror: MirrorOnDisk, now: float | None) -> bool:
    """Whether it is gone; one that is in use stays."""
    path = mirror.path
    if (now or time.time()) - mirror.used_at < IN_USE_SECONDS:
        return False
    doomed = path.with_name(f".{path.name}.{token_hex(6)}.old")
    try:
        # The lock of app/git/mirror.py: whoever fetches holds it, and whoever waits for it makes a new mirror.
        with locked(path.with_suffix(".lock"), seconds=0):
            path.rename(doomed)
    except (ReadygateError, OSError):
        return False
    shutil.rmtree(doomed, ignore_errors=True)
    return True
