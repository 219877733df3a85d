from contextlib import suppress
from typing import Any

import pytest

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.pipelines.pipeline import Pipeline
from app.readiness.formats.pipelines.systems import read_pipeline
from app.readiness.formats.source import Source


def _read(path: str, text: str) -> Pipeline:
    return read_pipeline(Source(path, text.encode()))


def _steps(path: str, text: str) -> list[dict[str, Any]]:
    return [piece.value for piece in _read(path, text).pieces if piece.kind == "step"]


def _jobs(path: str, text: str) -> dict[str, dict[str, Any]]:
    return {piece.value["id"]: piece.value for piece in _read(path, text).pieces if piece.kind == "job"}


def _only(path: str, text: str) -> dict[str, Any]:
    (step,) = _steps(path, text)
    return step


GITLAB = """default: {image: 'python:3.13'}
variables: {LEVEL: low}
workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" || $CI_COMMIT_TAG
.setup: &setup
  - pip install .
.base:
  before_script: [echo base]
  variables: {A: '1'}
test:
  extends: .base
  script:
    - *setup
    - pytest
  after_script: [echo done]
  variables: {B: '2'}
  allow_failure: true
refers:
  script: [!reference [.base, before_script], make it]
  rules: [{if: '$CI_PIPELINE_SOURCE == "schedule"'}]
deploy:
  image: {name: alpine}
  script: kubectl apply
  only: [main, tags]
  environment: {name: production}
off:
  script: make off
  rules: [{when: never}]
child:
  trigger: {project: org/deploy}
"""


def test_gitlab() -> None:
    steps = {step["job"]: step for step in _steps(".gitlab-ci.yml", GITLAB)}
    assert list(steps) == ["test", "refers", "deploy", "child"]
    assert steps["test"]["run"] == "echo base\npip install .\npytest\necho done"
    assert steps["test"]["env"] == {"LEVEL": "low", "A": "1", "B": "2"}
    assert steps["test"]["on"] == {"pull_request": {}, "push": {"tags": ["$CI_COMMIT_TAG"]}}
    assert steps["test"]["allow_failure"] is True
    assert steps["test"]["image"] == "python:3.13"
    assert steps["refers"]["run"] == "echo base\nmake it"
    assert steps["refers"]["on"] == {"schedule": {}}
    assert steps["deploy"]["on"] == {"push": {"branches": ["main"], "tags": ["*"]}}
    assert steps["child"]["uses"] == "org/deploy"
    jobs = _jobs(".gitlab-ci.yml", GITLAB)
    assert jobs["deploy"]["environment"] == {"name": "production"}
    assert jobs["deploy"]["image"] == "alpine"


def test_a_hidden_job_of_gitlab_counts_where_other_files_may_extend_it() -> None:
    text = ".lint: {script: [ruff check]}\n"
    assert _steps(".gitlab-ci.yml", text) == []
    assert _only("ci/lint.gitlab-ci.yml", text)["run"] == "ruff check"
    assert _only(".gitlab-ci.yml", f"include: ci/a.yml\n{text}")["run"] == "ruff check"


def test_gitlab_without_rules_runs_for_every_push() -> None:
    assert _only(".gitlab-ci.yml", "a: {script: make}\n")["on"] == {"push": {}, "pull_request": {}}
    unlike = "a: {script: make, rules: [{if: '$CI_PIPELINE_SOURCE != \"schedule\"'}]}\n"
    assert _only(".gitlab-ci.yml", unlike)["on"] == {"push": {}, "pull_request": {}}


CIRCLECI = """version: 2.1
orbs: {node: circleci/node@5.0, scan: org/scan@1}
commands:
  prepare:
    steps: [{run: make prepare}]
executors:
  main: {docker: [{image: 'cimg/node:22'}]}
jobs:
  test:
    executor: main
    environment: {A: '1'}
    steps:
      - checkout
      - node/install-packages: {pkg-manager: npm}
      - run: {name: Unit tests, command: npm test, environment: {B: '2'}}
      - when:
          condition: true
          steps: [{run: npm run e2e}]
  forgotten:
    steps: [{run: make forgotten}]
workflows:
  main:
    jobs:
      - test: {filters: {branches: {only: main}}}
      - scan/image: {requires: [test]}
      - hold: {type: approval, requires: [test]}
"""


