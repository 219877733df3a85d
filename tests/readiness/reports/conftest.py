import pytest
from report_verdicts import a_change, hostile, huge, incomplete, ready, rich, wrong_policy

from app.readiness.snapshot import Change
from app.readiness.verdict import Verdict


@pytest.fixture
def rich_verdict() -> Verdict:
    return rich()


@pytest.fixture
def ready_verdict() -> Verdict:
    return ready()


@pytest.fixture
def incomplete_verdict() -> Verdict:
    return incomplete()


@pytest.fixture
def policy_verdict() -> Verdict:
    return wrong_policy()


@pytest.fixture
def hostile_verdict() -> Verdict:
    return hostile()


@pytest.fixture(scope="session")
def huge_verdict() -> Verdict:
    return huge()


@pytest.fixture
def change() -> Change:
    return a_change()
