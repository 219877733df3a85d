"""What a policy asks of coverage: thresholds, what counts, and the parts with thresholds of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput
from app.readiness.detectors.coverage.mapping import Root, fix
from app.readiness.globs import check_glob
from app.readiness.patterns import BadPattern

RULE = "coverage"
_PART_KEYS = ("paths", "reports", "project", "patch")
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A component (files by their paths) or a flag (reports by their names), with thresholds in percent or None."""

    name: str
    paths: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    project: float | None = None
    patch: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Thresholds in percent; drop in percentage points; paths: globs of the files that count, all where empty."""

    project: float = 80
    patch: float = 80
    drop: float = 0.1
    partials_miss: bool = False
    paths: tuple[str, ...] = ()
    fixes: tuple[Root, ...] = ()
    parts: tuple[Part, ...] = ()


def read_settings(values: Mapping[str, Any]) -> Settings:
    """From the values of `with`; raises `InvalidInput` for one that means nothing."""
    default = Settings()
    partials = values.get("partials", "hit")
    if partials not in ("hit", "miss"):
        raise _wrong("partials", "is `hit` or `miss`")
    components = _parts("components", values.get("components") or {}, "paths")
    flags = _parts("flags", values.get("flags") or {}, "reports")
    return Settings(
        project=_percent("project", values.get("project", default.project)),
        patch=_percent("patch", values.get("patch", default.patch)),
        drop=_percent("drop", values.get("drop", default.drop)),
        partials_miss=partials == "miss",
        paths=_globs("paths", values.get("paths") or ()),
        fixes=tuple(_fix(text) for text in values.get("fixes") or ()),
        parts=(*components, *flags),
    )


def _wrong(name: str, what: str) -> InvalidInput:
    return InvalidInput(f"`{RULE}.with.{name}` {what}", mend=f"`readygate rules show {RULE}` explains its parameters.")


def _percent(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _HUNDRED:
        raise _wrong(name, "is a percentage from 0 to 100")
    return value


def _globs(name: str, values: Sequence[Any] | str) -> tuple[str, ...]:
    globs = (values,) if isinstance(values, str) else tuple(values)
    for glob in globs:
        try:
            check_glob(glob)
        except (BadPattern, TypeError, AttributeError):
            raise _wrong(name, "holds what is no glob") from None
    return globs


def _fix(text: Any) -> Root:
    found = fix(text) if isinstance(text, str) else None
    if found is None:
        raise _wrong("fixes", "holds texts such as `/build/::src/`: what to take away, and what to put there")
    return found


def _parts(kind: str, values: Mapping[str, Mapping[str, Any]], needed: str) -> tuple[Part, ...]:
    parts = []
    for name, part in values.items():
        trail = f"{kind}.{name}"
        unknown = sorted(set(part) - set(_PART_KEYS))
        if unknown:
            raise _wrong(f"{trail}.{unknown[0]}", f"is not known; there are {', '.join(_PART_KEYS)}")
        if not part.get(needed):
            raise _wrong(trail, f"needs `{needed}`")
        limits = {
            key: _percent(f"{trail}.{key}", part[key]) for key in ("project", "patch") if part.get(key) is not None
        }
        globs = {key: _globs(f"{trail}.{key}", part.get(key) or ()) for key in ("paths", "reports")}
        parts.append(Part(name, globs["paths"], globs["reports"], limits.get("project"), limits.get("patch")))
    return tuple(parts)
