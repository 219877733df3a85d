"""The rules reference: one Markdown page a category, written from the rules themselves."""

from collections.abc import Iterable, Mapping, Sequence

from app.readiness.catalogue import Catalogue
from app.readiness.rule import Rule

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
    parts = [f"## {rule.id}\n", f"**{rule.title}** · {rule.priority} · level {rule.level}\n"]
    parts += [f"{rule.why}\n"] if rule.why else []
    parts += [f"To meet it: {rule.fix}\n"] if rule.fix else []
    parts += [_parameters(rule)] if rule.parameters else []
    parts += [f"Also known as: {', '.join(rule.aliases)}.\n"] if rule.aliases else []
    parts += ["\n".join(f"- <{link}>" for link in rule.references) + "\n"] if rule.references else []
    return "\n".join(parts)


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
    facts = f"{rule.category} · {rule.priority} · level {rule.level}"
    parts = [f"{rule.id}: {rule.title}", facts]
    parts += ["", "Why", f"  {rule.why}"] if rule.why else []
    parts += ["", "To meet it", f"  {rule.fix}"] if rule.fix else []
    if rule.parameters:
        parts += ["", "Parameters (in rules.yml under `with`)"]
        parts += [f"  {name}: {value.default}  {value.description}".rstrip() for name, value in rule.parameters.items()]
    parts += ["", "Attestation", f"  counts when rules.yml attests `{rule.attestation}`"] if rule.attestation else []
    parts += ["", "Also known as", f"  {', '.join(rule.aliases)}"] if rule.aliases else []
    parts += ["", "References", *(f"  {link}" for link in rule.references)] if rule.references else []
    return "\n".join(parts) + "\n"
