import json

import pytest
from report_verdicts import a_verdict, huge

from app.errors import InvalidInput
from app.readiness.reports.formats import FORMATS, exit_status, render
from app.readiness.snapshot import Change
from app.readiness.status import Conclusion
from app.readiness.verdict import Verdict, from_json


def test_the_formats_are_those_of_the_command() -> None:
    assert sorted(FORMATS) == sorted(["text", "json", "sarif", "markdown", "github", "html", "junit"])


@pytest.mark.parametrize("form", list(FORMATS))
@pytest.mark.parametrize("name", ["rich_verdict", "ready_verdict", "hostile_verdict", "incomplete_verdict"])
def test_every_format_says_something_and_ends_its_line(form: str, name: str, request: pytest.FixtureRequest) -> None:
    verdict = request.getfixturevalue(name) if name != "hostile_verdict" else huge(2, 2)
    text = render(verdict, form, change=Change({}))
    assert text.endswith("\n")
    assert text.strip()
    assert text == render(verdict, form, change=Change({}))
    assert text.encode()


def test_json_is_the_verdict(rich_verdict: Verdict) -> None:
    text = render(rich_verdict, "json")
    assert from_json(text) == rich_verdict
    assert json.loads(text)["schema"] == "readygate/verdict/v1"


def test_the_change_reaches_the_annotations(rich_verdict: Verdict, change: Change) -> None:
    assert "config/old.env" in render(rich_verdict, "github", change=change)
    gone = Change({path: file for path, file in change.files.items() if path != "src/server.py"})
    assert render(rich_verdict, "github", change=gone) == render(rich_verdict, "github", change=change)


def test_an_unknown_format_is_refused_with_the_list(rich_verdict: Verdict) -> None:
    with pytest.raises(InvalidInput, match="'yaml' is not known") as caught:
        render(rich_verdict, "yaml")
    assert "sarif" in caught.value.mend


@pytest.mark.parametrize(
    ("conclusion", "complete", "status"),
    [
        (Conclusion.SUCCESS, True, 0),
        (Conclusion.NEUTRAL, True, 0),
        (Conclusion.FAILURE, True, 1),
        (Conclusion.FAILURE, False, 3),
        (Conclusion.SUCCESS, False, 3),
        (Conclusion.NEUTRAL, False, 3),
    ],
)
def test_exit_status(conclusion: Conclusion, complete: bool, status: int) -> None:
    assert exit_status(a_verdict(conclusion=conclusion, complete=complete)) == status
