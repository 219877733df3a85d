"""docs/rules-yml.md, written from the JSON Schema of rules.yml: run this file to write it anew."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.readiness.layering import preset_text
from app.readiness.policy_shape import PRESETS, policy_schema

PAGE = Path(__file__).parents[2] / "docs" / "rules-yml.md"
Schema = Mapping[str, Any]

_HEAD = """<!-- Written by tests/docs/rules_yml_page.py from app/readiness/policy_shape.py; change that instead. -->

# rules.yml

One schema for both files: `rules.yml` in the organisation's repository `.github`, and `.github/rules.yml` in a
repository. The [README](../README.md#rulesyml) shows one by example. `readygate policy validate FILE` checks one,
`readygate policy show` prints what is in force and where each value was written, and `readygate policy schema` prints
the JSON Schema that this page is made from.

- An empty file is valid and sets nothing; with any key, `version` is required.
- Unknown keys, rules and parameters are mistakes, and so is a key that stands twice.
- A file is YAML 1.2 of at most 256 KiB: `on`, `off`, `yes` and `no` are words.
- The preset comes first, then the organisation's file, then the repository's; a later one wins value by value.
  Only `extends` goes the other way: the organisation's wins.
- Within one file an id wins over a glob, and of two globs the lower line wins.
- Globs: `*` within one part of a path, `**` over any number of parts, `?` for one character, `{a,b}` for either.
"""
_MODES = """| mode | a gap of the rule |
|---|---|
| `off` | is not looked for |
| `shadow` | is evaluated and listed, and counts for nothing |
| `report` | is shown and never fails |
| `ratchet` | fails when this change makes it worse or brings a finding |
| `block` | fails while it stands |

Only what is sure blocks: a status whose only evidence is a word in a text is shown and never fails.
A waived gap does not block, and neither does a finding that is only a warning."""


def page() -> str:
    """The whole page."""
    schema = policy_schema()
    parts = [_HEAD, "## All keys\n", _table(_rows(schema, schema)), "\n## Modes\n", _MODES, "\n## Presets\n"]
    parts += [f"### {name}\n\n{_indented(preset_text(name))}" for name in PRESETS]
    return "\n".join(parts)


def _rows(schema: Schema, whole: Schema, trail: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Key, kind, whether it is needed, meaning: a row for each key, those of nested objects behind it."""
    needed = schema.get("required", ())
    for name, raw in schema["properties"].items():
        part = _resolved(raw, whole)
        path = f"{trail}{name}"
        yield path, _kind(part, whole), "yes" if name in needed else "", _meaning(part)
        yield from _below(part, whole, path)


def _below(part: Schema, whole: Schema, path: str) -> Iterator[tuple[str, str, str, str]]:
    inner = _resolved(part.get("items") or part.get("additionalProperties") or {}, whole)
    if "properties" in part:
        yield from _rows(part, whole, f"{path}.")
    elif long := next((one for one in inner.get("anyOf", ()) if "properties" in one), None):
        yield f"{path}.NAME", f"a mode ({_kind(inner['anyOf'][0], whole)}), or an object", "", _meaning(long)
        yield from _rows(long, whole, f"{path}.NAME.")
    elif "properties" in inner:
        yield from _rows(inner, whole, f"{path}[].")


def _resolved(part: Any, whole: Schema) -> Schema:
    """The part with what it refers to; its own words win."""
    if not isinstance(part, Mapping):
        return {}
    reference = part.get("$ref")
    return {**whole["$defs"][reference.rpartition("/")[2]], **part} if reference else part


def _kind(part: Schema, whole: Schema) -> str:
    part = _resolved(part, whole)
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    if part.get("format") == "date":
        return "a date"
    if part.get("type") == "array":
        items = _resolved(part["items"], whole)
        of = "objects" if "properties" in items else _kind(items, whole)
        return f"a list of at most {part['maxItems']}: {of}"
    if part.get("type") == "integer":
        return f"a number from {part['minimum']} to {part['maximum']}"
    words = {"string": "a text", "boolean": "`true` or `false`", "object": "an object"}
    return words[part["type"]] + _limit(part, "maxLength", "characters") + _limit(part, "maxProperties", "entries")


def _limit(part: Schema, key: str, what: str = "") -> str:
    return f", at most {part[key]:,}{f' {what}' if what else ''}" if key in part else ""


def _meaning(part: Schema) -> str:
    return " ".join(str(part.get("description", "")).split())


def _table(rows: Iterator[tuple[str, str, str, str]]) -> str:
    lines = ["| key | value | needed | meaning |", "|---|---|---|---|"]
    lines += [f"| `{path}` | {_cell(kind)} | {needed} | {_cell(words)} |" for path, kind, needed, words in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _indented(text: str) -> str:
    return "".join(f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
