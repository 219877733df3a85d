"""What the command remembers between runs on one machine."""

import os
import secrets
from pathlib import Path

from app.git.scan_cache import ScanCache

KEY_BYTES = 32


def open_memory(folder: Path, *, is_wanted: bool) -> tuple[bytes, ScanCache | None]:
    """The key of secret fingerprints and the scan cache of a judged folder; a fresh key and no cache when not wanted.

    Both lie in the user's cache folder, where nobody else can read them; a folder that cannot be used is no error.
    """
    if is_wanted:
        try:
            kept = cache_folder()
            return _key(kept), ScanCache(kept / "scan.sqlite3", str(folder.resolve()))
        except (OSError, RuntimeError):
            pass
    return secrets.token_bytes(KEY_BYTES), None


def cache_folder() -> Path:
    """Where this user's programs keep what they can do without; raises `RuntimeError` for a user without a home."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "readygate"


def _key(folder: Path) -> bytes:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "key"
    if not path.exists():
        draft = folder / f"key.{secrets.token_hex(6)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
        draft.replace(path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        path.unlink()
        raise OSError("the key is damaged")
    return key
