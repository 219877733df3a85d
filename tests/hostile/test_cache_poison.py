"""A blob somebody plants under one path must not decide what the same blob means under another."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from app.readiness.catalogue import Catalogue, builtin_rules, load_catalogue, read_catalogue
from app.readiness.detectors import build_detectors
from app.readiness.evaluate import Inputs, evaluate
from app.readiness.snapshot import MemorySnapshot

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {replicas: 3}\n"
TEMPLATE = DEPLOYMENT.replace("3}", "{{ .Values.replicas }}}")
KEY = "glp" + "at-" + "k7Qm2Xw9Rt4Ls8" + "Vb3Nz6"
# Texts that mean something else under another path, and the paths that make the difference.
PLANTED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (TEMPLATE, ("k8s/a.yaml", "chart/templates/a.yaml", "chart/Templates/a.yaml", "chart/TEMPLATES/a.yaml",
                "chart/templates/A.yaml", "test/templates/a.yaml", "vendor/templates/a.yaml", "a.yaml")),
    (DEPLOYMENT, ("k8s/a.yaml", "chart/templates/a.yaml", "a.yml", "compose.yml", "docker-compose.test.yml", "a.md")),
    ("FROM node\nUSER node\n", ("Dockerfile", "dockerfile", "Dockerfile.py", "dockerfile.py", "dockerfile.PY",
                                "dev.Dockerfile", "test/Dockerfile", "a.dockerfile")),
    ("sentry-sdk>=1\nexpress==4\n", ("requirements.txt", "requirements/a.txt", "Requirements/a.txt", "other/a.txt",
                                     "requirements-dev.txt", "tests/requirements.txt", "setup.cfg", "Gemfile")),
    ("app.get('/health', h)\n", ("src/a.js", "src/a.ts", "src/a.py", "src/A.JS", "src/a.test.js", "dist/a.js")),
    ("# app.get('/health')\nx = 1\n", ("a.py", "a.md", "a.js", "a.sql", "a.PY")),
    (f"{'x' * 5} = '{KEY}'\n", ("a.ini", "a.md", ".env", ".env.example", "id_rsa", "yarn.lock", "a.png", "a\nb.ini")),
    ("# Todo\n\n- [ ] health endpoint\n", ("TODO.md", "docs/runbooks/a.md", ".github/pull_request_template.md",
                                          "docs/todo.MD", "todo.txt")),
)  # fmt: skip


class Dictionary:
    """A cache in memory."""

    def __init__(self) -> None:
        self.facts: dict[str, bytes] = {}
        self.trees: dict[str, bytes] = {}

    def get(self, keys: Sequence[str]) -> Mapping[str, bytes]:
        return {key: self.facts[key] for key in keys if key in self.facts}

    def put(self, facts: Mapping[str, bytes]) -> None:
        self.facts.update(facts)

    def get_tree(self, plan: str) -> bytes | None:
        return self.trees.get(plan)

    def put_tree(self, plan: str, facts: bytes) -> None:
        self.trees[plan] = facts


RULE = """schema: readygate/rule/v1
id: views
title: Views
category: security-scanning
priority: P2
why: Every view and every kind of question, asked of the same files.
fix: Nothing.
message: {missing: Nothing.}
implemented:
  any:
    - {data: "k8s:Deployment"}
    - {data: "helm-template:Deployment", where: {spec.replicas: 3}}
    - {data: "dockerfile:stage", where: {final: true}}
    - {data: "dockerfile:instruction", where: {instruction: USER}}
    - {dependency: ["pypi:sentry-sdk", "npm:express", "gem:rails"], group: runtime}
    - {text: ["/health", "x = 1"], in: ["**/*"]}
    - {doc: {title: ["(?i)^todo$"]}}
    - {code: {prefilter: [/health], javascript: {kind: call_expression}, typescript: {kind: call_expression}}}
examples:
  - {status: implemented, files: {a.py: "x = 1"}}
  - {status: implemented, files: {b.py: "x = 1"}}
  - {status: missing, files: {a.py: y}}
  - {status: missing, files: {b.py: y}}
"""


@pytest.fixture(scope="module")
def catalogues() -> tuple[Catalogue, Catalogue]:
    """The rules that come with Readygate, and one that asks everything at once."""
    return read_catalogue(builtin_rules()), load_catalogue({"security-scanning/views.yml": RULE})


def judged(catalogue: Catalogue, files: Mapping[str, str], cache: Any = None) -> Any:
    inputs = Inputs(today=date(2026, 11, 20), detectors=build_detectors(secret_key=b"k" * 32))
    return evaluate(MemorySnapshot(files), catalogue, sorted(catalogue.rules), inputs, cache).results


def pairs() -> Iterator[tuple[str, str, str]]:
    for text, paths in PLANTED:
        yield from ((text, first, second) for first, second in permutations(paths, 2))


def test_what_was_seen_at_one_path_says_nothing_of_another(catalogues: tuple[Catalogue, Catalogue]) -> None:
    for catalogue in catalogues:
        alone = {(text, path): judged(catalogue, {path: text}) for text, paths in PLANTED for path in paths}
        for text, first, second in pairs():
            cache = Dictionary()
            judged(catalogue, {first: text}, cache)
            assert judged(catalogue, {second: text}, cache) == alone[text, second], (first, second)


def test_two_copies_in_one_tree_are_judged_as_each_alone_would_be(catalogues: tuple[Catalogue, Catalogue]) -> None:
    """Evidence is the union: what one path shows is not lent to the other."""
    _, views = catalogues
    for text, first, second in pairs():
        both = judged(views, {first: text, second: text})["views"].evidence
        shown = {path for path in (first, second) if judged(views, {path: text})["views"].evidence}
        assert {line.path for line in both} == shown, (first, second)


def test_the_planted_texts_do_mean_different_things(catalogues: tuple[Catalogue, Catalogue]) -> None:
    _, views = catalogues
    for text, paths in PLANTED[:4]:
        results = {repr(judged(views, {path: text})["views"]).replace(path, "") for path in paths}
        assert len(results) > 1, text
