"""What a repository is built with and runs on, found from its paths alone, and the advice that goes with it."""

from collections.abc import Iterable, Mapping

from app.readiness.globs import glob_set
from app.readiness.paths import Scope, role_of

TITLES: Mapping[str, str] = {
    "python": "Python",
    "node": "Node.js",
    "go": "Go",
    "java": "Java",
    "ruby": "Ruby",
    "rust": "Rust",
    "php": "PHP",
    "dotnet": ".NET",
    "elixir": "Elixir",
    "docker": "Docker",
    "compose": "Compose",
    "kubernetes": "Kubernetes",
    "helm": "Helm",
    "terraform": "Terraform",
    "github-actions": "GitHub Actions",
    "gitlab-ci": "GitLab CI",
}
STACKS = tuple(TITLES)
_SIGNS: tuple[tuple[str, str], ...] = (
    ("python", "**/{pyproject.toml,requirements*.txt,requirements/*.txt,setup.py,setup.cfg,Pipfile,environment.yml}"),
    ("node", "**/{package.json,deno.json,deno.jsonc}"),
    ("go", "**/go.mod"),
    ("java", "**/{pom.xml,build.gradle,build.gradle.kts,build.sbt}"),
    ("ruby", "**/{Gemfile,*.gemspec}"),
    ("rust", "**/Cargo.toml"),
    ("php", "**/composer.json"),
    ("dotnet", "**/*.{csproj,fsproj,vbproj,sln,slnx}"),
    ("elixir", "**/mix.exs"),
    ("docker", "**/{Dockerfile,Dockerfile.*,*.Dockerfile,Containerfile,Containerfile.*}"),
    ("compose", "**/{docker-compose,compose}{,.*,-*}.{yml,yaml}"),
    ("kubernetes", "**/{kustomization.yaml,kustomization.yml,skaffold.yaml}"),
    ("kubernetes", "**/{k8s,kubernetes,kube,manifests,kustomize}/**/*.{yml,yaml}"),
    ("helm", "**/Chart.yaml"),
    ("terraform", "**/*.{tf,tofu}"),
    ("github-actions", ".github/workflows/*.{yml,yaml}"),
    ("gitlab-ci", "**/.gitlab-ci.{yml,yaml}"),
)
_SOURCES: tuple[tuple[str, str], ...] = (
    ("python", "**/*.py"),
    ("node", "**/*.{js,mjs,cjs,ts,tsx}"),
    ("go", "**/*.go"),
    ("java", "**/*.{java,kt}"),
    ("ruby", "**/*.rb"),
    ("rust", "**/*.rs"),
    ("php", "**/*.php"),
    ("dotnet", "**/*.cs"),
    ("elixir", "**/*.ex"),
)
_ENDINGS = frozenset(
    {"toml", "txt", "cfg", "pipfile", "yml", "yaml", "json", "jsonc", "mod", "xml", "gradle", "kts", "sbt", "gemfile"}
    | {"gemspec", "exs", "csproj", "fsproj", "vbproj", "sln", "slnx", "dockerfile", "containerfile", "tf", "tofu"}
)
"""What the name of every sign ends with, after its last dot."""
_LANGUAGES = frozenset(stack for stack, _ in _SOURCES)


def find_stacks(paths: Iterable[str]) -> frozenset[str]:
    """Stacks by their manifests and by where their files lie; by source files where no language has a manifest."""
    known = tuple(paths)
    found = _signed(filter(_may_be_a_sign, known), _SIGNS)
    return found if found & _LANGUAGES else found | _signed(known, _SOURCES)


def _may_be_a_sign(path: str) -> bool:
    """Cheap, because nearly every file of a repository is none."""
    name = path[path.rfind("/") + 1 :].lower()
    return name[name.rfind(".") + 1 :] in _ENDINGS or name.startswith(("dockerfile", "containerfile", "setup.py"))


def _signed(paths: Iterable[str], signs: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """A stack that was found is not looked for again."""
    globs = glob_set(tuple(glob for _, glob in signs))
    found: set[str] = set()
    for path in paths:
        new = {signs[index][0] for index in globs.hits(path)} - found
        if new and Scope.PRODUCT.includes(role_of(path)):
            found |= new
    return frozenset(found)


def advice(fix: str, fixes: Mapping[str, str], stacks: Iterable[str]) -> str:
    """What to do, then what differs for the stacks the repository has, as `With Helm: …`."""
    present = frozenset(stacks)
    shown = [f"With {TITLES[stack]}: {fixes[stack]}" for stack in STACKS if stack in fixes and stack in present]
    return " ".join(filter(None, (fix, *shown)))
