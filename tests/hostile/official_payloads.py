"""A payload of every action of every webhook event, made from the schemas GitHub publishes for them.

The schemas are those of https://github.com/github/rest-api-description (MIT), as models in the package
githubkit-schemas, which the App depends on; a newer package brings newer events.
"""

import importlib
import pkgutil
import types
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from githubkit_schemas import v2026_03_10
from pydantic import BaseModel

_DEPTH = 6


def official_payloads() -> Iterator[tuple[str, str, dict[str, Any], Any]]:
    """(event, action or "", payload, the type it satisfies) of everything GitHub documents."""
    package = importlib.import_module(f"{v2026_03_10.__name__}.webhooks")
    for found in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        event = getattr(module, "Event", None)
        if found.name.startswith("_") or event is None:
            continue
        kinds = getattr(module, "action_types", event)
        for action, model in (kinds if isinstance(kinds, dict) else {"": kinds}).items():
            yield found.name, action, _value(model, 0), model


def _model(model: type[BaseModel], depth: int) -> dict[str, Any]:
    """All fields; deep down the required ones only, for people and repositories nest."""
    fields = {
        field.alias or name: _value(field.annotation, depth + 1)
        for name, field in model.model_fields.items()
        if field.is_required() or depth < _DEPTH
    }
    return {name: value for name, value in fields.items() if value is not ...}


def _value(kind: Any, depth: int) -> Any:
    """A value of an annotation; `...` for none that JSON has."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _value(inside[0], depth)
    if origin is Literal:
        return inside[0] if isinstance(inside[0], str | int) else ...
    if origin in (Union, types.UnionType):
        values = (_value(one, depth) for one in inside if one is not type(None))
        return next((value for value in values if value is not ...), None)
    if origin is list or kind is list:
        item = _value(inside[0], depth) if inside else {}
        return [] if depth > _DEPTH or item is ... else [item]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _model(kind, depth)
    return _plain(kind)


def _plain(kind: Any) -> Any:
    plain: dict[Any, Any] = {type(None): None, str: "text", int: 7, float: 1.5, bool: True, Any: {}}
    plain |= {datetime: "2026-01-01T00:00:00Z", date: "2026-01-01"}
    return plain.get(kind, {} if get_origin(kind) is dict or kind is dict else ...)
