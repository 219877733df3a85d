"""Head against merge base."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.readiness.compare import compare, compare_results, is_lower
from app.readiness.findings import Finding
from app.readiness.result import ComponentResult, Evaluation, RuleResult
from app.readiness.status import Status

OK, P, PL, M, U, N, E = (
    Status.IMPLEMENTED,
    Status.PARTIAL,
    Status.PLANNED,
    Status.MISSING,
    Status.UNKNOWN,
    Status.NOT_APPLICABLE,
    Status.ERROR,
)
LOWER = {(P, OK), (PL, OK), (M, OK), (PL, P), (M, P), (M, PL), (U, OK), (U, P), (M, N)}


def result(status: Status, *components: tuple[str, Status], findings: tuple[Finding, ...] = ()) -> RuleResult:
    return RuleResult("r", status, components=tuple(ComponentResult(*part) for part in components), findings=findings)


def finding(name: str, commit: str | None = None) -> Finding:
    return Finding(f"{name}.py", 1, 1, "wrong", name, commit=commit)


@pytest.mark.parametrize("head", list(Status))
@pytest.mark.parametrize("base", list(Status))
def test_every_pair_of_statuses(head: Status, base: Status) -> None:
    assert is_lower(head, base) is ((head, base) in LOWER)
    assert compare_results(result(head), result(base)).is_worse is ((head, base) in LOWER)


@pytest.mark.parametrize(
    ("head", "base", "is_better"),
    [(OK, M, True), (OK, U, True), (P, M, True), (PL, M, True), (P, U, True), (OK, N, False), (N, M, False),
     (U, M, False), (M, U, False), (OK, E, False), (E, M, False), (OK, OK, False), (M, OK, False)],
)  # fmt: skip
def test_what_counts_as_better(head: Status, base: Status, is_better: bool) -> None:
    assert compare_results(result(head), result(base)).is_better is is_better


def test_the_first_service_may_come_with_starts_and_plans_but_not_with_nothing() -> None:
    assert compare_results(result(M), result(N)).is_worse
    for status in (P, PL, U, OK):
        assert not compare_results(result(status), result(N)).is_worse


def test_without_a_base_nothing_is_introduced_worse_or_better() -> None:
    head = Evaluation({"r": result(M, findings=(finding("a", "c0ffee"),))})
    compared = compare(head, None)["r"]
    assert (compared.base_status, compared.is_worse, compared.is_better, compared.introduced) == (
        None,
        False,
        False,
        (),
    )


def test_a_rule_the_base_was_not_asked_about_is_not_compared() -> None:
    compared = compare(Evaluation({"r": result(M, findings=(finding("a"),))}), Evaluation({}))["r"]
    assert (compared.base_status, compared.is_worse, compared.introduced) == (None, False, ())


def test_findings_are_introduced_by_fingerprint_or_by_a_passing_commit() -> None:
    head = result(M, findings=(finding("old"), finding("new"), finding("gone", "c0ffee"), finding("old", "c0ffee")))
    compared = compare_results(head, result(M, findings=(finding("old"), finding("gone"))))
    assert [one.introduced for one in compared.result.findings] == [False, True, True, True]


def test_a_base_in_error_makes_nothing_introduced() -> None:
    compared = compare_results(result(M, findings=(finding("a"), finding("b", "c0ffee"))), result(E))
    assert [one.introduced for one in compared.result.findings] == [False, True]
    assert (compared.is_worse, compared.base_status) == (False, E)


def test_fewer_findings_are_better_only_when_none_came() -> None:
    base = result(M, findings=(finding("a"), finding("b")))
    assert compare_results(result(M, findings=(finding("a"),)), base).is_better
    assert not compare_results(result(M, findings=(finding("a"), finding("c"))), base).is_better


@pytest.mark.parametrize(
    ("head", "base", "worse"),
    [
        ([("a", M), ("b", OK)], [("a", OK), ("b", M)], ("a",)),
        ([("a", M), ("new", M)], [("a", M)], ("new",)),
        ([("a", M), ("new", P)], [("a", M)], ()),
        ([("a", M), ("new", OK)], [("a", M)], ()),
        ([("moved", M)], [("a", M)], ()),
        ([("moved", M), ("more", M)], [("a", M)], ("more",)),
        ([("moved", M)], [("a", OK)], ("moved",)),
        ([("b", M)], [("a", OK), ("b", M)], ()),
    ],
)
def test_components_are_compared_one_by_one(
    head: list[tuple[str, Status]], base: list[tuple[str, Status]], worse: tuple[str, ...]
) -> None:
    compared = compare_results(result(P, *head), result(P, *base))
    assert (compared.worse_components, compared.is_worse) == (worse, bool(worse))


def test_deleting_a_good_service_makes_nothing_worse() -> None:
    assert not compare_results(result(M, ("b", M)), result(P, ("a", OK), ("b", M))).is_worse


def test_a_status_that_is_no_gap_is_never_worse() -> None:
    assert not compare_results(result(N, ("a", M)), result(OK, ("a", OK))).is_worse


names = st.sets(st.sampled_from("abcdef"), max_size=4)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(Status)), names, st.lists(st.sampled_from(list(Status)), max_size=3))
def test_nothing_is_worse_or_introduced_against_itself(
    status: Status, found: set[str], components: list[Status]
) -> None:
    same = result(
        status, *((f"c{i}", one) for i, one in enumerate(components)), findings=tuple(map(finding, sorted(found)))
    )
    compared = compare_results(same, same)
    assert not compared.is_worse
    assert not compared.is_better
    assert compared.introduced == ()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(Status)), st.sampled_from(list(Status)), names, names)
def test_introduced_is_exactly_what_the_base_lacks(head: Status, base: Status, now: set[str], then: set[str]) -> None:
    compared = compare_results(
        result(head, findings=tuple(map(finding, sorted(now)))),
        result(base, findings=tuple(map(finding, sorted(then)))),
    )
    assert {one.fingerprint for one in compared.introduced} == (now - then if base is not E else set())
    assert not (compared.is_worse and compared.is_better)
