"""Who owns the files of a judged commit, as its CODEOWNERS file says."""

import asyncio
import contextlib
from pathlib import Path

from app.errors import Unreadable
from app.git.objects import GitSnapshot
from app.jobs.fetch import fetch_commits, open_mirror, text_in
from app.jobs.subject import Subject, reference
from app.jobs.world import World
from app.readiness.plans.codeowners import Owners, parse_codeowners
from app.store.tables import Repository

# Where GitHub looks for owners, in its order.
OWNER_FILES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")


async def owners_at(world: World, row: Repository, head: str) -> Owners:
    """Those of the judged commit, which another worker may have judged, on another disk."""
    mirror = open_mirror(world, row.id)
    if await asyncio.to_thread(mirror.resolve, head) is None:
        branch = row.default_branch
        subject = Subject(reference(row), row.private, "branch", branch, f"refs/heads/{branch}", head)
        with contextlib.suppress(Unreadable):
            await fetch_commits(world, subject)
    text = await asyncio.to_thread(_text_of, mirror.path, head)
    # A name in it is written into issues.
    return parse_codeowners(str((await world.evaluations.ask("conceal", text=text))["text"]) if text else "")


def _text_of(git_dir: Path, head: str) -> str:
    """The first file that can be read, empty without one; the tree is listed once for all places."""
    with contextlib.suppress(Unreadable), GitSnapshot(git_dir, head) as snapshot:
        for path in OWNER_FILES:
            with contextlib.suppress(Unreadable):
                text = text_in(snapshot, path)
                if text is not None:
                    return text
    return ""
