import pytest
from asking import ask, judge, mistakes_in

POD = """containers:
      - name: api
        image: example.org/api:1.0
        livenessProbe: {httpGet: {path: /, port: 80}}
      initContainers: [{name: migrate, image: "example.org/api:1.0"}]
      securityContext: {runAsNonRoot: true}
"""
TEMPLATE = f"""  template:
    metadata: {{annotations: {{scrape: "yes"}}}}
    spec:
      {POD}"""
CRON = """apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - {name: api, image: "example.org/api:1.0", livenessProbe: {exec: {command: [x]}}}
"""


def workload(kind: str, version: str = "apps/v1", more: str = "") -> str:
    return f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: shop, namespace: prod}}\nspec:\n{more}{TEMPLATE}"


@pytest.mark.parametrize(
    "text",
    [
        *map(workload, ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")),
        workload("Job", "batch/v1"),
        workload("Rollout", "argoproj.io/v1alpha1"),
        workload("Service", "serving.knative.dev/v1"),
        CRON,
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: shop}}\nspec:\n      {POD}",
    ],
)
def test_containers_of_every_kind_of_workload(text: str) -> None:
    assert ask({"data": "workload:container", "every": {"livenessProbe": {"exists": True}}}, {"a.yaml": text}) == (
        "implemented"
    )


def test_a_container_knows_its_pod_and_its_workload() -> None:
    condition = {
        "data": "workload:container",
        "where": {"kind": "Deployment", "workload": "shop", "namespace": "prod"},
        "every": {"pod.securityContext.runAsNonRoot": True, "pod.containers": {"exists": False}, "name": "api"},
    }
    result = judge({"implemented": condition}, {"a.yaml": workload("Deployment")})
    assert [(e.line, e.text) for e in result.evidence] == [(9, "Deployment shop container api")]


def test_a_pod_knows_its_replicas_labels_and_annotations() -> None:
    files = {"a.yaml": workload("StatefulSet", more="  replicas: 3\n")}
    where = {"kind": "StatefulSet", "replicas": {"ge": 3}, "annotations.scrape": "yes", "containers.name": "api"}
    assert ask({"data": "workload:pod", "where": where}, files) == "implemented"
    assert ask({"data": "workload:pod", "where": {"replicas": {"exists": True}}}, {"a.yaml": CRON}) == "missing"


def test_init_containers_are_apart() -> None:
    files = {"a.yaml": workload("Deployment")}
    assert ask({"data": "workload:container", "where": {"name": "migrate"}}, files) == "missing"
    assert ask({"data": "workload:init-container", "where": {"name": "migrate"}}, files) == "implemented"


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Service\nspec: {template: {spec: {containers: [{name: a}]}}}\n",
        "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: }}}\n",
        "apiVersion: apps/v1\nkind: Deployment\nspec: [1]\n",
        "apiVersion: apps/v1\nkind: [Deployment]\nspec: {}\n",
    ],
)
def test_what_runs_nothing_has_no_containers(text: str) -> None:
    assert ask({"data": "workload:container"}, {"a.yaml": text}) == "missing"


COMPONENT = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [hpa.yaml]\n"
HPA = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {minReplicas: 2}\n"


def reached(files: dict[str, str]) -> str:
    rule = {
        "implemented": {"data": "k8s:HorizontalPodAutoscaler"},
        "partial": {"data": "k8s:HorizontalPodAutoscaler", "reachable": "any"},
    }
    return judge(rule, files).status.value


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"k/hpa.yaml": HPA}, "implemented"),
        ({"k/kustomization.yaml": "resources: [hpa.yaml]\n", "k/hpa.yaml": HPA}, "implemented"),
        ({"k/kustomization.yml": "resources: [other.yaml]\n", "k/hpa.yaml": HPA}, "partial"),
        ({"k/kustomization.yaml": "resources: [more/hpa.yaml]\n", "k/more/hpa.yaml": HPA}, "implemented"),
        ({"k/kustomization.yaml": "resources: []\n", "k/more/hpa.yaml": HPA}, "implemented"),
        ({"k/kustomization.yaml": "patches: [{path: hpa.yaml}]\n", "k/hpa.yaml": HPA}, "implemented"),
        ({"base/kustomization.yaml": "", "c/kustomization.yaml": COMPONENT, "c/hpa.yaml": HPA}, "partial"),
        (
            {
                "base/kustomization.yaml": "resources: [a.yaml]\n#components: [../c]\n",
                "c/kustomization.yaml": COMPONENT,
                "c/hpa.yaml": HPA,
            },
            "partial",
        ),
        (
            {
                "base/kustomization.yaml": "resources: [a.yaml]\ncomponents: [../c/]\n",
                "c/kustomization.yaml": COMPONENT,
                "c/hpa.yaml": HPA,
            },
            "implemented",
        ),
        (
            {
                "kustomization.yaml": "resources: [a.yaml]\n",
                "d/kustomization.yaml": "kind: Component\ncomponents: [../c]\n",
                "c/kustomization.yaml": COMPONENT,
                "c/hpa.yaml": HPA,
            },
            "partial",
        ),
        ({"kustomization.yaml": "resources: [./k]\n", "k/Kustomization": COMPONENT, "k/hpa.yaml": HPA}, "implemented"),
        ({"k/kustomization.yaml": "resources: [a: b\n", "k/hpa.yaml": HPA}, "implemented"),
        (
            {
                "k/kustomization.yaml": "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {}\n",
                "k/hpa.yaml": HPA,
            },
            "implemented",
        ),
        ({"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"}, "missing"),
        (
            {
                "a/kustomization.yaml": "resources: [../b, hpa.yaml]\n",
                "b/kustomization.yaml": "resources: [../a]\n",
                "a/hpa.yaml": HPA,
            },
            "implemented",
        ),
    ],
)
def test_what_no_kustomization_lists_is_not_reached(files: dict[str, str], expected: str) -> None:
    assert reached(files) == expected


def test_a_base_of_another_repository_makes_unknown_what_nothing_else_shows() -> None:
    rule = {"implemented": {"data": "k8s:HorizontalPodAutoscaler"}}
    remote = {"k/kustomization.yaml": "resources: [https://example.org/base?ref=v1, hpa.yaml]\n"}
    result = judge(rule, remote)
    assert result.status == "unknown"
    assert "takes https://example.org/base?ref=v1 from elsewhere" in result.missing_evidence
    assert judge(rule, {**remote, "k/hpa.yaml": HPA}).status == "implemented"
    assert judge(rule, {"k/kustomization.yaml": "resources: [https://example.org/crds.yaml]\n"}).status == "missing"


@pytest.mark.parametrize(
    ("condition", "mistake"),
    [
        ({"data": "k8s:A", "reachable": "yes"}, "'reachable' can only be 'any'"),
        ({"data": "compose:service", "reachable": "any"}, "'reachable' can only be 'any'"),
        ({"data": "workload:thing"}, "'workload:' takes one of pod, container, init-container"),
    ],
)
def test_mistakes(condition: dict[str, str], mistake: str) -> None:
    assert mistakes_in(condition) == [mistake]
