"""The condition `tool`: a scanner that ran elsewhere has decided it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.readiness.conditions.answer import Answer, Truth
from app.readiness.conditions.condition import Condition, View
from app.readiness.conditions.reading import Fields
from app.readiness.conditions.sight import PLACES, trim
from app.readiness.evidence import Evidence
from app.readiness.formats.json_text import read_json
from app.readiness.formats.malformed import Malformed

LIMIT = 20_000_000
RESULTS = ("pass", "fail")
_QUIET = ("pass", "notApplicable", "informational")


@dataclass(frozen=True, slots=True)
class Failure:
    """One place where a tool reports a check as failed."""

    check: str
    path: str
    line: int
    words: str


@dataclass(frozen=True, slots=True)
class ToolCondition:
    """TRUE when the tool's report says pass (no failure of the check) or fail; UNKNOWN without a report."""

    tool: str
    check: str
    result: str = "pass"

    def judge(self, view: View) -> Answer:
        content = view.tool_reports.get(self.tool)
        if content is None:
            return Answer(Truth.UNKNOWN, doubts=(f"{self.tool} was not run",))
        try:
            failures = [failure for failure in read_failures(content) if failure.check == self.check]
        except Malformed as error:
            return Answer(Truth.UNKNOWN, doubts=(f"the report of {self.tool} cannot be read: {error.reason}",))
        places = tuple(
            Evidence(failure.path, failure.line, trim(f"{self.tool} {self.check}: {failure.words}"))
            for failure in failures[:PLACES]
        )
        if (self.result == "fail") is bool(failures):
            return Answer(Truth.TRUE, places, is_firm=True)
        return Answer(Truth.FALSE, against=places)

    def describe(self) -> str:
        return f"a {self.result} of {self.tool} {self.check}"

    def parts(self) -> Sequence[Condition]:
        return ()


def read_failures(content: bytes) -> tuple[Failure, ...]:
    """The failed checks of a SARIF, hadolint or checkov report; raises `Malformed`."""
    if len(content) > LIMIT:
        raise Malformed(f"larger than {LIMIT} bytes")
    value = read_json(content).value
    if isinstance(value, Mapping) and isinstance(value.get("runs"), list):
        return tuple(_sarif(value["runs"]))
    if isinstance(value, list) and all(isinstance(item, Mapping) and ("code" in item) for item in value):
        return tuple(_failure(item.get("code"), item.get("file"), item.get("line"), item) for item in value)
    if isinstance(value, Mapping | list):
        return tuple(_checkov(value if isinstance(value, list) else [value]))
    raise Malformed("neither SARIF nor a report that is known here")


def _failure(check: Any, path: Any, line: Any, words: Mapping[str, Any]) -> Failure:
    message = words.get("message") or words.get("check_name") or words.get("text") or ""
    number = line if isinstance(line, int) and line > 0 else 1
    return Failure(str(check), str(path or "").lstrip("/"), number, str(message))


def _dig(value: Any, *steps: str | int) -> Any:
    for step in steps:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _sarif(runs: Sequence[Any]) -> Iterator[Failure]:
    for run in runs:
        results = _dig(run, "results")
        for result in results if isinstance(results, list) else []:
            if isinstance(result, Mapping) and result.get("kind", "fail") not in _QUIET:
                place = _dig(result, "locations", 0, "physicalLocation")
                line = _dig(place, "region", "startLine")
                message = _dig(result, "message")
                words = message if isinstance(message, Mapping) else {}
                yield _failure(result.get("ruleId"), _dig(place, "artifactLocation", "uri"), line, words)


def _checkov(reports: Sequence[Any]) -> Iterator[Failure]:
    known = [report for report in reports if isinstance(_dig(report, "results"), Mapping)]
    if not known:
        raise Malformed("neither SARIF nor a report that is known here")
    for report in known:
        failed = _dig(report, "results", "failed_checks")
        for item in failed if isinstance(failed, list) else []:
            if isinstance(item, Mapping):
                line = _dig(item, "file_line_range", 0)
                yield _failure(item.get("check_id"), item.get("file_path"), line, item)


def read_tool(fields: Fields) -> ToolCondition:
    """`tool: name:check-id`, `result: pass|fail`."""
    tool, _, check = fields.text("tool").partition(":")
    if not tool or not check:
        fields.mistakes.add(fields.at("tool"), "'tool' must read name:check-id")
    result = fields.text("result", "pass")
    if result not in RESULTS:
        fields.mistakes.add(fields.at("result"), "'result' must be pass or fail")
    return ToolCondition(tool, check, result)
