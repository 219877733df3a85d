import pytest
from asking import ask, judge, mistakes_in

WORKFLOW = """name: CI
on:
  push: {branches: [main]}
  pull_request:
  schedule: [{cron: '0 3 * * *'}]
permissions: {contents: read}
env: {CI: '1'}
jobs:
  test:
    runs-on: ubuntu-latest
    container: {image: 'node:22'}
    timeout-minutes: 10
    strategy: {matrix: {node: [20, 22]}}
    steps:
      - uses: actions/checkout@v4
      - name: Run tests
        run: |
          npm ci
          npm test
        env: {LEVEL: full}
  slow:
    needs: test
    continue-on-error: true
    environment: staging
    steps:
      - run: make slow
  never:
    if: ${{ false }}
    steps:
      - run: make never
  call:
    uses: ./.github/workflows/local.yml
    with: {level: full}
"""
FILES = {".github/workflows/ci.yml": WORKFLOW}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"run": {"re": "npm ci"}, "name": "Run tests", "job": "test", "system": "github"}, "implemented"),
        ({"run": {"re": "npm test"}, "env.CI": 1, "env.LEVEL": "full"}, "implemented"),
        ({"run": {"re": "npm test"}, "allow_failure": True}, "missing"),
        ({"run": {"re": "make slow"}, "allow_failure": True, "env.CI": 1}, "implemented"),
        ({"run": {"re": "make never"}}, "missing"),
        ({"uses": {"re": "checkout"}, "on": {"in": ["pull_request"]}}, "implemented"),
        ({"on.push.branches": "main"}, "implemented"),
        ({"on": {"contains": "merge_group"}}, "missing"),
        ({"uses": {"re": "local.yml"}, "with.level": "full", "job": "call"}, "implemented"),
        ({"uses": {"exists": True}, "run": {"exists": True}}, "missing"),
    ],
)
def test_steps_of_github(where: dict[str, object], expected: str) -> None:
    assert ask({"data": "ci:step", "where": where}, FILES) == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"id": "test", "image": "node:22", "timeout": {"le": 10}, "matrix.node": 22}, "implemented"),
        ({"id": "test", "permissions.contents": "read", "runs-on": "ubuntu-latest"}, "implemented"),
        ({"id": "slow", "needs": "test", "environment": "staging", "allow_failure": True}, "implemented"),
        ({"id": "never"}, "missing"),
    ],
)
def test_jobs_of_github(where: dict[str, object], expected: str) -> None:
    assert ask({"data": "ci:job", "where": where}, FILES) == expected


def test_triggers_have_their_settings() -> None:
    assert ask({"data": "ci:trigger", "where": {"event": "push", "branches": "main"}}, FILES) == "implemented"
    result = judge({"implemented": {"data": "ci:trigger", "where": {"entries.cron": "0 3 * * *"}}}, FILES)
    assert [(e.line, e.text) for e in result.evidence] == [(5, "on schedule")]


def test_evidence_is_called_by_what_people_call_it() -> None:
    result = judge({"implemented": {"data": "ci:step", "where": {"job": "test"}}}, FILES)
    assert [(e.line, e.text) for e in result.evidence] == [(15, "step actions/checkout@v4"), (16, "step Run tests")]
    result = judge({"implemented": {"data": "ci:job", "where": {"id": "slow"}}}, FILES)
    assert [(e.line, e.text) for e in result.evidence] == [(21, "job slow")]


def test_a_composite_action_has_steps_without_events() -> None:
    text = "runs:\n  using: composite\n  steps:\n    - run: make test\n      shell: bash\n"
    for path in ("action.yml", ".github/actions/build/action.yaml"):
        assert (
            ask({"data": "ci:step", "where": {"run": {"re": "make"}, "on.push": {"exists": False}}}, {path: text})
            == "implemented"
        )


def _calling(workflow: str) -> dict[str, str]:
    return {".github/workflows/x.yml": f"on: push\njobs:\n  a:\n    uses: {workflow}\n"}


