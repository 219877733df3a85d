"""Whether a value of `with` is of the kind a rule's parameter declares."""

from typing import Any

MAX_ITEMS = 500
MAX_LENGTH = 1_000


def wrong_kind(default: Any, value: Any) -> str:
    """What is wrong with a value, or ""; the kind is that of the parameter's default."""
    if isinstance(default, list | tuple):
        return _wrong_list(default, value)
    if isinstance(default, dict):
        return _wrong_table(value)
    kind = _kind(default)
    if default is None:
        return "" if _is_short_scalar(value) else "must be a number, a word, true or false"
    if _kind(value) != kind:
        return f"must be {kind}"
    return "" if _is_short_scalar(value) else f"must have at most {MAX_LENGTH} characters"


def _wrong_list(default: list[Any] | tuple[Any, ...], value: Any) -> str:
    if not isinstance(value, list):
        return "must be a list such as `[a, b]`"
    if len(value) > MAX_ITEMS:
        return f"must have at most {MAX_ITEMS} items"
    wrong = next((item for item in value if wrong_kind(default[0] if default else None, item)), None)
    return "" if wrong is None else f"every item {wrong_kind(default[0] if default else None, wrong)}"


def _wrong_table(value: Any) -> str:
    """Things by name, each with what is said of it; a rule that takes them says what it reads."""
    example = "must be names with values such as `{orders: {rows: 1000}}`"
    if not isinstance(value, dict):
        return example
    if len(value) > MAX_ITEMS:
        return f"must have at most {MAX_ITEMS} names"
    for said in value.values():
        if not isinstance(said, dict) or not all(_is_short_scalar(item) for item in said.values()):
            return example
    return ""


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "a single value"


def _is_short_scalar(value: Any) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= MAX_LENGTH)