def test_circleci() -> None:
    steps = _steps(".circleci/config.yml", CIRCLECI)
    assert [(step["job"], step.get("run") or step["uses"]) for step in steps] == [
        ("scan/image", "scan/image"),
        ("test", "checkout"),
        ("test", "node/install-packages"),
        ("test", "npm test"),
        ("test", "npm run e2e"),
        ("prepare", "make prepare"),
    ]
    assert steps[0]["orb"] == "org/scan@1"
    assert steps[2]["with"] == {"pkg-manager": "npm"}
    assert steps[3]["env"] == {"A": "1", "B": "2"}
    assert steps[3]["on"] == {"push": {"branches": ["main"]}}
    jobs = _jobs(".circleci/config.yml", CIRCLECI)
    assert jobs["test"]["image"] == "cimg/node:22"
    assert jobs["hold"]["needs"] == ["test"]
    assert "forgotten" not in jobs


AZURE = """trigger: {branches: {include: [main]}}
pr: none
extends: {template: base.yml@templates}
stages:
  - stage: Build
    jobs:
      - job: test
        timeoutInMinutes: 20
        steps:
          - task: UsePythonVersion@0
            displayName: Python
            inputs: {versionSpec: '3.13'}
          - script: pytest
            continueOnError: true
          - ${{ if eq(variables.x, 'y') }}:
              - bash: make more
          - task: Bash@3
            inputs: {targetType: inline, script: make inline}
          - script: make off
            enabled: false
      - deployment: web
        environment: production
        strategy: {runOnce: {deploy: {steps: [{pwsh: ./deploy.ps1}]}}}
  - template: stages/release.yml
"""


def test_azure() -> None:
    pipeline = _read("azure-pipelines.yml", AZURE)
    steps = [piece.value for piece in pipeline.pieces if piece.kind == "step"]
    assert [(step.get("run"), step.get("uses")) for step in steps] == [
        (None, "UsePythonVersion@0"),
        ("pytest", None),
        ("make more", None),
        ("make inline", "Bash@3"),
        ("./deploy.ps1", None),
        (None, "stages/release.yml"),
        (None, "base.yml@templates"),
    ]
    assert steps[0]["with"] == {"versionSpec": "3.13"}
    assert steps[1]["allow_failure"] is True
    assert steps[1]["on"] == {"push": {"branches": ["main"]}}
    assert pipeline.calls == ["base.yml"]
    assert _jobs("azure-pipelines.yml", AZURE)["test"]["timeout"] == 20
    assert _steps("pipelines/values.yml", "steps: 4\nname: x\n") == []
    (template,) = _steps("pipelines/steps.yml", "parameters: []\nsteps: [{script: make}]\n")
    assert template["on"] == {}


def test_bitbucket() -> None:
    text = """image: node:22
pipelines:
  default:
    - step: {name: Test, script: [npm ci, npm test]}
    - parallel:
        - step: {script: [npm run lint]}
  branches:
    main:
      - stage:
          steps:
            - step:
                deployment: production
                script:
                  - pipe: atlassian/aws-s3-deploy:1.1.0
                    variables: {BUCKET: x}
"""
    steps = _steps("bitbucket-pipelines.yml", text)
    assert [step.get("run") for step in steps] == ["npm ci\nnpm test", "npm run lint", None, None]
    assert steps[0]["on"] == {"push": {}, "pull_request": {}}
    assert steps[3]["uses"] == "atlassian/aws-s3-deploy:1.1.0"
    assert steps[3]["with"] == {"BUCKET": "x"}
    assert steps[3]["on"] == {"push": {"branches": ["main"]}}


@pytest.mark.parametrize(
    ("path", "head"),
    [(".drone.yml", "kind: pipeline\ntrigger: {event: [tag]}\n"), (".woodpecker/a.yml", "when: [{event: tag}]\n")],
)
def test_drone_and_woodpecker(path: str, head: str) -> None:
    text = f"""{head}steps:
  - name: test
    image: golang
    commands: [go vet, go test]
    failure: ignore
  - name: publish
    image: plugins/docker
    settings: {{repo: x}}
    when: {{event: cron}}
"""
    test, publish = _steps(path, text)
    assert (test["run"], test["image"], test["allow_failure"]) == ("go vet\ngo test", "golang", True)
    assert test["on"] == {"push": {"tags": ["*"]}}
    assert (publish["uses"], publish["with"], publish["on"]) == ("plugins/docker", {"repo": "x"}, {"schedule": {}})