@pytest.mark.parametrize(
    ("workflow", "pattern", "expected"),
    [
        ("org/repo/.github/workflows/ci.yml@v1", "pytest", "unknown"),
        ("org/repo/.github/workflows/gradle_build.yml@v1", "codeql", "unknown"),
        ("org/repo/.github/workflows/stale.yml@v1", "pytest", "missing"),
        ("org/repo/.github/workflows/lint.yml@v1", "pytest", "missing"),
        ("org/repo/.github/workflows/lint.yml@v1", "eslint|ruff", "unknown"),
        ("org/repo/.github/workflows/docker_build.yml@v1", "pytest", "missing"),
        ("org/repo/.github/workflows/docker_build.yml@v1", "docker push", "unknown"),
        ("org/repo/.github/workflows/ci.yml@v1", "lighthouse", "missing"),
        ("org/repo/.github/workflows/build-and-push.yml@v1", "cosign", "unknown"),
        ("org/repo/.github/workflows/build-and-push.yml@v1", "pytest", "missing"),
        ("org/repo/.github/workflows/verify-pact.yml@v1", "pytest", "missing"),
        ("org/repo/.github/workflows/unit-tests.yml@v1", r"\btest\b", "unknown"),
        ("./.github/workflows/ci.yml", "pytest", "missing"),
    ],
)
def test_a_workflow_of_elsewhere_is_in_doubt_where_it_could_hold_the_answer(
    workflow: str, pattern: str, expected: str
) -> None:
    for view in ("ci:step", "workflow:step"):
        assert ask({"data": view, "where": {"run": {"re": pattern}}}, _calling(workflow)) == expected


def test_a_workflow_of_elsewhere_can_be_matched_itself() -> None:
    files = _calling("org/repo/.github/workflows/security_trivy.yml@v2")
    assert ask({"data": "ci:step", "where": {"uses": {"re": "trivy"}}}, files) == "implemented"
    assert ask({"data": "ci:trigger", "where": {"event": "schedule"}}, files) == "missing"


def test_one_match_is_enough_whatever_is_elsewhere() -> None:
    files = {**_calling("org/repo/.github/workflows/ci.yml@v1"), **FILES}
    assert ask({"data": "ci:step", "where": {"run": {"re": "npm test"}}}, files) == "implemented"


def test_the_doubt_says_what_is_elsewhere() -> None:
    files = _calling("org/repo/.github/workflows/ci.yml@v1")
    result = judge({"implemented": {"data": "ci:step", "where": {"run": {"re": "make test"}}}}, files)
    assert "org/repo/.github/workflows/ci.yml" in result.missing_evidence


def test_includes_of_gitlab() -> None:
    text = "include:\n  - template: Jobs/SAST.gitlab-ci.yml\n  - component: example.org/a/sbom@1\n"
    condition = {"data": "ci:include", "where": {"template": {"re": "SAST"}}}
    assert ask(condition, {".gitlab-ci.yml": text}) == "implemented"
    assert ask(condition, {".gitlab-ci.yml": "include: /ci/test.yml\n"}) == "missing"
    assert ask({"data": "ci:include", "where": {"local": {"re": "test"}}},
               {".gitlab-ci.yml": "include: /ci/test.yml\n"}) == "implemented"  # fmt: skip


def test_a_project_of_elsewhere_that_gitlab_includes_is_in_doubt() -> None:
    text = "include:\n  - project: org/templates\n    file: [/%s.yml]\n"
    condition = {"data": "ci:step", "where": {"run": {"re": "pytest"}}}
    assert ask(condition, {".gitlab-ci.yml": text % "pipeline"}) == "unknown"
    assert ask(condition, {".gitlab-ci.yml": text % "pages"}) == "missing"
    assert ask(condition, {".gitlab-ci.yml": "include: {template: Auto-DevOps.gitlab-ci.yml}\n"}) == "unknown"
    assert ask(condition, {".gitlab-ci.yml": "include: {template: Jobs/SAST.gitlab-ci.yml}\n"}) == "missing"


def test_the_same_text_at_two_places_is_read_twice() -> None:
    text = "steps:\n  - script: make test\n    commands: [make lint]\njobs: {}\n"
    condition = {"data": "ci:step", "where": {"system": "azure", "run": {"re": "make test"}}}
    assert ask(condition, {".woodpecker/main.yml": text, "pipelines/main.yml": text}) == "implemented"


def test_a_broken_file_is_unknown() -> None:
    assert ask({"data": "ci:step"}, {".github/workflows/ci.yml": "on: push\n jobs: [\n"}) == "unknown"


def test_unknown_arguments_are_named() -> None:
    found = mistakes_in({"data": "ci:steps"})
    assert any("'ci:' takes one of step, job, trigger, include" in one for one in found)
