"""`readygate rules`: the catalogue."""

import secrets
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.commands.rule_memory import known_catalogue
from app.commands.rule_pages import rule_pages, rule_text
from app.errors import InvalidInput
from app.readiness.catalogue import builtin_rules, read_catalogue
from app.readiness.detectors import build_detectors
from app.readiness.detectors.secrets.forge import fill
from app.readiness.examples import run_examples
from app.readiness.rule_names import RuleNames

_COLUMNS = ("rule", "category", "priority", "level", "title")
_Flag = Parameter(negative="")


def list_rules() -> int:
    """Every rule, one a line: a table on a terminal, tab-separated otherwise."""
    rules = known_catalogue().rules.values()
    rows = [(rule.id, rule.category, rule.priority.value, str(rule.level), rule.title) for rule in rules]
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(row))
        return 0
    table = Table(*_COLUMNS, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)
    return 0


def show_rule(rule: str, /) -> int:
    """What one rule asks, why, and how to meet it.

    Parameters
    ----------
    rule
        The id of the rule or of one of its aspects, or a name it had before.
    """
    catalogue = known_catalogue()
    names = RuleNames(catalogue)
    owner = next((one.id for one in catalogue.rules.values() for aspect in one.aspects if aspect.id == rule), rule)
    found = names.find(owner)
    if found is None or not found.rules:
        close = names.nearest(rule)
        mend = f"Did you mean `{close}`?" if close else "`readygate rules list` shows every rule."
        raise InvalidInput(f"there is no rule `{rule}`", mend=mend)
    if owner != rule:
        print(f"`{rule}` is an aspect of `{owner}`: it is shown with it and never scored.\n")
    print("\n".join(rule_text(catalogue.rules[one]) for one in found.rules), end="")
    return 0


def run_rule_examples(folder: Path | None = None, /) -> int:
    """Run the examples that rules carry. Exit status: 0 all hold, 1 some do not, 2 rule files are wrong.

    Parameters
    ----------
    folder
        A folder of rules laid out as CATEGORY/ID.yml; by default the rules of Readygate.
    """
    catalogue = read_catalogue(folder or builtin_rules())
    detectors = build_detectors(secret_key=secrets.token_bytes(32))
    failures = run_examples(catalogue, lambda head, base, change: detectors, fill)
    for failure in failures:
        print(failure)
    bare = [rule.id for rule in catalogue.rules.values() if not rule.examples and not rule.detector]
    if bare:
        print(f"without examples: {', '.join(bare)}", file=sys.stderr)
    count = sum(len(rule.examples) for rule in catalogue.rules.values())
    count += sum(len(fact.examples) for fact in catalogue.facts.values())
    print(f"{count} examples of {len(catalogue.rules)} rules and {len(catalogue.facts)} facts, {len(failures)} failed")
    return 1 if failures else 0


def write_docs(folder: Path = Path("docs/rules"), /, *, check: Annotated[bool, _Flag] = False) -> int:
    """Write the rules reference, one page a category.

    Parameters
    ----------
    folder
        Where the pages go.
    check
        Write nothing; exit with 1 when a page is missing, old, or of a category that is gone.
    """
    pages = rule_pages(known_catalogue())
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")} if folder.is_dir() else {}
    stale = sorted(name for name in {*pages, *present} if pages.get(name) != present.get(name))
    if check:
        for name in stale:
            print(f"{folder / name} is not current", file=sys.stderr)
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in pages:
            (folder / name).write_text(pages[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    print(f"{len(pages)} pages in {folder}, {len(stale)} changed")
    return 0
