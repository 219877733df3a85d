import contextlib
import time

import pytest
from asking import ask, judge

from app.readiness.formats.helm.chart import Chart
from app.readiness.formats.malformed import Malformed
from app.readiness.snapshot import MemorySnapshot

HELPERS = """{{/* names */}}
{{- define "shop.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- define "shop.labels" -}}
app: {{ include "shop.name" . }}
{{- if .Chart.AppVersion }}
version: {{ .Chart.AppVersion | quote }}
{{- end }}
{{- end }}
"""
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.name" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicas | default 1 }}
  {{- end }}
  template:
    spec:
      containers:
        - name: api
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          {{- with .Values.probes }}
          livenessProbe:
            {{- toYaml .live | nindent 12 }}
          {{- end }}
          env:
            {{- range $name, $value := .Values.env }}
            - name: {{ $name }}
              value: {{ tpl $value $ | quote }}
            {{- end }}
          resources: {{- toYaml .Values.resources | nindent 12 }}
"""
VALUES = """replicas: 3
image: {repository: example.org/shop}
autoscaling: {enabled: false}
probes: {live: {httpGet: {path: /live, port: 80}}}
env: {A: one, B: "{{ .Release.Name }}-b"}
resources: {limits: {memory: 1Gi}}
"""
CHART = {
    "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\nappVersion: '2.5'\n",
    "chart/values.yaml": VALUES,
    "chart/templates/_helpers.tpl": HELPERS,
    "chart/templates/deployment.yaml": DEPLOYMENT,
}
HPA = """{{- if .Values.autoscaling.enabled }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
spec: {minReplicas: 2}
{{- end }}
"""


def holds(where: dict[str, object], files: dict[str, str] = CHART, view: str = "workload:container") -> str:
    return ask({"data": view, "where": where}, files)


def with_values(text: str, name: str = "values.yaml") -> dict[str, str]:
    return {**CHART, f"chart/{name}": text}


@pytest.mark.parametrize(
    "where",
    [
        {"image": "example.org/shop:2.5"},
        {"livenessProbe.httpGet.path": "/live"},
        {"resources.limits.memory": "1Gi"},
        {"env": {"name": "B", "value": "shop-b"}},
        {"workload": "shop"},
    ],
)
def test_a_template_is_seen_as_the_manifest_it_makes(where: dict[str, object]) -> None:
    assert holds(where) == "implemented"


def test_the_lines_are_those_of_the_template() -> None:
    result = judge({"implemented": {"data": "k8s:Deployment", "where": {"metadata.labels.version": "2.5"}}}, CHART)
    assert [(e.path, e.line, e.text) for e in result.evidence] == [
        ("chart/templates/deployment.yaml", 1, "Deployment shop")
    ]
    probe = {"data": "k8s:Deployment", "select": "$..livenessProbe.httpGet"}
    assert [e.line for e in judge({"implemented": probe}, CHART).evidence] == [18]
    memory = {"data": "k8s:Deployment", "select": "$..env[1]"}
    assert [e.line for e in judge({"implemented": memory}, CHART).evidence] == [22]


def test_values_decide() -> None:
    assert holds({"replicas": 3}, view="workload:pod") == "implemented"
    assert (
        holds({"replicas": {"exists": True}}, with_values("autoscaling: {enabled: true}\n"), "workload:pod")
        == "missing"
    )
    assert holds({"livenessProbe": {"exists": True}}, with_values("replicas: 2\n")) == "missing"


def test_values_for_production_win() -> None:
    for name in ("values-prod.yaml", "values-production.yaml", "values.prod.yml"):
        assert holds({"replicas": 7}, with_values("replicas: 7\n", name), "workload:pod") == "implemented"
    beside = {**CHART, "values-prod.yaml": "replicas: 7\n"}
    assert holds({"replicas": 7}, beside, "workload:pod") == "implemented"
    assert holds({"image": {"re": "^example.org/shop:"}}, beside) == "implemented"
    assert holds({"replicas": 3}, {**beside, "other/Chart.yaml": "name: other\n"}, "workload:pod") == "implemented"


def test_what_comes_with_the_release_is_unknown() -> None:
    bare = with_values("image: {}\n")
    assert holds({"image": {"re": ":latest$"}}, bare) == "unknown"
    assert holds({"resources.limits": {"exists": True}}, bare) == "unknown"
    assert (
        ask({"data": "workload:container", "every": {"resources.limits.memory": {"exists": True}}}, bare) == "unknown"
    )
    assert holds({"resources.limits.memory": "1Gi"}, with_values("a: [")) == "unknown"


def test_what_is_not_known_to_the_renderer_is_a_hole() -> None:
    files = {**CHART, "chart/templates/deployment.yaml": DEPLOYMENT.replace("toYaml .Values.resources", "magic 1")}
    assert holds({"resources.limits": {"exists": True}}, files) == "unknown"
    assert holds({"image": "example.org/shop:2.5"}, files) == "implemented"


def reached(files: dict[str, str]) -> str:
    rule = {
        "implemented": {"data": "k8s:HorizontalPodAutoscaler"},
        "partial": {"data": "k8s:HorizontalPodAutoscaler", "reachable": "any"},
    }
    return judge(rule, files).status.value


def test_what_is_switched_off_is_not_reached() -> None:
    files = {**CHART, "chart/templates/hpa.yaml": HPA}
    assert reached(files) == "partial"
    assert reached({**files, "chart/values.yaml": "autoscaling: {enabled: true}\n"}) == "implemented"
    assert reached({**files, "chart/values-prod.yaml": "autoscaling: {enabled: true}\n"}) == "implemented"
    assert reached(CHART) == "missing"


SUB = {
    "chart/charts/cache/Chart.yaml": "name: cache\nversion: 1.0.0\n",
    "chart/charts/cache/values.yaml": "min: 1\n",
    "chart/charts/cache/templates/hpa.yaml": HPA.split("}}", 1)[1].rsplit("{{", 1)[0].replace("2", "{{ .Values.min }}"),
    "chart/charts/cache/templates/plain.yaml": "apiVersion: v1\nkind: ConfigMap\ndata: {}\n",
}


def test_a_chart_within_a_chart() -> None:
    where = {"data": "k8s:HorizontalPodAutoscaler", "where": {"spec.minReplicas": 4}}
    files = {**CHART, **SUB}
    assert reached(files) == "implemented"
    assert ask(where, {**files, "chart/values.yaml": "cache: {min: 4}\n"}) == "implemented"
    listed = {
        **files,
        "chart/Chart.yaml": CHART["chart/Chart.yaml"]
        + "dependencies: [{name: cache, condition: 'cache.enabled', repository: ''}]\n",
    }
    assert reached({**listed, "chart/values.yaml": "cache: {enabled: true}\n"}) == "implemented"
    off = {**listed, "chart/values.yaml": "cache: {enabled: false}\n"}
    assert reached(off) == "partial"
    assert ask({"data": "k8s:ConfigMap"}, off) == "missing"
    tagged = files["chart/Chart.yaml"] + "dependencies: [{name: cache, tags: [extra]}]\n"
    assert reached({**files, "chart/Chart.yaml": tagged, "chart/values.yaml": "tags: {extra: false}\n"}) == "partial"


def lines_of(template: str, values: str = "", *, is_any: bool = False) -> list[object]:
    chart = Chart(b"name: shop\nversion: 1.2.3\n", [values.encode()], [HELPERS.encode()])
    return [document.value for document in chart.documents(template.encode(), "t.yaml", is_any=is_any)]


@pytest.mark.parametrize(
    ("template", "values", "expected"),
    [
        ("a: {{ if .Values.x }}1{{ else if eq .Values.y 2 }}2{{ else }}3{{ end }}", "y: 2", 2),
        ("a: {{ if and .Values.x (or .Values.y false) }}1{{ else }}3{{ end }}", "{x: 1, y: 2}", 1),
        ('a: {{ if eq .Values.x "a" "b" }}1{{ end }}', "x: b", 1),
        ("a: {{ if ne .Values.x 1 }}1{{ else }}2{{ end }}", "x: 1", 2),
        ("a: {{ with .Values.x }}{{ .y }}{{ else }}none{{ end }}", "x: {y: 5}", 5),
        ("a: {{ with .Values.x }}{{ .y }}{{ else }}none{{ end }}", "", "none"),
        ("a: [{{ range .Values.x }}{{ . }},{{ end }}]", "x: [1, 2]", [1, 2]),
        ("a: [{{ range $i, $e := .Values.x }}{{ $i }}{{ $e }},{{ end }}]", "x: [1, 2]", [1, 12]),
        ("a: {{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "", 2),
        ("a: {{ $.Values.x.y }}", "x: {y: z}", "z"),
        ("a: {{ (index .Values.x 1).y }}", "x: [1, {y: 2}]", 2),
        ('a: {{ index .Values "x" "y-z" }}', "x: {y-z: 2}", 2),
        ('a: {{ .Values.x | default (dict "b" 1) | toYaml | nindent 2 }}', "", {"b": 1}),
        ("a: {{ ternary 1 2 (empty .Values.x) }}", "x: []", 1),
        ('a: {{ printf "%s-%d" .Chart.Name 2 | upper | lower }}', "", "shop-2"),
        ('a: {{ .Chart.Version | replace "." "-" }}', "", "1-2-3"),
        ('a: {{ if semverCompare ">=1.19-0" .Capabilities.KubeVersion.GitVersion }}1{{ end }}', "", 1),
        ('a: {{ if kindIs "map" .Values.x }}1{{ end }}', "x: {b: 1}", 1),
        ('a: {{ if hasKey .Values.x "b" }}1{{ end }}', "x: {b: 1}", 1),
        ('a: {{ join "-" .Values.x }}', "x: [b, c]", "b-c"),
        ("a: {{ .Values.x | quote }}", "x: 1", "1"),
        ("a: {{ `raw }}` | quote }}", "", "raw }}"),
        ("a: 1{{- /* nothing }} here */ -}}  0", "", 10),
        (
            "a:\n  {{- toYaml .Values.x | nindent 2 }}",
            "x: {b: [1, {c: 'true'}], d: {}}",
            {"b": [1, {"c": "true"}], "d": {}},
        ),
        ('{{ define "one" }}{{ .b }}{{ end }}a: {{ template "one" .Values }}', "b: 7", 7),
        ('a: {{ tpl "{{ .Values.b }}" . }}', "b: 7", 7),
        ("a: {{ .Values.replicas }}", "replicas: 1.0", 1),
        (
            'a:\n  {{- include "common.tplvalues.render" (dict "value" .Values.x "context" $) | nindent 2 }}',
            "x: {b: '{{ .Chart.Name }}'}",
            {"b": "shop"},
        ),
        (
            'a: {{ include "common.images.image" (dict "imageRoot" .Values.image "global" .Values.global) }}',
            "image: {registry: example.org, repository: shop, tag: v1}",
            "example.org/shop:v1",
        ),
    ],
)
def test_what_templates_say(template: str, values: str, expected: object) -> None:
    assert lines_of(template, values) == [{"a": expected}]


def test_holes_in_blocks_stand_for_entries_nobody_knows() -> None:
    hole = "\ue000"
    assert lines_of("a:\n  {{ magic }}\n  b: 1\n") == [{"a": {hole: hole, "b": 1}}]
    assert lines_of("a:\n  - 1\n  {{ magic }}\nb: 1\n") == [{"a": [1, hole], "b": 1}]
    assert lines_of("a:\n  - b: 1\n    c: 2\n  {{ magic }}\n") == [{"a": [{"b": 1, "c": 2}, hole]}]
    assert lines_of("a:\n  {{ magic }}\nb: 1\n") == [{"a": hole, "b": 1}]


def test_conditions_that_are_not_known_count_as_met() -> None:
    assert lines_of('a: {{ if .Capabilities.APIVersions.Has "x/v1" }}1{{ else }}2{{ end }}') == [{"a": 1}]


HOSTILE = {
    "a define that calls itself": '{{ define "x" }}{{ include "x" . }}{{ end }}a: {{ include "x" . }}',
    "tpl that calls itself": "a: {{ tpl .Values.t . }}",
    "an endless loop": "{{ range until 100000 }}" * 3 + "x" + "{{ end }}" * 3,
    "many loops": "{{ range until 400 }}" * 4 + "x" + "{{ end }}" * 4,
    "a huge indent": 'a: {{ "x" | indent 1000000000 }}',
    "many huge indents": "{{ $x := .Values.long }}" + "{{ $x = $x | nindent 90 }}" * 200 + "a: {{ $x }}",
    "a text that doubles": '{{ $x := "xxxxxxxx" }}' + "{{ $x = print $x $x }}" * 100 + "a: {{ $x }}",
    "a list that doubles": "{{ $x := list 1 2 }}" + "{{ $x = concat $x $x }}" * 100 + "a: {{ toYaml $x }}",
    "a mapping that doubles": "{{ $x := dict }}" + '{{ $x = dict "a" $x "b" $x }}' * 35 + "a: {{ toYaml $x }}",
    "what doubles, compared": "{{ $x := dict }}"
    + '{{ $x = dict "a" $x "b" $x }}' * 100
    + "a: {{ eq $x $x }}{{ print $x }}",
    "deep blocks": "{{ if true }}" * 5000 + "a: 1" + "{{ end }}" * 5000,
    "deep brackets": "a: {{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
    "long else-if": "a: {{ if false }}0" + "{{ else if false }}1" * 5000 + "{{ end }}",
    "open strings": '{{ "' * 100_000,
    "open comments": "{{/* a " * 100_000,
    "open blocks": "{{ if .Values.x }}",
    "ends too many": "a: 1\n{{ end }}{{ end }}",
    "a megabyte of actions": "{{ .Values.long }}\n" * 55_000,
    "a megabyte of words": "a: {{ print " + "1 " * 500_000 + "}}",
    "replaced by more": 'a: {{ replace "x" .Values.long .Values.long }}',
    "a big number": "a: {{ mul 99999999999 99999999999 99999999999 99999999999 }}",
    "searching a long text": "{{ range until 500 }}" * 2 + '{{ contains "y" $.Values.long }}' + "{{ end }}" * 2,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_templates_cost_little(name: str) -> None:
    values = f"long: {'x' * 200_000}\nt: '{{{{ tpl .Values.t . }}}}'\n"
    started = time.process_time()
    with contextlib.suppress(Malformed, RecursionError):
        lines_of(HOSTILE[name], values)
    assert time.process_time() - started < 5


def test_a_hostile_template_is_an_outcome_of_its_own_file_alone() -> None:
    files = {**CHART, "chart/templates/bad.yaml": "kind: Deployment\n" + HOSTILE["deep blocks"]}
    assert ask({"data": "k8s:Deployment", "where": {"metadata.name": "shop"}}, files) == "implemented"


def test_helm_template_sees_templates_unrendered() -> None:
    assert ask({"data": "helm-template:HorizontalPodAutoscaler"}, {**CHART, "chart/templates/hpa.yaml": HPA}) == (
        "implemented"
    )


def test_a_template_without_a_chart_is_left_to_helm_template() -> None:
    alone = {"templates/d.yaml": DEPLOYMENT}
    assert ask({"data": "k8s:Deployment"}, alone) == "missing"
    assert MemorySnapshot(alone).entries
