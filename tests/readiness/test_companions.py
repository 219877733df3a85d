from collections.abc import Mapping

import pytest
from asking import TODAY, catalogue_of
from scan_cache_in_memory import Cache

from app.readiness.companions import charts_in, is_companion
from app.readiness.evaluate import Inputs, Questions, evaluate
from app.readiness.snapshot import MemorySnapshot

HPA = """{{- if .Values.hpa.enabled }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: {{ include "name" . }}}
spec: {minReplicas: 2}
{{- end }}
"""
CHART = {
    "chart/Chart.yaml": "name: shop\nversion: 1.0.0\n",
    "chart/values.yaml": "hpa: {enabled: false}\n",
    "chart/templates/_helpers.tpl": '{{ define "name" }}shop{{ end }}',
    "chart/templates/hpa.yaml": HPA,
    "chart/templates/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Chart.Name }}}\n",
    "src/app.py": "x = 1\n",
}
RULES = catalogue_of(
    {"id": "scales", "implemented": {"data": "k8s:HorizontalPodAutoscaler", "where": {"metadata.name": "shop"}}},
    {"id": "served", "implemented": {"data": "k8s:Service", "where": {"metadata.name": "shop"}}},
)
ON = {"chart/values.yaml": "hpa: {enabled: true}\n"}


def status(files: Mapping[str, str], cache: Cache | None = None, rule: str = "scales") -> str:
    return evaluate(MemorySnapshot(files), RULES, [rule], Inputs(TODAY), cache).results[rule].status.value


CHANGES: list[tuple[dict[str, str], str]] = [
    ({}, "missing"),
    (ON, "implemented"),
    ({"chart/values.yaml": "hpa: {enabled: true}\nmore: 1\n"}, "implemented"),
    ({"chart/values-prod.yaml": "hpa: {enabled: true}\n"}, "implemented"),
    ({**ON, "chart/values-production.yaml": "hpa: {enabled: false}\n"}, "missing"),
    ({**ON, "chart/Chart.yaml": "name: other\n"}, "implemented"),
    ({**ON, "chart/templates/_helpers.tpl": '{{ define "name" }}else{{ end }}'}, "missing"),
    ({**ON, "Chart.yaml": "name: top\n"}, "implemented"),
]


def test_only_the_values_change_and_the_verdict_with_them() -> None:
    """From the facts of the base tree, as a pull request is judged."""
    questions = Questions(RULES, ["scales", "served"], Inputs(TODAY), Cache())
    base = questions.evaluate(MemorySnapshot(CHART))
    head = questions.evaluate(MemorySnapshot({**CHART, **ON}))
    assert base.results["scales"].status == "missing"
    assert head.results["scales"].status == "implemented"
    # Only the two templates of the chart are looked at again; values hold nothing these rules ask.
    assert head.blobs_scanned - base.blobs_scanned <= len(("hpa", "service", "values"))


@pytest.mark.parametrize("first", range(len(CHANGES)))
def test_what_was_kept_of_other_companions_is_not_believed(first: int) -> None:
    cache = Cache()
    status({**CHART, **CHANGES[first][0]}, cache)
    for files, expected in CHANGES:
        whole = {**CHART, **files}
        assert status(whole, cache) == status(whole) == expected


def test_what_has_not_changed_is_not_read_again() -> None:
    cache = Cache()
    evaluate(MemorySnapshot(CHART), RULES, ["scales"], Inputs(TODAY), cache)
    again = evaluate(MemorySnapshot({**CHART, "src/app.py": "x = 2\n"}), RULES, ["scales"], Inputs(TODAY), cache)
    assert again.blobs_scanned == 0
    cache.trees.clear()
    assert evaluate(MemorySnapshot(CHART), RULES, ["scales"], Inputs(TODAY), cache).blobs_scanned == 0


def test_charts_of_a_family_depend_on_those_above() -> None:
    files = {
        **CHART,
        "chart/charts/cache/Chart.yaml": "name: cache\n",
        "chart/charts/cache/templates/_x.tpl": "",
        "lone/Chart.yaml": "name: lone\n",
    }
    before, after = charts_in(MemorySnapshot(files).entries), charts_in(MemorySnapshot({**files, **ON}).entries)
    assert set(before) == {"chart", "chart/charts/cache", "lone"}
    changed = {folder for folder in before if before[folder].digest != after[folder].digest}
    assert changed == {"chart", "chart/charts/cache"}
    assert len(before["chart/charts/cache"].shared) == len(before["chart"].shared) == 2


def test_a_repository_without_charts_has_none() -> None:
    assert charts_in(MemorySnapshot({"a.yaml": "", "myChart.yaml": "", "templates/a.yaml": HPA}).entries) == {}


@pytest.mark.parametrize(
    "path", ["Chart.yaml", "a/values.yaml", "values-prod.yml", "a/templates/b/_x.yaml", "templates/x.tpl"]
)
def test_companions(path: str) -> None:
    assert is_companion(path)


@pytest.mark.parametrize("path", ["a/Charts.yaml", "values-dev.yaml", "a/_x.tpl", "x/templates/a.yaml"])
def test_other_files_are_no_companions(path: str) -> None:
    assert not is_companion(path)
