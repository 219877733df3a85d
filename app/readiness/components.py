"""The deployable services of a repository, told by its paths alone."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.readiness.globs import GlobSet
from app.readiness.paths import Scope, role_of

ROOT = "."
LIMIT = 100
_MANIFEST = (
    "{package.json,pyproject.toml,requirements.txt,setup.py,Pipfile,go.mod,Cargo.toml,pom.xml,build.gradle,"
    "build.gradle.kts,Gemfile,composer.json,mix.exs,*.csproj,*.fsproj,CMakeLists.txt}"
)
_IMAGE = "{Dockerfile,Dockerfile.*,Containerfile}"
_PLATFORM = "{fly.toml,Procfile,serverless.yml,serverless.yaml,render.yaml,nixpacks.toml,railway.json,railway.toml}"
_PROGRAM = (
    "{main.go,main.py,app.py,server.py,manage.py,wsgi.py,asgi.py,server.{js,ts,mjs},app.{js,ts,mjs},nest-cli.json,"
    "next.config.*,nuxt.config.*,appsettings.json,config.ru,artisan}"
)
_MAIN_CLASS = "*Application.{java,kt}"
_INDEX = "{index,main}.{js,ts,mjs,tsx,rs}"
"""A program or a library: it counts at the root and in a folder of services only."""
_SIGNS = GlobSet((_MANIFEST, _IMAGE, _PLATFORM, _PROGRAM, _MAIN_CLASS, _INDEX))
_INNER = frozenset(("src", "app"))
"""A program in these belongs to the folder above."""
_BESIDES = frozenset(
    ("docs", "doc", "documentation", "www", "website", "websites", "marketing", "storybook", "e2e", "e2e-tests",
     "test-e2e", "benchmark", "benchmarks", "loadgen", "load-gen", "load-generator", "loadgenerator", "load-test",
     "load-tests", "loadtest", "apphost", "genproto", "proto", "protos", "mocks", "mock", "stubs", "extra",
     "extras", "contrib")
)  # fmt: skip
"""Folders of things that are built and run, and are no service."""
_PLACES = frozenset(
    ("docker", ".docker", "build", "ci", "deploy", "deployment", "infra", "infrastructure", "ops", "devops")
)
"""Folders that hold what builds and runs services, and are none themselves."""
_BESIDES_ENDINGS = ("-docs", "-e2e", ".benchmark", ".benchmarks", ".apphost", "-storybook")
_SHARED = frozenset(("packages", "libs", "lib", "libraries", "crates", "common", "shared"))
_SERVICES = (["services"], ["apps"], ["microservices"])
_DEPLOYED = frozenset(
    ("k8s", "kubernetes", "kubernetes-manifests", "deploy", "deployment", "deployments", "manifests", "helm", "charts",
     "kustomize")
)  # fmt: skip
_VAGUE = frozenset(
    ("config", "common", "base", "app", "src", "deploy", "docs", "shared", "main", "infra", "test", "tests",
     "templates", "charts")
)  # fmt: skip
"""Folders outside of components that are called so say nothing of a component of that name."""
_ENDINGS = ("service", "svc", "microservice")


def find_components(paths: Iterable[str]) -> tuple[str, ...]:
    """Folders in order, `.` for the root; the root alone when nothing else is found.

    A component has a manifest, and beside it what runs it: an image, a file of a platform, a deployment of its name, or
    a program. The last is not enough for the parts of a repository whose one image is built at its root.
    """
    found = _Signs()
    for path in paths:
        found.take(path)
    built = {folder for folder in found.folders() if found.is_built(folder)}
    run = {folder for folder in found.folders() if found.is_run(folder)}
    chosen = built if "" in found.images else built | run
    if "" in run:
        chosen.add("")
    elif chosen - {""}:
        # What is built at the root of many services is made of them.
        chosen.discard("")
    return tuple(sorted(folder or ROOT for folder in chosen)) or (ROOT,)


@dataclass(slots=True)
class _Signs:
    """Folders by what was seen in them; above: of manifests in them; named: what deployments are called."""

    manifests: set[str] = field(default_factory=set)
    images: set[str] = field(default_factory=set)
    platforms: set[str] = field(default_factory=set)
    programs: set[str] = field(default_factory=set)
    above: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)

    def take(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        hits = _SIGNS.hits(name)
        is_yaml = name.endswith((".yaml", ".yml"))
        if not (hits or is_yaml) or not Scope.PRODUCT.includes(role_of(path)):
            return
        if is_yaml and not _DEPLOYED.isdisjoint(folder.lower().split("/")):
            self.named.update(_meant(name.rpartition(".")[0]))
        if not hits or _is_beside(folder):
            return
        home = _home(folder)
        is_manifest, is_image, is_platform, is_program, is_class, is_index = (i in hits for i in range(6))
        for is_sign, folders in (
            (is_manifest, self.manifests),
            (is_image, self.images),
            (is_platform, self.platforms),
            (is_program or (is_index and _is_service_place(home)), self.programs),
        ):
            if is_sign:
                folders.add(home)
        if is_manifest and "/" in home:
            self.above.add(home.rpartition("/")[0])
        if is_program:
            self.programs.add(_above_command(home))
        if is_class and "/src/main/" in f"/{path}":
            self.programs.add(f"/{path}".split("/src/main/")[0].removeprefix("/"))

    def folders(self) -> set[str]:
        return self.manifests | self.images

    def is_built(self, folder: str) -> bool:
        if folder in self.images:
            return folder in self.manifests or folder in self.programs or folder in self.above
        return folder in self.manifests and (folder in self.platforms or self._is_deployed(folder))

    def _is_deployed(self, folder: str) -> bool:
        is_vague = folder.rpartition("/")[2].lower() in _VAGUE | _SHARED
        return bool(folder) and not is_vague and not self.named.isdisjoint(names_of(folder))

    def is_run(self, folder: str) -> bool:
        return folder in self.manifests and folder in self.programs and _SHARED.isdisjoint(folder.lower().split("/"))


def _is_beside(folder: str) -> bool:
    parts = folder.lower().split("/")
    return parts[-1] in _PLACES or any(part in _BESIDES or part.endswith(_BESIDES_ENDINGS) for part in parts)


def _is_service_place(folder: str) -> bool:
    return not folder or folder.split("/")[-2:-1] in _SERVICES


def _home(folder: str) -> str:
    """The folder above where this one only holds the source."""
    above, _, last = folder.rpartition("/")
    return above if last in _INNER else folder


def _above_command(folder: str) -> str:
    """The Go module a command `cmd/name` belongs to: its programs share the rest of it, so it is one service."""
    head, found, tail = f"/{folder}".rpartition("/cmd")
    return head.removeprefix("/") if found and tail.count("/") <= 1 and tail[:1] in ("", "/") else folder


def names_of(folder: str) -> tuple[str, ...]:
    """What a component is called: the last part of its folder without separators, then with and without `service`."""
    whole = "".join(_words(folder.rpartition("/")[2]))
    others = (whole.removesuffix(ending) for ending in _ENDINGS)
    return tuple(dict.fromkeys(name for name in (whole, *others, f"{whole}service") if name))


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()


def _meant(text: str) -> list[str]:
    """What a name may mean, the longest first: `cart-db` means `cartdb`, `cart` or `db`."""
    words = _words(text)[:8]
    first = ["".join(words[:count]) for count in range(len(words), 0, -1)]
    return [*first, *("".join(words[start:]) for start in range(1, len(words)))]


class Owners:
    """Which component a file or a name belongs to."""

    def __init__(self, components: Iterable[str]) -> None:
        self._folders = frozenset(folder for folder in components if folder != ROOT)
        self._known: dict[str, str] = {}
        self._named: dict[str, str] = {}
        exact = Counter(names_of(folder)[0] for folder in self._folders)
        other = Counter(name for folder in self._folders for name in names_of(folder)[1:])
        for folder in self._folders:
            whole, *others = names_of(folder)
            clear = [name for name in others if name not in exact and other[name] == 1]
            self._named.update((name, folder) for name in ([whole] if exact[whole] == 1 else []) + clear)

    def of_path(self, path: str) -> str:
        """The innermost component it lies in, or that a deployment file is called after; the root for shared files."""
        owner = self._known.get(path)
        if owner is None:
            owner = self._known[path] = self._inside(path) or self._called(path)
        return owner

    def of_name(self, name: str) -> str:
        """The component a workload or a service of Compose is called after; the root for any other."""
        return next((self._named[part] for part in _meant(name) if part in self._named), ROOT)

    def of_words(self, words: str) -> str:
        """The component of an object by the words for it: `Deployment cart …`, `service shop from cart …`."""
        _, *parts = words.split(" ")
        names = [*(parts[2:3] if parts[1:2] == ["from"] else ()), *parts[:1]]
        return next((owner for name in names if (owner := self.of_name(name)) != ROOT), ROOT)

    def _inside(self, path: str) -> str:
        folder = path.rpartition("/")[0]
        while folder and folder not in self._folders:
            folder = folder.rpartition("/")[0]
        return folder

    def _called(self, path: str) -> str:
        """By the name of a YAML file or an image, then by a folder on its way."""
        *folders, name = path.split("/")
        stem, _, ending = name.rpartition(".")
        if ending.lower() in ("yaml", "yml"):
            owner = self.of_name(stem)
        elif name.lower().startswith("dockerfile."):
            owner = self.of_name(ending)
        else:
            return ROOT
        inner = (self._named.get("".join(_words(part))) for part in reversed(folders) if part.lower() not in _VAGUE)
        return owner if owner != ROOT else next((found for found in inner if found), ROOT)
