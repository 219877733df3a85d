"""What the command remembers of the rule files, so that it reads YAML only when they change."""

import json
import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.commands.scan_memory import cache_folder
from app.readiness.catalogue import Catalogue, builtin_catalogue

FORM = 1
"""Raise it when the same file may be read as other values."""
LARGEST = 32 * 1024 * 1024
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def known_catalogue() -> Catalogue:
    """The rules that come with Readygate, remembered in the user's cache folder where there is one."""
    try:
        return builtin_catalogue(RuleMemory(cache_folder() / "rules.json"))
    except RuntimeError:  # nobody knows where the home of this user is
        return builtin_catalogue()


class RuleMemory:
    """One file with the plain values of the newest rule files; it is JSON, so that reading it runs nothing.

    A file of another user, or that others may write, is not read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, digest: str) -> Mapping[str, Any] | None:
        """None when other texts were kept, or nothing that can be trusted."""
        try:
            kept = json.loads(self._read())
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(kept, dict) or kept.get("key") != _key(digest):
            return None
        values = kept.get("values")
        return values if isinstance(values, dict) else None

    def put(self, digest: str, values: Mapping[str, Any]) -> None:
        """A folder that cannot be written is no error."""
        draft = self._path.with_name(f"{self._path.name}.{secrets.token_hex(6)}")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"key": _key(digest), "values": values}, file, separators=(",", ":"))
            draft.replace(self._path)

    def _read(self) -> bytes:
        handle = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            state = os.fstat(handle)
            is_ours = stat.S_ISREG(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & _OTHERS_WRITE
            return file.read(LARGEST) if is_ours else b""


def _key(digest: str) -> str:
    return f"{FORM}:{digest}"
