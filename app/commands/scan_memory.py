"""What the command remembers between runs on one machine."""

import os
import secrets
from pathlib import Path

from app.errors import InvalidInput, Unreadable
from app.git.scan_cache import ScanCache

KEY_BYTES = 32
LARGEST_KEY = 4_096


def open_memory(folder: Path, *, is_wanted: bool, key: bytes | None = None) -> tuple[bytes, ScanCache | None]:
    """The key of secret fingerprints and the scan cache of a judged folder; a fresh key and no cache when not wanted.

    Both lie in the user's cache folder, where nobody else can read them; a folder that cannot be used is no error.
    key: the one to use in the place of this machine's.
    """
    if is_wanted:
        try:
            kept = cache_folder()
            return key or _key(kept), ScanCache(kept / "scan.sqlite3", str(folder.resolve()))
        except (OSError, RuntimeError):
            pass
    return key or secrets.token_bytes(KEY_BYTES), None


def read_key(path: Path) -> bytes:
    """A key that a person keeps in a file: at least 32 bytes; raises `InvalidInput` or `Unreadable`."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_KEY + 1).strip()
    except OSError as error:
        raise Unreadable(f"the key cannot be read: {error.strerror}", where=str(path)) from None
    if not KEY_BYTES <= len(content) <= LARGEST_KEY:
        raise InvalidInput(f"{path} is no key", mend="`openssl rand -hex 32` makes one.")
    return content


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
