"""A pipeline that is kept elsewhere: whether it could hold what a rule looks for, by its name."""

from collections.abc import Iterable, Mapping

from app.readiness.patterns import compile_pattern, matches

_CHECKS = ("test", "lint", "security", "docker")
_EVERYTHING = (*_CHECKS, "release", "deploy")
_VERBS = ("check", "checks", "verify", "validate", "validation")
_GENERAL: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("ci", "quality", "build", "builds", *_VERBS), _CHECKS),
    **dict.fromkeys(("cd", "cicd", "pipeline", "pipelines", "main", "master", "default", "all"), _EVERYTHING),
    **dict.fromkeys(("common", "shared", "full", "devops", "templates", "workflow"), _EVERYTHING),
}
_NEUTRAL = frozenset(
    ("and", "on", "pr", "run", "auto", "reusable", "app", "application", "service", "standard", "java", "kotlin",
     "gradle", "maven", "mvn", "node", "nodejs", "npm", "yarn", "pnpm", "js", "ts", "typescript", "javascript",
     "python", "go", "golang", "rust", "cargo", "ruby", "rails", "php", "dotnet", "net", "jvm", "web", "api", "backend",
     "frontend", "v1", "v2")
)  # fmt: skip
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

    A general name could hold what pipelines usually do, `lint` only what has to do with it, and `stale` nothing asked.
    """
    return any(matches(_TOPICS[topic], question) for topic in _topics(called))


def _topics(called: str) -> set[str]:
    """A build that also pushes makes images and releases; `verify-pact` verifies nothing but what it names."""
    words = {_ALIASES.get(word, word) for word in _words(called)}
    topics = words & set(_TOPICS)
    general = words & set(_GENERAL)
    if general <= {"build", "builds"} and topics & {"docker", "release"}:
        return topics | {"docker", "release"} if general else topics
    is_narrow = bool(words - general - topics - _NEUTRAL) or (bool(topics) and general <= set(_VERBS))
    return topics if is_narrow else topics.union(*(_GENERAL[word] for word in general))


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