def test_travis() -> None:
    text = """language: node_js
branches: {only: [main]}
install: npm ci
deploy: {provider: heroku, app: x}
jobs:
  include:
    - {name: lint, script: npm run lint}
"""
    steps = _steps(".travis.yml", text)
    assert [(step["job"], step.get("run"), step.get("uses")) for step in steps] == [("lint", "npm run lint", None)]
    bare = _steps(".travis.yml", text.partition("jobs:")[0])
    assert [(step.get("run"), step.get("uses")) for step in bare] == [
        ("npm ci", None),
        ("npm test", None),
        (None, "heroku"),
    ]
    assert bare[0]["on"] == {"push": {"branches": ["main"]}, "pull_request": {}}


def test_cloud_build() -> None:
    text = """steps:
  - name: gcr.io/cloud-builders/docker
    args: [build, -t, x, .]
  - name: python:3.13
    entrypoint: bash
    args: [-c, 'pytest -q']
    env: [A=1]
    allowFailure: true
  - {id: lint, name: node, script: npm run lint}
"""
    build, test, lint = _steps("ci/cloudbuild.yaml", text)
    assert (build["uses"], build["run"]) == ("gcr.io/cloud-builders/docker", "docker build -t x .")
    assert (test["run"], test["env"], test["allow_failure"]) == ("-c\npytest -q", {"A": "1"}, True)
    assert (lint["name"], lint["run"]) == ("lint", "npm run lint")
    assert _only("cloudbuild.json", '{"steps": [{"name": "gcr.io/x/npm", "args": ["ci"]}]}')["run"] == "npm ci"
    assert _only(".github/cloudbuild/pr.yaml", "steps:\n  - {name: gcr.io/x/npm, args: [ci]}\n")["run"] == "npm ci"


def test_buildkite() -> None:
    text = """env: {A: '1'}
steps:
  - label: Test
    commands: [make a, make b]
    soft_fail: true
    plugins: [{docker#v5: {image: x}}]
  - wait
  - group: more
    steps: [{command: make c}, {trigger: deploy}]
"""
    steps = _steps(".buildkite/pipeline.yml", text)
    assert [step.get("run") or step["uses"] for step in steps] == ["make a\nmake b", "docker#v5", "make c", "deploy"]
    assert (steps[0]["allow_failure"], steps[0]["env"], steps[1]["with"]) == (True, {"A": "1"}, {"image": "x"})


def test_appveyor_and_codebuild() -> None:
    text = "build_script: [{ps: ./build.ps1}, dotnet build]\ntest_script: dotnet test\ndeploy: {provider: NuGet}\n"
    steps = _steps("appveyor.yml", text)
    assert [step.get("run") or step["uses"] for step in steps] == ["./build.ps1\ndotnet build", "dotnet test", "NuGet"]
    text = "phases:\n  build: {commands: [make, make test], on-failure: CONTINUE}\n"
    step = _only("buildspec.yml", text)
    assert (step["name"], step["run"], step["allow_failure"]) == ("build", "make\nmake test", True)


JENKINS = """@Library('shared') _
pipeline {
  triggers { cron('H 3 * * *') }
  stages {
    stage('Test') { // sh 'make commented'
      steps {
        sh 'make test'
        sh(returnStatus: true, script: "make \\"quoted\\"")
        sh \"\"\"
          make many
          make lines
        \"\"\"
        /* sh 'make gone' */
        junit 'reports/*.xml'
      }
    }
    stage(name: "Gate") { steps { bat script: 'run.bat'
      waitForQualityGate abortPipeline: true } }
  }
}
"""


