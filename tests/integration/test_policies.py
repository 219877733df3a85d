"""The policy that judges: broken on a branch, broken on main, mended, and the organisation's own."""

import pytest
from app_processes import Installation
from service_repository import AS_ROOT, HARMLESS, RULES, ServiceRepository, words

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
BROKEN: dict[str, str | bytes | None] = {".github/rules.yml": RULES.replace("ratchet\n", "rachet\n", 1)}
MENDED: dict[str, str | bytes | None] = {".github/rules.yml": RULES + "deploy: rolling\n"}
BROKEN_LINE = next(
    number for number, line in enumerate(str(BROKEN[".github/rules.yml"]).split("\n"), 1) if "rachet" in line
)
BROKEN_COLUMN = str(BROKEN[".github/rules.yml"]).split("\n")[BROKEN_LINE - 1].index("rachet") + 1


def test_a_broken_policy_is_named_and_the_last_good_one_judges(repository: ServiceRepository) -> None:
    good = repository.push()
    assert repository.judged(good).conclusion == "success"
    number, head = repository.open(BROKEN)
    run = repository.judged(head)
    assert run.conclusion == "failure"
    (note,) = [note for note in run.annotations if note["path"] == ".github/rules.yml"]
    assert note["start_line"] == BROKEN_LINE
    assert "rachet" in note["message"]
    assert f".github/rules.yml:{BROKEN_LINE}:{BROKEN_COLUMN}" in words(run)

    repository.sandbox.close(repository.name, number, merged=True)
    repository.installation.settle()
    merged = repository.sandbox.repository(repository.name).bare.resolve("main")
    assert merged is not None
    repository.judged(merged)
    _, as_root = repository.open(AS_ROOT)
    run = repository.judged(as_root)
    assert run.conclusion == "failure"
    assert f"its last good version ({good[:7]}) judges" in words(run)

    number, mended = repository.open(MENDED)
    assert repository.judged(mended).conclusion == "success"
    repository.sandbox.close(repository.name, number, merged=True)
    repository.installation.settle()
    _, after = repository.open(HARMLESS)
    run = repository.judged(after)
    assert run.conclusion == "success"
    assert "last good version" not in words(run)


def test_a_pull_request_cannot_loosen_its_own_judge(repository: ServiceRepository) -> None:
    _, head = repository.open(AS_ROOT | {".github/rules.yml": 'version: 1\nrules: {"*": off}\n'})
    assert repository.judged(head).conclusion == "failure"


def test_the_policy_of_the_organisation_applies(installation: Installation) -> None:
    owner = f"org-of-{min(installation.processes)}"
    shop = ServiceRepository(installation, f"{owner}/shop")
    shop.commit({".github/rules.yml": None})
    installation.sandbox.add_repository(f"{owner}/.github")
    installation.sandbox.commit(f"{owner}/.github", {"rules.yml": "version: 1\nrules: {license: block}\n"})
    installation.settle()
    _, head = shop.open(HARMLESS)
    run = shop.judged(head)
    assert run.conclusion == "failure"
    assert "license" in words(run)
    _, licensed = shop.open({"LICENSE": "MIT License\n\nPermission is hereby granted, free of charge, to any person\n"})
    run = shop.judged(licensed)
    assert run.conclusion == "success", words(run)
