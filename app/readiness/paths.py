"""What part a path plays: product, test, example, tooling, documentation of others or generated text."""

from enum import StrEnum
from functools import lru_cache

from app.readiness.globs import glob_set


class Role(StrEnum):
    """The part a file plays, from its path alone."""

    PRODUCT = "product"
    TEST = "test"
    EXAMPLE = "example"
    TOOLING = "tooling"
    VENDORED = "vendored"
    GENERATED = "generated"


class Scope(StrEnum):
    """Which roles a condition looks at; nobody ever looks at vendored files."""

    PRODUCT = "product"
    TESTS = "tests"
    ALL = "all"

    def includes(self, role: Role) -> bool:
        if self is Scope.ALL:
            return role is not Role.VENDORED
        return role is (Role.TEST if self is Scope.TESTS else Role.PRODUCT)


_FOLDERS: tuple[tuple[Role, str], ...] = (
    (Role.VENDORED, "node_modules,vendor,vendored,third_party,third-party,thirdparty,bower_components,.venv,venv,"
                    "site-packages,Pods,.yarn"),
    (Role.GENERATED, "dist,__generated__,generated,gen,.next,__pycache__,__snapshots__"),
    (Role.TEST, "test,tests,testing,__tests__,__mocks__,spec,specs,e2e,cypress,playwright,testdata,fixtures,fixture,"
                "testutil,testutils,integration-tests,integration_tests,acceptance"),
    (Role.EXAMPLE, "example,examples,sample,samples,demo,demos,tutorial,tutorials,playground,quickstart,quickstarts"),
    (Role.TOOLING, ".devcontainer,dev,devtools,scripts,script,tools,tooling,hack"),
)  # fmt: skip
_NAMES: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (Role.GENERATED, ("**/*.min.{js,css}", "**/*.bundle.js", "**/*.map", "**/*.pb.go", "**/*_pb2{,_grpc}.py",
                      "**/*.{g,generated,gen}.{ts,js,cs,dart,go,py}", "**/*.lock",
                      "**/{package-lock.json,npm-shrinkwrap.json,pnpm-lock.yaml,go.sum}")),
    (Role.TEST, ("**/*{_test,.test,_spec,.spec,.e2e,.cy}.{go,py,js,jsx,ts,tsx,mjs,cjs,rb,exs,php}", "**/test_*.py",
                 "**/conftest.py", "**/*.stories.{js,jsx,ts,tsx,mdx}")),
    (Role.TOOLING, ("**/{Dockerfile,Containerfile}{.,-}{dev,devel,development,test,tests,local}",
                    "**/{dev,test,local}.Dockerfile",
                    "**/{docker-,}compose{.,-}{dev,development,test,tests,local,override}.{yml,yaml}")),
)  # fmt: skip
_NAME_GLOBS = tuple(glob for _, globs in _NAMES for glob in globs)
_NAME_ROLES = tuple(role for role, globs in _NAMES for _ in globs)
_CASED_TESTS = ("Test.java", "Tests.java", "IT.java", "Test.kt", "Tests.cs", "Test.cs", "Test.php", "Tests.swift")
_TEST_FOLDER_ENDINGS = ("Tests", ".Tests", ".Test", ".UnitTests", ".IntegrationTests", "-test", "-tests", "_tests")
_IMAGE_FILES = ("Dockerfile", "Containerfile")
_ROLE_OF_FOLDER = {name.lower(): role for role, names in _FOLDERS for name in names.split(",")}
_ORDER = (Role.VENDORED, Role.GENERATED, Role.TEST, Role.EXAMPLE, Role.TOOLING)


@lru_cache(maxsize=65536)
def role_of(path: str) -> Role:
    """The role of a path; the strongest of its folders and its name wins."""
    folders, _, name = path.rpartition("/")
    role = _role_of_folder(folders) if folders else Role.PRODUCT
    if role in (Role.VENDORED, Role.GENERATED):
        return role
    hits = glob_set(_NAME_GLOBS).hits(name)
    if hits:
        return _NAME_ROLES[min(hits)]
    if name.endswith(_CASED_TESTS):
        return Role.TEST
    if name in _IMAGE_FILES and folders.rpartition("/")[2] == "scripts":
        return Role.PRODUCT  # people keep the only image of the service there; one for tests says so in its name
    return role


@lru_cache(maxsize=16384)
def _role_of_folder(folders: str) -> Role:
    """GitHub's own folder is product, and names below `src/main` are those of packages, such as `org.example`."""
    names = folders.split("/")
    if names[0] == ".github":
        return Role.PRODUCT
    if "/src/main/" in f"/{folders}/":
        names = f"/{folders}/".split("/src/main/")[0].split("/")
    found = {_ROLE_OF_FOLDER[name.lower()] for name in names if name.lower() in _ROLE_OF_FOLDER}
    if any(name.endswith(_TEST_FOLDER_ENDINGS) for name in names):
        found.add(Role.TEST)
    return next((role for role in _ORDER if role in found), Role.PRODUCT)