def test_jenkins() -> None:
    pipeline = _read("ci/Jenkinsfile", JENKINS)
    found = [
        (
            piece.value["job"],
            piece.document.place(piece.location)[0],
            (piece.value.get("run") or piece.value["uses"]).split(),
        )
        for piece in pipeline.pieces
        if piece.kind == "step"
    ]
    assert found == [
        ("Test", 7, ["make", "test"]),
        ("Test", 8, ["make", '\\"quoted\\"']),
        ("Test", 9, ["make", "many", "make", "lines"]),
        ("Test", 14, ["junit"]),
        ("Gate", 17, ["run.bat"]),
        ("Gate", 18, ["waitForQualityGate"]),
    ]
    assert pipeline.pieces[0].value["on"] == {"push": {}, "pull_request": {}, "schedule": [{"cron": "H 3 * * *"}]}
    assert pipeline.calls == []
    assert _read("Jenkinsfile", "@Library('shared') _\nbuildService()\n").calls == ["pipeline"]


MANY = "on: push\njobs:\n" + "".join(f"  j{at}: {{steps: [{{run: x}}]}}\n" for at in range(3_000))
ANCHORED = "x: &x " + "a" * 1_000_000 + "\nt: {script: [" + "*x, " * 20 + "]}\n"
SELF = "a: {extends: b, script: x}\nb: {extends: a}\n"
VARIABLES = "variables: {" + ", ".join(f"v{at}: 1" for at in range(1_000)) + "}\n"
COPIED = VARIABLES + "".join(f"j{at}: {{script: x, variables: {{a: 1}}}}\n" for at in range(1_200))
PATHS = (
    ".github/workflows/a.yml", "action.yml", ".gitlab-ci.yml", ".circleci/config.yml", "azure-pipelines.yml",
    "bitbucket-pipelines.yml", ".drone.yml", ".woodpecker.yml", ".travis.yml", "cloudbuild.yaml",
    ".buildkite/pipeline.yml", "appveyor.yml", "buildspec.yml", "Jenkinsfile",
)  # fmt: skip


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        (".github/workflows/a.yml", MANY, "more than 5,000 steps and jobs"),
        (".gitlab-ci.yml", ANCHORED, "commands expand to more than 8,000,000 characters"),
        (".gitlab-ci.yml", SELF, "jobs extend each other more than 12 times"),
        (".gitlab-ci.yml", COPIED, "expands to more than 1,000,000 values"),
    ],
)
def test_too_much_is_malformed(path: str, text: str, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        _read(path, text)


_KEYS = (
    "jobs", "steps", "pipelines", "stages", "workflows", "phases", "include", "on", "runs", "script", "test", "trigger",
    "branches", "deploy", "extends", "matrix", "orbs", "commands", "variables", "env", "default", "when", "rules",
    "schedules", "group", "plugins", "image", "parallel", "step", "strategy", "container",
)  # fmt: skip
_ODD = (
    "null", "3", "text", "[]", "{}", "[[[x]]]", "[null, 3]", "{a: null}", "{a: [3]}", "{a: {b: [c]}}", "[{a: b}]",
    "{steps: {a: [b]}}", "[{run: [1, {a: b}]}]", "{a: {steps: [{run: 3, uses: [x], with: 3, env: 4}]}}",
    "{jobs: [[a], {b: 3}]}", "[{step: 3}, {parallel: 3}, {stage: []}]",
    "{a: {script: {b: c}, rules: 3, only: {}}}",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_odd_shapes_are_no_error(path: str) -> None:
    for key in _KEYS:
        for value in _ODD:
            _read(path, f"{key}: {value}\n")
            _read(
                path,
                f"jobs: {{a: {{{key}: {value}}}}}\nsteps: [{{{key}: {value}}}]\na: {{script: x, {key}: {value}}}\n",
            )
            _read(path, f"pipelines: {{default: [{{step: {{{key}: {value}}}}}]}}\nphases: {{a: {{{key}: {value}}}}}\n")
    for text in ("", "3", "[a, [b]]", "a"):
        _read(path, text)


@pytest.mark.parametrize(
    "text",
    ["sh '" * 50_000, "sh '''x " * 50_000, "/*" * 100_000, "stage(" * 50_000, "sh \n" * 50_000, "sh a:true," * 9_000],
)
def test_hostile_jenkinsfiles_take_linear_time(text: str) -> None:
    with suppress(Malformed):
        _read("Jenkinsfile", text)
