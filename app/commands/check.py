"""`readygate check`: judge a folder, a commit or a change."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from app.commands.rule_memory import known_catalogue
from app.commands.scan_memory import open_memory, read_key
from app.errors import InvalidInput, Unreadable
from app.git.local import top_of
from app.jobs.examine import Examination, examine_local
from app.jobs.sides import Staged
from app.readiness.catalogue import Catalogue
from app.readiness.conceal import conceal
from app.readiness.lazy import lazily
from app.readiness.policy import Layer
from app.readiness.reports.formats import NOT_READY, READY, exit_status, render
from app.readiness.reports.next_steps import arithmetic
from app.readiness.rule_names import RuleNames
from app.readiness.status import Mode

# Half of what a warm check takes would go into loading the colours.
terminal: Any = lazily("app.readiness.reports.terminal")
Format = Literal["text", "json", "sarif", "markdown", "github", "html", "junit"]
WRONG = 2
RULES_LIMIT = 1024 * 1024
_Ref = Annotated[str | None, Parameter(allow_leading_hyphen=True)]


def check(
    path: Path | None = None,
    /,
    *,
    base: _Ref = None,
    head: _Ref = None,
    staged: Annotated[bool, Parameter(negative="")] = False,
    rules: Path | None = None,
    coverage: Annotated[list[Path] | None, Parameter(negative="")] = None,
    base_coverage: Annotated[list[Path] | None, Parameter(negative="")] = None,
    rule: Annotated[list[str] | None, Parameter(negative="")] = None,
    format: Annotated[Format | None, Parameter(name="--format")] = None,  # noqa: A002  (the option's name)
    output: Path | None = None,
    explain_score: Annotated[bool, Parameter(negative="")] = False,
    exit_zero: Annotated[bool, Parameter(negative="")] = False,
    no_cache: Annotated[bool, Parameter(negative="")] = False,
    fingerprint_key: Path | None = None,
) -> int:
    """Judge a folder as it stands, a commit, or a change.

    Exit status: 0 ready, 1 not ready, 2 the command, policy or rule files are wrong, 3 incomplete.

    Parameters
    ----------
    path
        The folder to judge as a repository of its own; by default the repository you are in.
    base
        Judge the change since the merge base with this branch or commit. The policy is read from its side.
    head
        The commit to judge. Without it the files are judged as they stand, committed or not.
    staged
        Judge what is staged for the next commit against the commit that is checked out, as a hook does.
    rules
        A rules.yml in the place of the organisation's: the repository's own file can still change its values.
    coverage
        A coverage report of any format; may be given several times, for the shards of one run.
    base_coverage
        A coverage report of the base, to tell a drop and lines that are no longer run; goes with --coverage and --base.
    rule
        Judge only this rule; may be given several times.
    format
        How to write the report; by default text, with colours on a terminal.
    output
        Write the report to this file.
    explain_score
        Write below a text report how the scores come about, rule by rule.
    exit_zero
        Exit with 0 where it would be 1. Wrong input and an incomplete verdict still fail.
    no_cache
        Scan every file again.
    fingerprint_key
        A file with the key that makes the fingerprints of secrets, in the place of this machine's own.
    """
    for name, value in (("--base", base), ("--head", head)):
        if value == "":
            # As with a variable that is not set: without a base this would be an audit, which asks less.
            raise InvalidInput(f"{name} is empty", mend="Name a branch or commit, or leave the option out.")
    if staged and (base or head):
        raise InvalidInput("--staged goes without --base and --head")
    if base_coverage and not (coverage and base):
        raise InvalidInput("--base-coverage goes with --coverage and --base", mend="Name the report of the head too.")
    if explain_score and format not in (None, "text"):
        raise InvalidInput("--explain-score goes with --format text", mend="The JSON report holds what it is made of.")
    catalogue = known_catalogue()
    chosen = _chosen(rule, catalogue)
    folder = path or top_of(Path.cwd()) or Path.cwd()
    own_key = read_key(fingerprint_key) if fingerprint_key else None
    key, cache = open_memory(folder, is_wanted=not no_cache, key=own_key)
    examined = examine_local(
        folder,
        catalogue=catalogue,
        secret_key=key,
        today=datetime.now(UTC).date(),
        base=base,
        head=head,
        org=_org_layer(rules),
        only=chosen,
        coverage=coverage or (),
        base_coverage=base_coverage or (),
        cache=cache,
        staged=Staged(None if path else _index_of_hook()) if staged else None,
    )
    if own_key is None and _has_fingerprints(examined):
        _warn("a waiver names a fingerprint that nothing here has: another key makes others (--fingerprint-key)")
    if not examined.verdict.stats.files:
        _warn("there are no files here, so most rules had nothing to look at")
    for name in _turned_off(examined, chosen):
        _warn(f"the policy turns `{name}` off, so it was not judged")
    _report(examined, format, output, is_explained=explain_score)
    return _status(examined, exit_zero=exit_zero)


def _index_of_hook() -> Path | None:
    """Git tells its hooks which index the commit is made from."""
    named = os.environ.get("GIT_INDEX_FILE")
    return Path(named).absolute() if named else None


def _has_fingerprints(examined: Examination) -> bool:
    return any(waiver.fingerprint and not (waiver.used or waiver.expired) for waiver in examined.verdict.waivers)


def _org_layer(rules: Path | None) -> Layer | None:
    if rules is None:
        return None
    return Layer("org", str(rules), read_text(rules))


def read_text(path: Path) -> str:
    """A text a person names on the command line; raises `Unreadable` with the reason."""
    try:
        with path.open("rb") as file:
            content = file.read(RULES_LIMIT + 1)
    except OSError as error:
        raise Unreadable(f"the file cannot be read: {error.strerror}", where=str(path)) from None
    if len(content) > RULES_LIMIT:
        raise InvalidInput(f"{path} is over 1 MiB")
    return content.decode("utf-8", errors="replace")


def _chosen(names: Sequence[str] | None, catalogue: Catalogue) -> frozenset[str] | None:
    """Ids from names, former names and globs; raises `InvalidInput` for one that means nothing."""
    if not names:
        return None
    known = RuleNames(catalogue)
    chosen: set[str] = set()
    for name in names:
        found = known.find(name)
        if found is None or not found.rules:
            close = known.nearest(name)
            mend = f"Did you mean `{close}`?" if close else "`readygate rules list` shows every rule."
            raise InvalidInput(f"there is no rule `{name}`", mend=mend)
        chosen.update(found.rules)
    return frozenset(chosen)


def _turned_off(examined: Examination, chosen: frozenset[str] | None) -> list[str]:
    settings = examined.policy.settings
    return sorted(rule for rule in chosen or () if rule in settings and settings[rule].mode is Mode.OFF)


def _report(examined: Examination, format_name: str | None, output: Path | None, *, is_explained: bool) -> None:
    explanation = "".join(f"{line}\n" for line in ("", *arithmetic(examined.verdict))) if is_explained else ""
    if output is None and format_name is None and sys.stdout.isatty():
        terminal.print_verdict(examined.verdict)
        print(explanation, end="")
        return
    text = render(examined.verdict, format_name or "text", change=examined.change) + explanation
    if output is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"the report cannot be written to {output}: {error.strerror}") from None


def _status(examined: Examination, *, exit_zero: bool) -> int:
    if examined.verdict.policy_note.problems:
        for problem in examined.verdict.policy_note.problems:
            _warn(str(problem))
        return WRONG
    status = exit_status(examined.verdict)
    return READY if exit_zero and status == NOT_READY else status


def _warn(text: str) -> None:
    print(f"readygate: {conceal(text)}", file=sys.stderr)
