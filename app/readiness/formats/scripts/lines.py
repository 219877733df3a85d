"""Scripts found line by line: Procfile, tox.ini, Rakefile, noxfile.py."""

from collections.abc import Iterator
from itertools import islice

from app.readiness.formats.scripts.script import Script
from app.readiness.formats.source import Source
from app.readiness.patterns import compile_pattern

LINE = 2_000
_PROCESS = r"^([A-Za-z0-9_-]+)\s*:\s*(\S.*)$"
_SECTION = r"^\[testenv(?::([^\]]+))?\]"
_SETTING = r"^([A-Za-z_]+)\s*=\s*(.*)$"
_TASK = r"^(\s*)(?:multi)?task[ (]+(?:[:\"']+([A-Za-z0-9_:-]+)|([A-Za-z0-9_]+):)"
_NAMESPACE = r"^(\s*)namespace[ (]+[:\"']+([A-Za-z0-9_-]+)"
_SESSION = r"^def\s+([A-Za-z0-9_]+)\s*\("
_NAMED = r"name\s*=\s*[\"']([^\"'\n]+)[\"']"


def _match(pattern: str, line: str) -> list[str] | None:
    found = compile_pattern(pattern).match(line[:LINE].encode(errors="replace"))
    return [(group or b"").decode(errors="replace") for group in found.groups()] if found else None


def read_procfile(source: Source) -> Iterator[Script]:
    for number, line in enumerate(source.lines, 1):
        found = _match(_PROCESS, line)
        if found:
            yield Script("procfile", found[0], found[1].strip(), number)


def read_tox(source: Source) -> Iterator[Script]:
    """The commands of each environment; `[testenv]` alone is called `testenv`, `{a,b}` keeps its braces."""
    name, start, key = "", 0, ""
    commands: list[str] = []
    for number, line in enumerate([*source.lines, "[end]"], 1):
        if line.startswith("["):
            if commands:
                yield Script("tox", name, "\n".join(commands), start)
            section = _match(_SECTION, line)
            name, start, key, commands = (section[0] or "testenv") if section else "", number, "", []
        elif line[:1].strip():
            setting = _match(_SETTING, line)
            key = setting[0].lower() if setting else ""
        text = _stated(line).strip()
        if name and key.startswith("commands") and text and not text.startswith(("#", ";", "[")):
            commands.append(text)


def _stated(line: str) -> str:
    """What a line says of its setting: all of an indented one, else what follows the `=`."""
    return line if line[:1].isspace() else line.partition("=")[2]


def read_rakefile(source: Source) -> Iterator[Script]:
    """Tasks by their names with the namespaces they are written in; what they do is Ruby and not read."""
    spaces: list[tuple[int, str]] = []
    for number, line in enumerate(source.lines, 1):
        opened = _match(_NAMESPACE, line)
        found = opened or _match(_TASK, line)
        if not found:
            continue
        depth = len(found[0])
        while spaces and spaces[-1][0] >= depth:
            spaces.pop()
        if opened:
            spaces.append((depth, found[1]))
        else:
            name = ":".join([*(space for _, space in spaces), found[1] or found[2]])
            yield Script("rake", name, "", number)


def read_noxfile(source: Source) -> Iterator[Script]:
    """Sessions with the lines of their function."""
    lines = source.lines
    decorated = 0
    for number, line in enumerate(lines, 1):
        if line.startswith(("@nox.session", "@session", "@nox_poetry.session")):
            decorated = number
        found = _match(_SESSION, line)
        if found and decorated:
            named = compile_pattern(_NAMED).search("\n".join(lines[decorated - 1 : number]).encode(errors="replace"))
            name = named.group(1).decode(errors="replace") if named else found[0]
            body = []
            for inner in islice(lines, number, None):
                if inner.strip() and not inner[0].isspace():
                    break
                body.append(inner.strip())
            yield Script("nox", name, "\n".join(filter(None, body)), number)
        if found:
            decorated = 0
