"""A Dockerfile as stages with what they inherit: base, user, entry point, ports, health check."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.readiness.formats.malformed import Malformed
from app.readiness.patterns import compile_pattern

INSTRUCTIONS = 2_000
LINES = 250_000
PORTS = 1_000
_INHERITED = ("user", "entrypoint", "cmd", "entry_form", "expose", "healthcheck", "workdir")
_HEREDOC = r"<<-?[\"']?([A-Za-z_][A-Za-z0-9_]*)"
_VARIABLE = r"\$\{?([A-Za-z_][A-Za-z0-9_]*)(?::?-([^}]*))?\}?"


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction with continuation lines joined; line is where it starts, 1-based."""

    name: str
    value: str
    line: int


@dataclass(slots=True)
class Stage:
    """The attributes rules may ask for, and the line of each; `line` is that of FROM."""

    line: int
    attributes: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    instructions: list[Instruction] = field(default_factory=list)

    def note(self, name: str, value: Any, line: int) -> None:
        self.attributes[name] = value
        self.lines[name] = line


def read_dockerfile(text: str) -> tuple[Stage, ...]:
    """The stages in order, the last one `final`.

    Raises `Malformed` without a FROM, above 2,000 instructions or 250,000 lines.
    """
    stages: list[Stage] = []
    arguments: dict[str, str] = {}
    for instruction in _instructions(text):
        if instruction.name == "FROM":
            stages.append(_open_stage(instruction, stages, arguments))
        elif stages:
            stages[-1].instructions.append(instruction)
            _apply(instruction, stages[-1])
        elif instruction.name == "ARG" and "=" in instruction.value:
            name, _, value = instruction.value.partition("=")
            arguments[name.strip()] = value.strip().strip("\"'")
    if not stages:
        raise Malformed("no FROM instruction")
    for stage in stages:
        stage.attributes["final"] = stage is stages[-1]
        _describe_entry(stage)
    return tuple(stages)


def _instructions(text: str) -> Iterator[Instruction]:
    lines = text.split("\n")
    if len(lines) > LINES:
        raise Malformed(f"more than {LINES} lines")
    escape = "`" if any(line.lower().replace(" ", "").startswith("#escape=`") for line in lines[:3]) else "\\"
    last = {line.strip(): number for number, line in enumerate(lines)}
    position = count = 0
    while position < len(lines):
        start = position
        parts: list[str] = []
        while position < len(lines):
            line = lines[position].strip()
            position += 1
            if line.startswith("#") or (not line and parts):
                continue
            parts.append(line.removesuffix(escape).strip())
            if not line.endswith(escape):
                break
        joined = " ".join(parts).strip()
        position = _after_heredocs(joined, lines, last, position)
        name, _, value = joined.partition(" ")
        if name.isalpha():
            count += 1
            if count > INSTRUCTIONS:
                raise Malformed(f"more than {INSTRUCTIONS} instructions", start + 1)
            yield Instruction(name.upper(), value.strip(), _first_line(lines, start))


def _first_line(lines: Sequence[str], start: int) -> int:
    while start < len(lines) - 1 and (not lines[start].strip() or lines[start].lstrip().startswith("#")):
        start += 1
    return start + 1


def _after_heredocs(joined: str, lines: Sequence[str], last: Mapping[str, int], position: int) -> int:
    """The line after the here-documents of an instruction; `last` holds where each text stands for the last time."""
    if not joined[:4].upper().startswith(("RUN", "COPY", "ADD")):
        return position
    for found in compile_pattern(_HEREDOC).finditer(joined.encode(errors="replace")):
        ending = found.group(1).decode()
        if last.get(ending, -1) >= position:
            position = next(at for at in range(position, len(lines)) if lines[at].strip() == ending) + 1
    return position


def _open_stage(instruction: Instruction, stages: Sequence[Stage], arguments: dict[str, str]) -> Stage:
    words = [word for word in instruction.value.split() if not word.startswith("--")]
    base = substitute(words[0], arguments) if words else ""
    parent = next((stage for stage in stages if stage.attributes.get("name") == base.lower()), None)
    stage = Stage(instruction.line, {"index": len(stages), "base": base, "from_stage": parent is not None})
    stage.lines["base"] = instruction.line
    if [word.upper() for word in words[1:2]] == ["AS"] and words[2:]:
        stage.attributes["name"] = words[2].lower()
    if parent is not None:
        stage.attributes["base"] = parent.attributes["base"]
        _inherit(stage, parent)
    _split_reference(stage)
    return stage


def _inherit(stage: Stage, parent: Stage) -> None:
    for name in _INHERITED:
        if name in parent.attributes:
            stage.note(name, parent.attributes[name], parent.lines.get(name, stage.line))


def _split_reference(stage: Stage) -> None:
    image, _, digest = str(stage.attributes["base"]).partition("@")
    name, _, tag = image.rpartition(":") if ":" in image.rpartition("/")[2] else (image, "", "")
    stage.attributes["image"] = name
    if tag:
        stage.attributes["tag"] = tag
    if digest:
        stage.attributes["digest"] = digest


def substitute(text: str, arguments: dict[str, str]) -> str:
    """`$NAME` and `${NAME:-default}` replaced where the value is known."""

    def value(found: Any) -> bytes:
        name, default = found.group(1).decode(), found.group(2)
        known = arguments.get(name)
        return known.encode() if known is not None else default if default is not None else found.group(0)

    return bytes(compile_pattern(_VARIABLE).sub(value, text[:2_000].encode(errors="replace"))).decode(errors="replace")


def _apply(instruction: Instruction, stage: Stage) -> None:
    name, value, line = instruction.name, instruction.value, instruction.line
    if name in ("USER", "WORKDIR", "STOPSIGNAL") and value:
        stage.note(name.lower(), value.split()[0] if name == "USER" else value, line)
    elif name == "EXPOSE":
        ports = [*stage.attributes.get("expose", []), *value.split()]
        if len(ports) > PORTS:
            raise Malformed(f"more than {PORTS} ports", line)
        stage.note("expose", ports, line)
    elif name == "HEALTHCHECK":
        _apply_health_check(stage, value, line)
    elif name in ("ENTRYPOINT", "CMD"):
        stage.note(name.lower(), value, line)
        if name == "ENTRYPOINT":
            stage.attributes.pop("cmd", None)
    elif name in ("RUN", "ENV", "LABEL", "ARG", "ADD", "COPY", "VOLUME"):
        stage.note(name.lower(), [*stage.attributes.get(name.lower(), []), value], line)
        if name == "COPY" and value.startswith("--from="):
            source = value.split()[0].removeprefix("--from=")
            stage.note("copy_from", [*stage.attributes.get("copy_from", []), source], line)


def _apply_health_check(stage: Stage, value: str, line: int) -> None:
    if value.upper() == "NONE":
        stage.attributes.pop("healthcheck", None)
    else:
        stage.note("healthcheck", value, line)


def _describe_entry(stage: Stage) -> None:
    """Shell form hides the process behind a shell that does not forward signals, unless it says `exec`."""
    name = "entrypoint" if "entrypoint" in stage.attributes else "cmd"
    command = stage.attributes.get(name)
    if isinstance(command, str) and command:
        is_exec = _is_list(command) or command.startswith("exec ")
        stage.note("entry_form", "exec" if is_exec else "shell", stage.lines.get(name, stage.line))


def _is_list(command: str) -> bool:
    try:
        return command.startswith("[") and isinstance(json.loads(command), list)
    except (ValueError, RecursionError):
        return False
