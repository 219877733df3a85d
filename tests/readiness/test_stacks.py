"""Which stacks a repository has, and the advice that goes with them."""

import pytest
from judging import TODAY, catalogue, rule

from app.readiness.judge import Case, judge
from app.readiness.layering import build_policy
from app.readiness.snapshot import MemorySnapshot
from app.readiness.stacks import STACKS, TITLES, advice, find_stacks

PATHS = {
    "python": "svc/pyproject.toml",
    "node": "web/package.json",
    "go": "go.mod",
    "java": "app/build.gradle.kts",
    "ruby": "Gemfile",
    "rust": "crates/a/Cargo.toml",
    "php": "composer.json",
    "dotnet": "src/Api/Api.csproj",
    "elixir": "mix.exs",
    "docker": "images/web.Dockerfile",
    "compose": "docker-compose.prod.yml",
    "kubernetes": "deploy/k8s/base/app.yaml",
    "helm": "charts/web/Chart.yaml",
    "terraform": "infra/main.tf",
    "github-actions": ".github/workflows/ci.yml",
    "gitlab-ci": ".gitlab-ci.yml",
}


@pytest.mark.parametrize("stack", STACKS)
def test_each_stack_is_found_by_a_path(stack: str) -> None:
    assert find_stacks([PATHS[stack], "README.md"]) == {stack}
    assert find_stacks(PATHS.values()) == set(STACKS) == set(TITLES)


@pytest.mark.parametrize("path", ["examples/a/package.json", "tests/Gemfile", "vendor/x/go.mod", "docs/manifests.md"])
def test_what_is_no_product_is_no_stack(path: str) -> None:
    assert find_stacks([path]) == set()


def test_sources_count_where_no_language_has_a_manifest() -> None:
    assert find_stacks(["main.py", "Dockerfile"]) == {"python", "docker"}
    assert find_stacks(["go.mod", "tool.py"]) == {"go"}


def test_only_the_stacks_of_the_repository_are_named() -> None:
    fixes = {"helm": "Set a value.", "python": "Use a package.", "go": "Use a module."}
    assert advice("Do it.", fixes, {"go", "helm"}) == "Do it. With Go: Use a module. With Helm: Set a value."
    assert advice("Do it.", fixes, ()) == "Do it."


def test_the_verdict_holds_the_advice_for_the_repository() -> None:
    rules = catalogue(rule("tls", "security", fix="Do it.", fixes={"go": "Use a module.", "php": "Use a package."}))
    case = Case(rules, build_policy([], rules), MemorySnapshot({"go.mod": "module a\n"}), TODAY)
    assert [one.fix for one in judge(case).rules] == ["Do it. With Go: Use a module."]
