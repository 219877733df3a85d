"""`readygate try`: the whole App on loopback against any local repository, which is only read."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from app.commands.rehearsal import rehearse
from app.sandbox.checkout import read_checkout


def try_app(
    path: Path = Path(),
    /,
    *,
    base: str | None = None,
    head: str | None = None,
    stay: Annotated[bool, Parameter(negative="")] = False,
    port: int = 0,
) -> int:
    """Run the whole App on this machine against a stand-in for GitHub: webhook, queue, check run, issues.

    The repository is only read. Exit status: 0 the App answered, whatever its verdict; 1 it did not; 2 the path or a
    ref is wrong.

    Parameters
    ----------
    path
        A folder of the repository to judge; by default the one you are in.
    base
        The branch or commit a pull request would go into; by default the default branch.
    head
        The branch or commit of the pull request; by default the work tree as it stands. Where it is the same commit
        as the base, only the push to the default branch is judged.
    stay
        Keep the pages up until Ctrl-C.
    port
        The port of the pages; by default a free one.
    """
    return rehearse(read_checkout(path, base, head), stay=stay, port=port)
