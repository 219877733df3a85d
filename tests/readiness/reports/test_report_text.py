import io
from dataclasses import replace

from report_verdicts import a_finding, a_rule, a_verdict
from rich.console import Console

from app.readiness.evidence import Evidence
from app.readiness.reports.lines import sentences
from app.readiness.reports.terminal import render_terminal
from app.readiness.reports.text import render_text
from app.readiness.status import Status
from app.readiness.verdict import Verdict


def on_terminal(verdict: Verdict, **options: object) -> str:
    file = io.StringIO()
    render_terminal(verdict, Console(file=file, width=60, force_terminal=True, _environ={}, **options))  # type: ignore[arg-type]
    return file.getvalue()


def test_lines_are_read_as_those_of_a_linter(rich_verdict: Verdict) -> None:
    lines = render_text(rich_verdict).splitlines()
    assert "migrations/0042.sql:7  migrations-backward-compatible  Index built without CONCURRENTLY. [new]" in lines
    assert "config/prod.env:4  no-secrets  A key of a cloud account. [new, in commit abcdef012345]" in lines
    assert "  … 1 more of migrations-backward-compatible, already there" in lines
    assert "  fix: Add `graceful-shutdown` to the service." in lines
    assert "  because: No handler of SIGTERM was found." in lines
    assert lines[-1] == "Not ready: 2 blocking, 1 new gap, 2 gaps already there (score 81 -> 78)"


def test_groups_come_in_order(rich_verdict: Verdict, incomplete_verdict: Verdict) -> None:
    headings = [
        line for line in render_text(incomplete_verdict).splitlines() if line.endswith(")") and line[:1].isupper()
    ]
    assert [*headings[:4], headings[-1]] == [
        "Blocking (2)",
        "Could not be judged (1)",
        "New gaps, not blocking (1)",
        "Already there, not blocking (2)",
        "Incomplete: 1 rule not judged, 2 blocking, 1 new gap, 2 gaps already there (score 81 -> 78)",
    ]
    assert "quiet-rule" not in render_text(rich_verdict)


def test_policy_mistakes_are_first(policy_verdict: Verdict) -> None:
    lines = render_text(policy_verdict).splitlines()
    assert lines[0] == "Mistakes in the policy"
    assert lines[1].startswith(".github/rules.yml:7:11  `mode` must be one of")
    assert lines[2] == "  help: write `block`"


def test_a_healthy_repository_is_told_in_two_lines(ready_verdict: Verdict) -> None:
    assert render_text(ready_verdict) == (
        "124 passed · 20 not applicable · score 100 · level 4 · complete\nReady: 124 rules passed (score 100)\n"
    )


def test_many_findings_are_counted() -> None:
    rule = a_rule(status=Status.MISSING, findings=tuple(a_finding("a.py", line) for line in range(1, 26)))
    text = render_text(a_verdict(rule))
    assert text.count("a.py:") == 3
    assert "… 22 more of health-endpoint" in text
    text = render_text(a_verdict(replace(rule, blocking=True)))
    assert text.count("a.py:") == 11  # the last one stands in the line that says what to mend
    assert "… 15 more of health-endpoint" in text


def test_the_end_says_what_to_mend_and_where() -> None:
    lost = (Evidence("src/api.py", 25, "/healthz"),)
    gone = a_rule(status=Status.MISSING, base_status=Status.IMPLEMENTED, blocking=True, worse_than_base=True, lost=lost)
    leaked = a_rule("no-secrets", status=Status.MISSING, blocking=True, findings=(a_finding("a.py", 3),))
    lines = render_text(a_verdict(gone, leaked)).splitlines()
    assert lines[-2] == "To mend: health-endpoint (src/api.py:25), no-secrets (a.py:3)"
    assert "  until now: src/api.py:25 (/healthz)" in lines


def test_a_change_names_what_stood_already_and_an_audit_explains_it() -> None:
    rule = a_rule(
        status=Status.PARTIAL, evidence=(Evidence("src/api.py", 25, "/status"),), missing_evidence="Not quite."
    )
    audit = replace(a_verdict(rule), base=None)
    assert "  because: Not quite.\n  seen: src/api.py:25 (/status)\n" in render_text(audit)
    change = render_text(replace(audit, base="b" * 40))
    assert "Already there, not blocking (1)\nhealth-endpoint\n" in change
    assert "Not quite." not in change


def test_a_fix_is_cut_between_sentences() -> None:
    assert sentences("Serve it. Node: use e.x(). Go: y.", 27) == "Serve it. Node: use e.x()."
    assert sentences("A long first sentence. Two.", 5) == "A long first sentence."
    assert sentences("", 5) == ""


def test_hostile_text_sends_nothing_to_a_terminal_or_runner(hostile_verdict: Verdict) -> None:
    text = render_text(hostile_verdict)
    assert all(character == "\n" or character.isprintable() or character == "\u200b" for character in text)
    assert "##[" not in text
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]


def test_without_a_terminal_the_text_is_plain(rich_verdict: Verdict, hostile_verdict: Verdict) -> None:
    for verdict in (rich_verdict, hostile_verdict):
        file = io.StringIO()
        render_terminal(verdict, Console(file=file, width=40, _environ={}))
        assert file.getvalue() == render_text(verdict)


def test_a_terminal_gets_colours_and_scores(rich_verdict: Verdict) -> None:
    shown = on_terminal(rich_verdict)
    assert "\x1b[1;31m" in shown
    assert "deployment-containers" in shown
    assert "implemented" in shown
    assert "category" not in render_text(rich_verdict)


def test_no_colour_means_the_same_words(rich_verdict: Verdict) -> None:
    file = io.StringIO()
    environ = {"NO_COLOR": "1", "TERM": "xterm-256color"}
    render_terminal(rich_verdict, Console(file=file, width=60, force_terminal=True, _environ=environ))
    assert not [part for part in file.getvalue().split("\x1b[")[1:] if part.split("m")[0] not in {"0", "1", "2"}]
    for line in render_text(rich_verdict).splitlines():
        assert not line or line in file.getvalue().replace("\x1b[0m", "").replace("\x1b[1m", "").replace("\x1b[2m", "")


def test_markup_and_links_of_a_repository_are_words_on_a_terminal() -> None:
    rule = a_rule(
        status=Status.MISSING, blocking=True, fix="[bold red]x[/] :smile: [link=https://evil.example]y[/link]"
    )
    shown = on_terminal(a_verdict(rule), color_system=None)
    assert "[bold red]x[/] :smile: [link=https://evil.example]y[/link]" in shown
    assert "\x1b]8" not in shown


def test_a_healthy_terminal_has_no_table(ready_verdict: Verdict) -> None:
    assert len(on_terminal(ready_verdict).splitlines()) == 2
