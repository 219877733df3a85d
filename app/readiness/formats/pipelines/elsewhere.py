"""A pipeline that is kept elsewhere: whether it could hold what a rule looks for, by its name."""

from collections.abc import Iterable, Mapping

from app.readiness.patterns import compile_pattern, matches

_BUILD = frozenset(("build", "builds"))
_GENERAL = _BUILD.union(
    ("ci", "cd", "cicd", "pipeline", "pipelines", "main", "master", "default", "all", "common", "shared", "full"),
    ("devops", "workflow", "check", "checks", "verify", "validate", "validation", "quality"),
)
_TOPICS: Mapping[str, str] = {
    "test": r"\btest|pytest|unittest|phpunit|junit|jest|rspec|e2e|coverage",
    "lint": r"lint|format|prettier|ruff|\bstyle|rubocop|clippy|static.?analy",
    "security": r"secur|scan|trivy|codeql|snyk|audit|secret|gitleaks|sbom|vulnerab|\bsast|dependabot|semgrep",
    "release": r"release|publish|\bpush|\bsign|cosign|provenance|attest|sbom|changelog|registry",
    "deploy": r"deploy|rollout|kubectl|\bhelm|terraform|migrat|smoke|canary|environment",
    "docker": r"docker|image|buildx|kaniko|registry|\bpush|\bsign|cosign|provenance|attest|sbom|trivy|grype",
}
_ALIASES: Mapping[str, str] = {
    **dict.fromkeys(("tests", "testing", "unit", "integration", "e2e", "coverage", "rspec"), "test"),
    **dict.fromkeys(("linter", "linting", "linters", "format", "style", "analysis", "static"), "lint"),
    **dict.fromkeys(
        ("sast", "scan", "scanning", "scanner", "codeql", "trivy", "owasp", "veracode", "secrets"), "security"
    ),
    **dict.fromkeys(("publish", "publishing", "package", "push"), "release"),
    **dict.fromkeys(("deployment", "deploys", "rollout", "promote"), "deploy"),
    **dict.fromkeys(("image", "images", "container", "containers", "oci"), "docker"),
}


def could_hold(called: str, question: str) -> bool:
    """Whether a pipeline of this name, such as `org/repo/.github/workflows/build.yml`, could answer a question.

    A general name could hold anything, `lint` only what has to do with it, and `stale` nothing anybody asks.
    """
    words = set(_words(called))
    topics = {_ALIASES.get(word, word) for word in words} & set(_TOPICS)
    if words & (_GENERAL - _BUILD if "docker" in topics else _GENERAL):
        return True
    return any(matches(_TOPICS[topic], question) for topic in topics)


def doubtful(calls: Iterable[str], question: str) -> str:
    """The first of the called pipelines that could answer the question, or ""."""
    return next((called for called in calls if could_hold(called, question)), "")


def _words(called: str) -> list[str]:
    """The words of the file's name without its endings."""
    name = called.rstrip("/").rpartition("/")[2][:200].lower()
    for ending in (".yml", ".yaml", ".gitlab-ci"):
        name = name.removesuffix(ending)
    found = compile_pattern("[a-z0-9]+").findall(name.encode(errors="replace"))
    return [word.decode() for word in found]
