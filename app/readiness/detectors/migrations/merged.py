"""What the branch to merge into holds already, told from names and a few lines: nothing of it is judged."""

import re
from collections.abc import Iterable, Iterator

from app.readiness.detectors.migrations.layouts.naming import name_of
from app.readiness.detectors.migrations.model import Direction, Kind, Migration, Op, Span
from app.readiness.detectors.migrations.tree import Tree

_DIGITS = re.compile(r"\D?(\d+(?:[._]\d+)*)")
_REVISION = re.compile(r"^revision(?:\s*:[^=\n]+)?\s*=\s*[\"']([^\"'\n]+)[\"']", re.MULTILINE)
_PARENTS = re.compile(r"^down_revision(?:\s*:[^=\n]+)?\s*=\s*(\([^)]*\)|\[[^\]]*\]|[^\n]*)", re.MULTILINE)
_DEPENDENCY = re.compile(r"\(\s*[\"'](\w+)[\"']\s*,\s*[\"'](\w+)[\"']\s*,?\s*\)")
_REPLACES = re.compile(r"\breplaces\s*=\s*[\[(]([^\])]*[\])])?", re.DOTALL)
_QUOTED = re.compile(r"[\"']([^\"'\n]+)[\"']")
_BESIDE = (".designer.cs", "snapshot.cs", ".d.ts", "__init__.py")


def merged_migrations(tip: Tree, added: Iterable[Migration]) -> Iterator[Migration]:
    """Migrations of the lines that the change adds to, without what they do."""
    lines = {(one.tool, one.line) for one in added if one.tool != "liquibase"}
    fresh = {one.path for one in added}
    for path in tip.candidates() if lines else ():
        if path in fresh or path.lower().endswith(_BESIDE):
            continue
        for tool, line in lines:
            found = _merged(tip, path, tool, line)
            if found is not None:
                yield found
                break


def _merged(tip: Tree, path: str, tool: str, line: str) -> Migration | None:
    if tool == "alembic":
        return _of_alembic(path, tip.text(path), line) if path.startswith(f"{line}/") and path.endswith(".py") else None
    if tool == "django":
        return _of_django(path, tip.text(path), line) if f"/{line}/migrations/" in f"/{path}" else None
    named = name_of(path)
    if named is not None:
        down = (
            (Op(Kind.OTHER, Span(path, 1, 1), direction=Direction.DOWN),) if named.direction is Direction.DOWN else ()
        )
        version = named.version
        is_ours = named.line == line
        return Migration(path, tool, down, line, version, repeatable=named.is_repeatable) if is_ours else None
    folder, _, name = path.rpartition("/")
    found = _DIGITS.match(name)
    return Migration(path, tool, (), line, found[1]) if found is not None and folder == line else None


def _of_alembic(path: str, text: str, line: str) -> Migration | None:
    revision, parents = _REVISION.search(text), _PARENTS.search(text)
    if revision is None:
        return None
    names = tuple(_QUOTED.findall(parents[1].partition("#")[0])) if parents is not None else ()
    return Migration(path, "alembic", (), line, revision[1], revision[1], names)


def _of_django(path: str, text: str, line: str) -> Migration | None:
    name = path.rpartition("/")[2].removesuffix(".py")
    if "class Migration" not in text:
        return None
    replaces = _REPLACES.search(text)
    old = tuple(f"{app}.{one}" for app, one in _DEPENDENCY.findall(replaces[0])) if replaces is not None else ()
    head = text.partition("operations")[0]
    parents = tuple(f"{app}.{one}" for app, one in _DEPENDENCY.findall(head) if app == line)
    return Migration(
        path, "django", (), line, name, f"{line}.{name}", tuple(one for one in parents if one not in old), old
    )
