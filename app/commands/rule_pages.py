"""The rules reference: one Markdown page a category, written from the rules themselves."""

from collections.abc import Iterable, Mapping, Sequence

from app.readiness.catalogue import Catalogue
from app.readiness.rule import Aspect, Rule
from app.readiness.stacks import TITLES

_KINDS = {
    "composite": "computed from other rules",
    "attest": "only a person can state it",
}
_HEAD = "<!-- Written by `readygate rules docs`; change the files in rules/ instead. -->\n"


def rule_pages(catalogue: Catalogue) -> dict[str, str]:
    """Text by file name, `README.md` for the list of all."""
    titles = {category.id: category.title for category in catalogue.categories}
    by_category: dict[str, list[Rule]] = {}
    for rule in catalogue.rules.values():
        by_category.setdefault(rule.category, []).append(rule)
    pages = {f"{name}.md": _page(titles.get(name, name), rules) for name, rules in by_category.items()}
    return {"README.md": _contents(titles, by_category), **pages}


def _contents(titles: Mapping[str, str], by_category: Mapping[str, Sequence[Rule]]) -> str:
    count = sum(len(rules) for rules in by_category.values())
    lines = [_HEAD, "# Rules\n", f"{count} rules in {len(by_category)} categories.\n"]
    lines += ["| category | rule | priority | level | asks for |", "|---|---|---|---|---|"]
    for category, rules in by_category.items():
        for rule in rules:
            link = f"[`{rule.id}`]({category}.md#{rule.id})"
            row = (titles.get(category, category), link, rule.priority, str(rule.level), _cell(rule.title))
            lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def _page(title: str, rules: Iterable[Rule]) -> str:
    return "\n".join([_HEAD, f"# {title}\n", *(_section(rule) for rule in rules)]).rstrip("\n") + "\n"


def _section(rule: Rule) -> str:
    parts = [f"## {rule.id}\n", f"**{rule.title}** · {rule.priority} · level {rule.level}{_kind(rule)}\n"]
    parts += [f"{rule.why}\n"] if rule.why else []
    parts += [f"To meet it: {rule.fix}\n"] if rule.fix else []
    parts += [_items(f"{TITLES[stack]}: {text}" for stack, text in rule.fixes.items())] if rule.fixes else []
    parts += [f"{_attestation(rule)}\n"] if rule.attestation else []
    if rule.aspects:
        parts += ["Aspects, shown with it and never scored:\n", _items(map(_aspect, rule.aspects))]
    parts += [_parameters(rule)] if rule.parameters else []
    parts += [f"Also known as: {', '.join(rule.aliases)}.\n"] if rule.aliases else []
    parts += [_items(f"<{link}>" for link in rule.references)] if rule.references else []
    return "\n".join(parts)


def _items(lines: Iterable[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)


def _kind(rule: Rule) -> str:
    return f" · {_KINDS[rule.kind]}" if rule.kind in _KINDS else ""


def _attestation(rule: Rule) -> str:
    return f"It counts when rules.yml attests `{rule.attestation}`, with proof and an end."


def _aspect(aspect: Aspect) -> str:
    return f"`{aspect.id}`: {aspect.title}"


def _parameters(rule: Rule) -> str:
    rows = ["| parameter | default | tighter | meaning |", "|---|---|---|---|"]
    for name, parameter in rule.parameters.items():
        default = "`" + _cell(str(parameter.default)) + "`"
        rows.append(f"| `{name}` | {default} | {parameter.tighter} | {_cell(parameter.description)} |")
    return "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def rule_text(rule: Rule) -> str:
    """One rule for a terminal."""
    parts = [f"{rule.id}: {rule.title}", f"{rule.category} · {rule.priority} · level {rule.level}{_kind(rule)}"]
    fixes = [f"{TITLES[stack]}: {text}" for stack, text in rule.fixes.items()]
    parameters = [f"{name}: {value.default}  {value.description}".rstrip() for name, value in rule.parameters.items()]
    sections = (
        ("Why", [rule.why] if rule.why else []),
        ("To meet it", [rule.fix, *fixes] if rule.fix else fixes),
        ("Aspects, shown with it and never scored", [f"{one.id}: {one.title}" for one in rule.aspects]),
        ("Parameters (in rules.yml under `with`)", parameters),
        ("Attestation", [f"counts when rules.yml attests `{rule.attestation}`"] if rule.attestation else []),
        ("Also known as", [", ".join(rule.aliases)] if rule.aliases else []),
        ("References", rule.references),
    )
    for title, lines in sections:
        parts += ["", title, *(f"  {line}" for line in lines)] if lines else []
    return "\n".join(parts) + "\n"
