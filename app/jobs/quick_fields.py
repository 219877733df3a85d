"""The kept fields read out of the bytes of a payload of the usual shape, without building the other 24 kB of it."""

from typing import Annotated, Any

from msgspec import DecodeError, Meta, Struct, defstruct, to_builtins
from msgspec.json import Decoder, Encoder

from app.jobs.fields import KEPT, MAX_ITEMS, MAX_TEXT

# Of these GitHub sends lists; everything else on the way to a kept field is an object.
LISTS = frozenset({"check_suite.pull_requests", "repositories", "repositories_added", "repositories_removed"})
_LEAF = bool | int | Annotated[str, Meta(max_length=MAX_TEXT)] | None


def quick_fields(body: bytes | bytearray) -> tuple[dict[str, Any], str] | None:
    """As `keep_fields` of the parsed payload, and its JSON text.

    None where `keep_fields` has to decide, be it a rare shape or no JSON at all.
    """
    try:
        read = _DECODER.decode(body)
    except (DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return to_builtins(read), _ENCODER.encode(read).decode()


def _shape(prefix: str) -> type[Struct]:
    names: dict[str, bool] = {}
    for path in KEPT:
        if path.startswith(prefix):
            name, _, rest = path.removeprefix(prefix).partition(".")
            names[name] = bool(rest)
    fields = [(name, _kind(f"{prefix}{name}", is_inner), None) for name, is_inner in names.items()]
    return defstruct("Payload", fields, omit_defaults=True)


def _kind(path: str, is_inner: bool) -> Any:
    if not is_inner:
        return _LEAF
    inner = _shape(f"{path}.")
    if path in LISTS:
        return Annotated[list[inner], Meta(max_length=MAX_ITEMS)] | None  # type: ignore[valid-type]
    return inner | None


_DECODER = Decoder(_shape(""))
_ENCODER = Encoder()
