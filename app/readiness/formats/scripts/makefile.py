"""Targets of Makefiles and recipes of justfiles."""

from collections.abc import Iterator, Sequence
from itertools import islice

from app.readiness.formats.scripts.script import Script
from app.readiness.formats.source import Source
from app.readiness.patterns import compile_pattern

LINE = 4_000
_TARGET = r"^([A-Za-z0-9_.%/$(){}\\:@ -]*[A-Za-z0-9_%)}-]) ?(::?)(?:[^=:]|$)"
_RECIPE = r"^@?([A-Za-z_][A-Za-z0-9_-]*)(?:[ \t]+(?:[^:\"'\n]|\"[^\"\n]*\"|'[^'\n]*')*)?:(?:([^=\n].*)|$)"
_NO_TARGET = ("export", "define", "include", "-include", "ifeq", "ifneq", "ifdef", "ifndef", "override", "unexport")


def read_makefile(source: Source) -> Iterator[Script]:
    """A rule of several targets is one script a target; what it needs stands in its first line as `make NAME`."""
    lines = source.lines
    starts = [(number, line) for number, line in enumerate(lines) if line and not line[0].isspace() and line[0] != "#"]
    for position, (number, line) in enumerate(starts):
        found = compile_pattern(_TARGET).match(line[:LINE].encode(errors="replace"))
        if not found or line.split(None, 1)[0] in _NO_TARGET:
            continue
        end = starts[position + 1][0] if position + 1 < len(starts) else len(lines)
        rest = line[len(found.group(1).decode()) :].lstrip(" :")
        needs, _, same_line = rest.partition("#")[0].partition(";")
        if "=" in needs:
            continue
        run = _joined([same_line, *lines[number + 1 : end]])
        for name in found.group(1).decode().split():
            if not name.startswith(".") or "/" in name:
                called = [f"make {one}" for one in needs.split() if one not in ("|", "\\")]
                yield Script("make", name, "\n".join([*called, *run]), number + 1)


def read_justfile(source: Source) -> Iterator[Script]:
    lines = source.lines
    for number, line in enumerate(lines):
        found = compile_pattern(_RECIPE).match(line[:LINE].encode(errors="replace"))
        if found and not line.startswith(("set ", "alias ", "export ", "import ", "mod ")):
            body = []
            for inner in islice(lines, number + 1, None):
                if inner.strip() and not inner[0].isspace():
                    break
                body.append(inner)
            needs = (found.group(2) or b"").decode(errors="replace").partition("#")[0].split()
            called = [f"just {one.strip('()')}" for one in needs if one != "&&"]
            yield Script("just", found.group(1).decode(), "\n".join([*called, *_joined(body)]), number + 1)


def _joined(lines: Sequence[str]) -> list[str]:
    """Recipe lines without their prefixes and comments, continuation lines joined."""
    found: list[str] = []
    is_open = False
    for line in lines:
        text = line.strip()
        bare = text.removesuffix("\\").rstrip()
        if is_open:
            found[-1] = f"{found[-1]} {bare}"
        elif text.lstrip("@-+ ") and not text.lstrip("@-+ ").startswith("#"):
            found.append(bare.lstrip("@-+ "))
        else:
            continue
        is_open = text.endswith("\\")
    return found
