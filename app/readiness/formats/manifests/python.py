"""Python: pyproject.toml (PEP 621, groups, Poetry, PDM, Hatch), requirements files, setup.cfg and Pipfile."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.manifests.dependency import Dependency
from app.readiness.formats.parsed import toml_document
from app.readiness.formats.source import Source
from app.readiness.patterns import compile_pattern

_REQUIREMENT = r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?\s*\(?\s*([^;#)\s][^;#)]*)?"


_DEVELOPMENT = ("dev", "test", "lint", "doc", "typ", "check", "format", "bench", "qa", "ci", "style", "coverage")
_RUNTIME = ("prod", "production", "main", "runtime", "server", "deploy", "deployment", "default")


def requirement(text: str, line: int = 0, *, is_development: bool = False) -> Dependency | None:
    found = compile_pattern(_REQUIREMENT).match(text[:500].encode(errors="replace"))
    if not found:
        return None
    version = (found.group(3) or b"").decode(errors="replace").strip()
    return Dependency("pypi", found.group(1).decode(), version, line, is_development)


def requirements(texts: Any, *, is_development: bool = False) -> Iterator[Dependency]:
    for text in texts if isinstance(texts, list) else []:
        found = requirement(text, is_development=is_development) if isinstance(text, str) else None
        if found:
            yield found


def _table(value: Any, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def read_pyproject(source: Source) -> Iterator[Dependency]:
    value = source.parse(toml_document).value
    project = _table(value, "project")
    yield from requirements(project.get("dependencies"))
    for name, group in _table(project, "optional-dependencies").items():
        yield from requirements(group, is_development=name.lower().startswith(_DEVELOPMENT))
    for name, group in _table(value, "dependency-groups").items():
        yield from requirements(group, is_development=name.lower() not in _RUNTIME)
    yield from _tools(value)


def _tools(value: Mapping[str, Any]) -> Iterator[Dependency]:
    """What uv, PDM, Hatch, Flit and Poetry keep in tables of their own."""
    yield from requirements(_table(value, "tool", "uv").get("dev-dependencies"), is_development=True)
    for group in _table(value, "tool", "pdm", "dev-dependencies").values():
        yield from requirements(group, is_development=True)
    for name in _table(value, "tool", "hatch", "envs"):
        environment = _table(value, "tool", "hatch", "envs", name)
        for key in ("dependencies", "extra-dependencies"):
            yield from requirements(environment.get(key), is_development=True)
    yield from requirements(_table(value, "tool", "flit", "metadata").get("requires"))
    poetry = _table(value, "tool", "poetry")
    yield from _versions(_table(poetry, "dependencies"))
    yield from _versions(_table(poetry, "dev-dependencies"), is_development=True)
    for name in _table(poetry, "group"):
        is_development = name.lower() not in _RUNTIME
        yield from _versions(_table(poetry, "group", name, "dependencies"), is_development=is_development)


def _versions(table: Mapping[str, Any], *, is_development: bool = False) -> Iterator[Dependency]:
    for name, value in table.items():
        version = value.get("version", "") if isinstance(value, Mapping) else value
        yield Dependency("pypi", name, version if isinstance(version, str) else "", 0, is_development)


def read_requirements(source: Source) -> Iterator[Dependency]:
    is_development = any(word in source.path.lower().rpartition("/")[2] for word in ("dev", "test", "lint", "doc"))
    for number, line in enumerate(source.lines, 1):
        text = line.strip()
        if text and not text.startswith(("#", "-", ".", "/")) and "://" not in text.split("@")[0]:
            found = requirement(text, number, is_development=is_development)
            if found:
                yield found


def read_setup_cfg(source: Source) -> Iterator[Dependency]:
    for (section, key), texts in _settings(source).items():
        if section == "options" and key == "install_requires":
            yield from requirements(texts)
        elif section == "options.extras_require":
            yield from requirements(texts, is_development=True)


def _settings(source: Source) -> dict[tuple[str, str], list[str]]:
    """The lines of each value of an INI file by section and key; raises `Malformed`.

    configparser takes quadratic time to collect the mistakes of a file.
    """
    found: dict[tuple[str, str], list[str]] = {}
    section, values = "", None
    for number, line in enumerate(source.lines, 1):
        text = line.strip()
        if not text or text.startswith(("#", ";")):
            continue
        if line[0].isspace() and values is not None:
            values.append(text)
        elif text.startswith("[") and "]" in text:
            section, values = text[1 : text.index("]")], None
        else:
            end = min((at for at in (text.find("="), text.find(":")) if at >= 0), default=-1)
            if end < 0 or not section:
                raise Malformed("not an INI file", number)
            values = found[section, text[:end].strip().lower()] = [text[end + 1 :].strip()]
    return found


def read_pipfile(source: Source) -> Iterator[Dependency]:
    value = source.parse(toml_document).value
    yield from _versions(_table(value, "packages"))
    yield from _versions(_table(value, "dev-packages"), is_development=True)
