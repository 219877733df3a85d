import re

from report_verdicts import a_finding, a_rule, a_verdict

from app.readiness.evidence import Evidence
from app.readiness.reports.github import render_github
from app.readiness.snapshot import Change
from app.readiness.status import Conclusion, Status
from app.readiness.verdict import Verdict

COMMAND = re.compile(r"^::(error|warning|notice) ([^:]*)::(.*)$")


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Each command as the runner reads it."""

    def plain(value: str) -> str:
        for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            value = value.replace(code, character)
        return value

    found = [match for line in text.splitlines() if (match := COMMAND.match(line))]
    return [
        (kind, {k: plain(v) for k, _, v in (part.partition("=") for part in written.split(","))}, plain(message))
        for kind, written, message in (match.groups() for match in found)
    ]


def test_errors_warnings_and_the_answer(rich_verdict: Verdict, change: Change) -> None:
    text = render_github(rich_verdict, change)
    assert [kind for kind, _, _ in commands(text)] == ["error", "error", "warning"]
    _, place, message = commands(text)[0]
    assert (place["file"], place["line"], place["endLine"]) == ("migrations/0042.sql", "7", "7")
    assert place["title"] == "migrations-backward-compatible: Title of migrations-backward-compatible"
    assert message.endswith("\nFix: Add `migrations-backward-compatible` to the service.")
    assert text.splitlines()[-1] == "Not ready: 2 blocking, 1 new gap, 2 gaps already there (score 81 -> 78)"


def test_what_has_no_line_is_an_error_all_the_same(incomplete_verdict: Verdict, policy_verdict: Verdict) -> None:
    titles = [place["title"] for kind, place, _ in commands(render_github(incomplete_verdict)) if kind == "error"]
    assert "container-non-root-user: Title of container-non-root-user" in titles
    missing = a_verdict(
        a_rule(status=Status.MISSING, blocking=True, evidence=(Evidence("a", 1, "x"),)), conclusion=Conclusion.FAILURE
    )
    assert [(kind, "file" in place) for kind, place, _ in commands(render_github(missing))] == [("error", False)]
    messages = [message for _, _, message in commands(render_github(policy_verdict))]
    assert "unknown key `rulez`" in messages


def test_at_most_ten_of_a_kind() -> None:
    findings = tuple(a_finding("a.py", line) for line in range(1, 31))
    rules = (a_rule("one", blocking=True, findings=findings), a_rule("two", findings=findings))
    text = render_github(a_verdict(*rules, conclusion=Conclusion.FAILURE))
    kinds = [kind for kind, _, _ in commands(text)]
    assert (kinds.count("error"), kinds.count("warning")) == (10, 10)
    assert "40 more left out" in text


def test_hostile_text_starts_no_command(hostile_verdict: Verdict) -> None:
    text = render_github(hostile_verdict)
    lines = text.splitlines()
    assert lines[-1].startswith("Incomplete: ")
    assert len(commands(text)) == len(lines) - 1
    assert all(set(place) <= {"file", "line", "endLine", "title"} for _, place, _ in commands(text))


def test_values_come_out_as_they_went_in() -> None:
    finding = a_finding("a,b:c%25.py", 3, "50% of a,b:c")
    ((_, place, message),) = commands(render_github(a_verdict(a_rule(findings=(finding,), fix=""))))
    assert place["file"] == "a,b:c%25.py"
    assert message == "50% of a,b:c"


def test_a_ready_verdict_is_one_line(ready_verdict: Verdict) -> None:
    assert render_github(ready_verdict) == "Ready: 124 rules passed (score 100)\n"
