"""File names as text: readable, unique, fit for JSON."""

from collections.abc import Container


def decode_path(name: bytes) -> str:
    """UTF-8 where it is UTF-8; other bytes become `\\xNN`, so no lone surrogate ever leaves this layer."""
    return name.decode("utf-8", errors="backslashreplace")


def unique_path(path: str, taken: Container[str]) -> str:
    """The path, with `~` added while another raw name already reads the same."""
    while path in taken:
        path += "~"
    return path
