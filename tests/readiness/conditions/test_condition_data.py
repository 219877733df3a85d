import pytest
from asking import ask, judge, mistakes_in

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: api
          image: example.org/api:1.0
          securityContext: {runAsNonRoot: true}
        - name: side
          image: example.org/side:1.0
"""


def test_a_kind_exists_with_its_line() -> None:
    result = judge(
        {"implemented": {"data": "k8s:{Deployment,StatefulSet}"}}, {"k8s/a.yaml": "a: 1\n---\n" + DEPLOYMENT}
    )
    assert result.status == "implemented"
    assert [(e.path, e.line, e.text) for e in result.evidence] == [("k8s/a.yaml", 3, "Deployment api")]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ({"where": {"spec.replicas": {"ge": 2}}}, "implemented"),
        ({"where": {"spec.replicas": {"gt": 2}}}, "missing"),
        ({"where": {"spec.replicas": "2"}}, "implemented"),
        ({"where": {"metadata.name": {"in": ["api", "web"]}}}, "implemented"),
        ({"where": {"metadata.name": {"re": "^a"}, "spec.nothing": {"exists": False}}}, "implemented"),
        ({"where": {"spec.template.spec.containers.name": "side"}}, "implemented"),
        ({"where": {"spec": {"replicas": {"lt": 3}}}}, "implemented"),
        ({"where": {"metadata.name": {"contains": "p"}}}, "implemented"),
        ({"where": {"not": {"metadata.name": "api"}}}, "missing"),
        ({"every": {"any": [{"spec.replicas": 5}, {"metadata.name": "api"}]}}, "implemented"),
        ({"none": {"spec.replicas": 1}}, "implemented"),
        ({"none": {"spec.replicas": 2}}, "missing"),
        ({"select": "$.spec.template.spec.containers[*]", "every": {"securityContext.runAsNonRoot": True}}, "missing"),
        (
            {"select": "$.spec.template.spec.containers[*]", "any": {"securityContext.runAsNonRoot": True}},
            "implemented",
        ),
        ({"select": "$..securityContext", "every": {"runAsNonRoot": True}}, "implemented"),
        ({"every": {"select": "$..securityContext", "every": {"runAsNonRoot": True}}}, "implemented"),
        ({"every": {"select": "$..nothing", "every": {"runAsNonRoot": True}}}, "missing"),
        ({"select": "$.spec.nothing", "every": {"a": 1}}, "missing"),
        ({"where": {"spec.absent": {"not_re": "x"}}}, "implemented"),
        ({"where": {"spec.absent": {"exists": True, "not_re": "x"}}}, "missing"),
    ],
)
def test_operators(test: dict[str, object], expected: str) -> None:
    assert ask({"data": "k8s:Deployment", **test}, {"k8s/a.yaml": DEPLOYMENT}) == expected


def test_every_looks_at_all_files() -> None:
    condition = {"data": "k8s:Deployment", "every": {"spec.replicas": {"ge": 2}}}
    other = DEPLOYMENT.replace("replicas: 2", "replicas: 1")
    assert ask(condition, {"a.yaml": DEPLOYMENT, "b.yaml": DEPLOYMENT}) == "implemented"
    result = judge({"implemented": condition}, {"a.yaml": DEPLOYMENT, "b.yaml": other})
    assert result.status == "missing"
    assert [e.path for e in result.evidence] == ["b.yaml"]


def test_a_field_is_compared_with_another() -> None:
    condition = {"data": "k8s:HorizontalPodAutoscaler", "every": {"spec.maxReplicas": {"gt_field": "spec.minReplicas"}}}
    text = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {minReplicas: 2, maxReplicas: %d}\n"
    assert ask(condition, {"hpa.yaml": text % 5}) == "implemented"
    assert ask(condition, {"hpa.yaml": text % 2}) == "missing"


TEMPLATE = """{{- if .Values.on }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
{{- end }}
"""


def test_helm_templates_have_a_view_of_their_own() -> None:
    files = {"chart/templates/d.yaml": TEMPLATE}
    assert ask({"data": "k8s:Deployment"}, files) == "missing"
    assert ask({"data": "helm-template:Deployment"}, files) == "implemented"


def test_a_hole_in_a_template_is_unknown() -> None:
    condition = {"data": "helm-template:Deployment", "every": {"spec.replicas": {"ge": 2}}}
    assert ask(condition, {"chart/templates/d.yaml": TEMPLATE}) == "unknown"


def test_a_template_of_another_kind_is_unknown_where_it_does_not_parse() -> None:
    assert ask({"data": "k8s:Deployment"}, {"deploy/d.yaml": "kind: Deployment\nx: {{ a }}: {{ b }}\n"}) == "unknown"


def test_other_yaml_errors_are_unknown_with_the_reason() -> None:
    result = judge({"implemented": {"data": "k8s:Deployment"}}, {"d.yaml": "kind: Deployment\n a: b: c\n"})
    assert result.status == "unknown"
    assert "d.yaml" in result.missing_evidence


@pytest.mark.parametrize(
    ("on", "condition", "expected"),
    [
        ("push", {"data": "workflow:trigger", "where": {"event": "push"}}, "implemented"),
        ("[push, pull_request]", {"data": "workflow:trigger", "where": {"event": "pull_request"}}, "implemented"),
        ("{push: {branches: [main]}}", {"data": "workflow:trigger", "where": {"branches": "main"}}, "implemented"),
        ("push", {"data": "workflow:step", "where": {"on": {"in": ["push"]}, "run": {"re": "test"}}}, "implemented"),
        ("push", {"data": "workflow:step", "where": {"on": {"in": ["pull_request"]}}}, "missing"),
        ("push", {"data": "workflow:job", "where": {"id": "test"}}, "implemented"),
    ],
)
def test_workflows(on: str, condition: dict[str, object], expected: str) -> None:
    text = f"on: {on}\njobs:\n  test:\n    steps:\n      - run: make test\n"
    assert ask(condition, {".github/workflows/ci.yml": text}) == expected


def test_a_workflow_of_another_repository_is_unknown() -> None:
    text = "on: push\njobs:\n  test:\n    uses: org/repo/.github/workflows/ci.yml@v1\n"
    assert (
        ask({"data": "workflow:step", "where": {"run": {"re": "test"}}}, {".github/workflows/ci.yml": text})
        == "unknown"
    )
    local = text.replace("org/repo/", "./").replace("@v1", "")
    assert ask({"data": "workflow:step"}, {".github/workflows/ci.yml": local}) == "missing"


DOCKERFILE = 'FROM node:22 AS build\nUSER node\nFROM build AS run\nEXPOSE 80\nCMD ["node", "x"]\n'


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"final": True, "user": "node"}, "implemented"),
        ({"final": True, "user": {"exists": False}}, "missing"),
        ({"final": True, "expose": {"exists": True}, "entry_form": "exec"}, "implemented"),
        ({"final": False, "name": "build", "tag": "22"}, "implemented"),
        ({"healthcheck": {"exists": True}}, "missing"),
    ],
)
def test_dockerfile_stages(where: dict[str, object], expected: str) -> None:
    assert ask({"data": "dockerfile:stage", "where": where}, {"Dockerfile": DOCKERFILE}) == expected


def test_terraform_resources_and_remote_modules() -> None:
    text = 'resource "aws_db_instance" "db" {\n  multi_az = true\n  size = var.size\n  backup { days = 7 }\n}\n'
    files = {"infra/main.tf": text}
    assert (
        ask({"data": "terraform:aws_db_*", "where": {"multi_az": True, "backup.days": {"ge": 7}}}, files)
        == "implemented"
    )
    assert ask({"data": "terraform:aws_db_instance", "where": {"size": {"re": "big"}}}, files) == "unknown"
    assert ask({"data": "terraform:aws_s3_bucket"}, files) == "missing"
    module = 'module "db" {\n  source = "terraform-aws-modules/rds/aws"\n}\n'
    assert ask({"data": "terraform:aws_db_instance"}, {"main.tf": module}) == "unknown"
    assert ask({"data": "terraform:module"}, {"main.tf": module}) == "implemented"


def test_plain_files_by_glob() -> None:
    assert ask({"data": "yaml:**/values*.yaml", "select": "$..['hpa']", "where": {"enabled": True}},
               {"c/values-prod.yaml": "a: {hpa: {enabled: true}}"}) == "implemented"  # fmt: skip
    assert (
        ask({"data": "json:package.json", "select": "$.scripts.test"}, {"package.json": '{"scripts": {"test": "x"}}'})
        == "implemented"
    )
    assert (
        ask(
            {"data": "json:tsconfig.json", "where": {"strict": True}},
            {"tsconfig.json": '{\n// why\n"strict": true,\n}'},
        )
        == "implemented"
    )
    assert (
        ask({"data": "toml:pyproject.toml", "select": "$.tool.ruff"}, {"pyproject.toml": "[tool.ruff]\na=1\n"})
        == "implemented"
    )
    assert ask({"data": "compose:service", "where": {"name": "db", "restart": {"exists": True}}},
               {"compose.yaml": "services:\n  db: {image: pg, restart: always}\n"}) == "implemented"  # fmt: skip


def test_json_evidence_has_its_line() -> None:
    result = judge({"implemented": {"data": "json:package.json", "select": "$.scripts.test"}},
                   {"package.json": '{\n  "name": "x",\n  "scripts": {\n    "test": "y"\n  }\n}'})  # fmt: skip
    assert result.evidence[0].line == 4


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"data": "kube:Deployment"}, "unknown view 'kube'"),
        ({"data": "dockerfile:stages"}, "'dockerfile:' takes one of stage, instruction"),
        ({"data": "k8s:A", "select": "$.a[?match(@.b, 'x')]"}, "match() and search() are not allowed"),
        ({"data": "k8s:A", "select": "$..a..b..c"}, "at most 2 descents ('..') in one JSONPath"),
        ({"data": "k8s:A", "where": {"a": {"equals": 1, "near": 2}}}, "unknown operator 'near'"),
        ({"data": "k8s:A", "where": {"a": {"re": "(?=x)"}}}, "bad regular expression"),
        ({"data": "k8s:A", "where": {"a": []}}, "'equals' must be a text, a number, true, false or null"),
        ({"data": "k8s:A", "where": {"a": {"contains": ["b"]}}}, "'contains' must be a text"),
        ({"data": "k8s:A", "every": {"a": 1}, "none": {"b": 1}}, "only one of every, any and none"),
        ({"data": "k8s:A", "were": {"a": 1}}, "unknown key 'were'"),
        ({"data": "k8s:{A"}, "bad argument"),
    ],
)  # fmt: skip
def test_mistakes_are_named(condition: dict[str, object], message: str) -> None:
    assert any(message in found for found in mistakes_in(condition))
