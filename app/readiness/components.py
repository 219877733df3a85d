"""The deployable parts of a repository: folders with a manifest and a Dockerfile or an entry point."""

from collections.abc import Iterable

from app.readiness.globs import GlobSet
from app.readiness.paths import Scope, role_of

ROOT = "."
LIMIT = 100
_MANIFEST = (
    "{package.json,pyproject.toml,requirements.txt,setup.py,Pipfile,go.mod,Cargo.toml,pom.xml,build.gradle,"
    "build.gradle.kts,Gemfile,composer.json,mix.exs,*.csproj}"
)
_ENTRY = (
    "{Dockerfile,Dockerfile.*,Containerfile,main.go,main.py,app.py,server.py,manage.py,wsgi.py,asgi.py,server.js,"
    "server.ts,Program.cs,config.ru,artisan,src/main.rs,src/main.ts,src/index.ts,src/server.ts,src/server.js,"
    "app/main.py,cmd/main.go}"
)
_NAMED = GlobSet((_MANIFEST, _ENTRY))


def find_components(paths: Iterable[str]) -> tuple[str, ...]:
    """Folders in order, `.` for the root; the root alone when nothing else is found."""
    manifests: set[str] = set()
    entries: set[str] = set()
    for path in paths:
        if not Scope.PRODUCT.includes(role_of(path)):
            continue
        folder, _, name = path.rpartition("/")
        hits = _NAMED.hits(name)
        if 0 in hits:
            manifests.add(folder)
        if 1 in hits:
            entries.add(folder)
        parent, _, last = folder.rpartition("/")
        if last in ("src", "app", "cmd") and 1 in _NAMED.hits(f"{last}/{name}"):
            entries.add(parent)
    found = sorted(manifests & entries)
    return tuple(folder or ROOT for folder in found) or (ROOT,)


def component_of(path: str, components: Iterable[str]) -> str:
    """The innermost component a path lies in, the root for shared files."""
    inside = [folder for folder in components if folder != ROOT and path.startswith(folder + "/")]
    return max(inside, key=len, default=ROOT)
