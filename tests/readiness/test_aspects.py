"""Aspects: judged with their rule, shown beside it, and never scored."""

import json
from typing import Any

import pytest
from asking import Files, judge
from judging import catalogue, rule

from app.errors import InvalidInput
from app.readiness.catalogue import Catalogue, load_catalogue
from app.readiness.examples import run_examples
from app.readiness.result import RuleResult

ASPECTS = [
    {
        "id": "own",
        "title": "Its own",
        "aliases": ["own thing"],
        "implemented": {"path": ["own"]},
        "partial": {"path": ["o"]},
    },
    {"id": "same", "title": "The same", "applies_when": {"path": ["same"]}},
    {"id": "beside", "title": "Beside", "implemented": {"all": [{"rule": "it", "is": ["partial"]}, {"path": ["b"]}]}},
]
RULE = {"implemented": {"path": ["done"]}, "partial": {"path": ["half"]}, "aspects": ASPECTS}


def judged(files: Files, **keys: Any) -> tuple[str, dict[str, str]]:
    result = judge({**RULE, **keys}, files)
    return result.status.value, {aspect.id: aspect.status.value for aspect in result.aspects}


@pytest.mark.parametrize(
    ("files", "status", "aspects"),
    [
        ({"own": "", "same": ""}, "missing", ("implemented", "missing", "missing")),
        ({"done": "", "same": "", "o": ""}, "implemented", ("partial", "implemented", "missing")),
        ({"half": "", "b": ""}, "partial", ("missing", "not-applicable", "implemented")),
        ({"a.md": "- [ ] own thing\n", "same": ""}, "missing", ("planned", "missing", "missing")),
        ({"a.md": "- [ ] the same\n", "same": ""}, "missing", ("missing", "planned", "missing")),
    ],
)
def test_an_aspect_has_a_status_of_its_own(files: Files, status: str, aspects: tuple[str, ...]) -> None:
    assert judged(files) == (status, dict(zip(("own", "same", "beside"), aspects, strict=True)))


def test_aspects_of_a_rule_that_does_not_apply_do_not_apply() -> None:
    status, aspects = judged({"own": ""}, applies_when={"path": ["app"]})
    assert {status, *aspects.values()} == {"not-applicable"}


def test_an_aspect_shows_its_first_evidence() -> None:
    result = judge(
        {**RULE, "aspects": [{"id": "a", "title": "A", "implemented": {"path": ["x*"]}}]}, {"x1": "", "x2": ""}
    )
    assert [line.path for line in result.aspects[0].evidence] == ["x1"]


def test_an_aspect_takes_the_parameters_of_its_rule() -> None:
    condition = {"data": "yaml:*.yml", "where": {"replicas": {"ge": {"parameter": "least"}}}}
    keys = {"parameters": {"least": {"default": 2}}, "aspects": [{"id": "a", "title": "A", "implemented": condition}]}
    files = {"a.yml": "replicas: 2\n"}
    assert _first(judge({**RULE, **keys}, files)) == "implemented"
    assert _first(judge({**RULE, **keys}, files, parameters={"it": {"least": 3}})) == "missing"


def _first(result: RuleResult) -> str:
    return result.aspects[0].status.value


def test_a_component_that_lacks_an_aspect_decides_for_the_repository() -> None:
    files = {f"{name}/{file}": "" for name in ("a", "b") for file in ("go.mod", "main.go", "done")}
    aspects = [{"id": "each", "title": "Each", "implemented": {"path": ["**/each"]}}]
    result = judge(
        {"implemented": {"path": ["**/done"]}, "per": "service", "aspects": aspects}, {**files, "a/each": ""}
    )
    assert (result.status, _first(result)) == ("implemented", "partial")


def test_a_rule_with_a_detector_has_aspects_too() -> None:
    aspects = [{"id": "tool", "title": "A tool", "implemented": {"path": ["tool.toml"]}}]
    result = judge({"detector": "absent", "aspects": aspects}, {"tool.toml": ""})
    assert (result.status, _first(result)) == ("unknown", "implemented")


def test_an_aspect_that_crashes_leaves_its_rule_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.readiness.aspects.decide", lambda *_: 1 / 0)
    status, aspects = judged({"done": "", "same": ""})
    assert (status, aspects) == ("implemented", {"own": "error", "same": "implemented", "beside": "error"})


def with_aspect(**keys: Any) -> dict[str, Any]:
    return rule("tls", "security", aspects=[{"id": "one", "title": "One", **keys}])


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (with_aspect(id="tls"), "the id 'tls' is taken in this rule"),
        (with_aspect(partial={"path": ["a"]}), "stands as its rule"),
        (with_aspect(implemented={"pat": ["a"]}), "no condition in 'pat'"),
        (with_aspect(score=1), "unknown key 'score'"),
        (with_aspect(id="other"), "the id 'other' is taken by 'other'"),
        (with_aspect(implemented={"rule": "nowhere"}), "'rule: nowhere' refers to nothing"),
        (with_aspect(implemented={"rule": "other"}), "a circle of references"),
        ({**with_aspect(), "fixes": {"cobol": "Do it."}}, "'cobol' is no stack"),
        ({**with_aspect(), "kind": "attest"}, "'attest' needs an attestation"),
        ({**with_aspect(), "kind": "composite"}, "a composite is computed from other rules"),
        (
            {**with_aspect(), "examples": [{"status": "missing", "files": {}, "aspects": {"two": "missing"}}]},
            "no aspect",
        ),
    ],
)
def test_mistakes_of_aspects_kinds_and_stacks(changed: dict[str, Any], message: str) -> None:
    other = rule("other", "security", partial={"rule": "tls"})
    with pytest.raises(InvalidInput) as caught:
        catalogue(changed, other)
    assert any(message in problem.message for problem in caught.value.problems), caught.value.problems


def test_a_rule_that_refers_to_itself_is_a_circle_and_its_aspect_is_none() -> None:
    catalogue(with_aspect(implemented={"rule": "tls"}))
    with pytest.raises(InvalidInput, match="a circle of references: tls > tls"):
        catalogue(rule("tls", "security", partial={"rule": "tls"}))


def test_an_example_names_what_aspects_must_get() -> None:
    examples = [{"status": "missing", "files": {"own": ""}, "aspects": {"own": "implemented", "beside": "partial"}}]
    raw = {**rule("it", "security"), **RULE, "examples": examples}
    found: Catalogue = load_catalogue({"security/it.yml": json.dumps(raw)})
    assert [str(failure) for failure in run_examples(found)] == [
        "it.beside example 1: expected partial, found missing: Looked for a file at done, and found nothing."
    ]
