"""Whether a value of `with` is of the kind a rule's parameter declares."""

from typing import Any

MAX_ITEMS = 500
MAX_LENGTH = 1_000


def wrong_kind(default: Any, value: Any) -> str:
    """What is wrong with a value, or ""; the kind is that of the parameter's default."""
    if isinstance(default, list | tuple):
        return _wrong_list(default, value)
    if isinstance(default, dict):
        return _wrong_parts(value)
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


def _wrong_parts(value: Any) -> str:
    """Names, each with values of its own; what those mean is the detector's to say."""
    if not isinstance(value, dict) or not all(isinstance(part, dict) for part in value.values()):
        return "must be names with values, such as `{api: {project: 80}}`"
    if len(value) > MAX_ITEMS:
        return f"must have at most {MAX_ITEMS} names"
    for name, part in value.items():
        for key, item in part.items():
            items = item if isinstance(item, list) else [item]
            if len(items) > MAX_ITEMS or not all(_is_short_scalar(one) for one in items):
                return f"`{name}.{key}` must be a single value or a list of them"
    return ""


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "a single value"


def _is_short_scalar(value: Any) -> bool:
    return isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= MAX_LENGTH)
