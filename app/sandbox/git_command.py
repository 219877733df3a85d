"""Running the user's git for the sandbox: no hooks, no settings but whose folders are trusted."""

import functools
import os
import shutil
import subprocess
from collections.abc import Mapping

from app.errors import ReadygateError, Unreadable

_NOBODY = {
    "GIT_AUTHOR_NAME": "Readygate sandbox",
    "GIT_AUTHOR_EMAIL": "sandbox@localhost",
    "GIT_COMMITTER_NAME": "Readygate sandbox",
    "GIT_COMMITTER_EMAIL": "sandbox@localhost",
}


def git_environment() -> dict[str, str]:
    """The environment of every git: no settings of user or system, no prompts, no inherited GIT_ names."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return (
        kept
        | _NOBODY
        | {
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_ALLOW_PROTOCOL": "file",
            "LC_ALL": "C",
        }
    )


@functools.cache
def trusted_folders() -> tuple[str, ...]:
    """Flags that pass on whose repositories this user trusts, the one setting of theirs that counts."""
    if shutil.which("git") is None:
        raise ReadygateError("git was not found", mend="install git and make sure it is on PATH")
    asked = subprocess.run(
        ["git", "config", "--global", "--get-all", "safe.directory"], capture_output=True, check=False
    )
    folders = os.fsdecode(asked.stdout).splitlines()
    return tuple(part for folder in folders for part in ("-c", f"safe.directory={folder}"))


def run_git(*arguments: str, extra: Mapping[str, str] | None = None, stdin: bytes | None = None) -> bytes:
    """Run one git command without hooks or file-system monitors; Unreadable with git's own words when it fails."""
    try:
        done = subprocess.run(
            ["git", "-c", "core.hooksPath=" + os.devnull, "-c", "core.fsmonitor=false", *trusted_folders(), *arguments],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            env=git_environment() | dict(extra or {}),
            check=False,
        )
    except ValueError as error:
        raise Unreadable("a name that git cannot take: it holds a zero byte or half a character") from error
    if done.returncode:
        command = next((word for word in arguments if not word.startswith(("-", "/", "."))), arguments[0])
        raise _refused(command, done.stderr.decode(errors="replace"))
    return done.stdout


def _refused(command: str, said: str) -> Unreadable:
    shown = "".join(character for character in said.strip()[:2000] if character.isprintable() or character == "\n")
    if "unable to read" not in said and "missing blob" not in said:
        return Unreadable(f"git {command} failed: {shown}")
    return Unreadable(
        "some files of the repository are not on this machine",
        mend="It is a partial or a damaged clone: `git fetch --refetch --no-filter` brings what is missing.",
    )
