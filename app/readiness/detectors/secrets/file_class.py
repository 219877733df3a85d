"""What a path says about a file: its class, whether it only shows or tests something, and names that leak."""

from functools import cache, lru_cache

import re2

from app.readiness.conditions.languages import language_of
from app.readiness.detectors.secrets.pack import FileNameText, load_pack
from app.readiness.globs import KEPT, GlobSet

_CONFIG_ENDINGS = frozenset(
    {
        ".env", ".ini", ".cfg", ".conf", ".config", ".cnf", ".properties", ".props", ".yml", ".yaml", ".json",
        ".jsonc", ".json5", ".toml", ".tf", ".tfvars", ".hcl", ".npmrc", ".pypirc", ".netrc", ".editorconfig",
        ".service", ".credentials", ".secrets", ".envrc", ".xml", ".plist",
        ".sh", ".bash", ".zsh", ".fish", ".ps1", ".bat", ".cmd",
    }
)  # fmt: skip
_CONFIG_NAMES = {"dockerfile", "containerfile", "credentials", "config", ".s3cfg", ".boto", ".my.cnf", ".yarnrc"}
_LOCK_NAMES = {
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "poetry.lock", "pdm.lock",
    "uv.lock", "pipfile.lock", "cargo.lock", "go.sum", "composer.lock", "gemfile.lock", "packages.lock.json",
    "flake.lock", "mix.lock", "pubspec.lock", "podfile.lock", ".terraform.lock.hcl",
}  # fmt: skip
_SHOWING_FOLDERS = {
    "test", "tests", "__tests__", "testing", "spec", "specs", "testdata", "test-data", "test_data",
    "fixture", "fixtures", "mock", "mocks", "__mocks__", "__fixtures__", "example", "examples", "sample", "samples",
    "demo", "demos", "conformance", "doc", "docs", "documentation", "e2e", "cypress",
    "node_modules", "site-packages", "vendor", "third_party", ".yarn",
}  # fmt: skip
_PROSE_ENDINGS = (".md", ".mdx", ".markdown", ".rst", ".adoc", ".asciidoc")
_TEXT_ENDINGS = (*_PROSE_ENDINGS, ".po", ".pot", ".html", ".htm", ".svg", ".css")
# Folders of translations, whose keys speak of passwords all the time.
_WORDS_FOLDERS = {"i18n", "l10n", "lang", "langs", "locale", "locales", "translations", "translation", "intl"}
_CODE_ENDINGS = frozenset(
    {
        ".c", ".h", ".cc", ".cpp", ".hpp", ".m", ".mm", ".swift", ".scala", ".groovy", ".dart", ".lua", ".pl", ".pm",
        ".r", ".ex", ".exs", ".erl", ".clj", ".hs", ".vue", ".svelte", ".sql", ".vb", ".fs", ".jl", ".ipynb",
        ".mjs", ".cjs", ".proto", ".graphql", ".scss", ".less", ".erb", ".haml", ".twig", ".jinja", ".j2", ".jsp",
        ".aspx", ".cshtml",
    }
)  # fmt: skip
_TEST_ENDINGS = ("_test.go", "_test.py", "_spec.rb", "_test.rb", "test.java", "tests.cs", "test.kt", "test.php")
_SHOWING_FOLDER = re2.compile(
    r"tests?[_-]?(?:certs?|data|resources?|keys?|utils?|files?|support|helpers?|suite|lib|app|harness|env)"
    r"|.+[_-](?:docs?|tests?|testing|examples?|fixtures?|samples?)"
)
_TEMPLATE_PARTS = {"example", "sample", "template", "dist", "tmpl", "tpl", "defaults"}
_TEST_PARTS = {"test", "spec", "stories", "mock", "fixture"}
# Google's client configuration of a phone app holds keys that are public by design.
_PUBLIC_NAMES = {"google-services.json", "googleservice-info.plist"}
_BINARY_ENDINGS = frozenset(
    {
        ".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".bmp", ".tiff", ".avif", ".heic", ".mp3", ".mp4",
        ".mov", ".avi", ".mkv", ".webm", ".wav", ".ogg", ".flac", ".woff", ".woff2", ".ttf", ".otf", ".eot",
        ".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".jar", ".war", ".whl", ".so", ".dll",
        ".dylib", ".exe", ".o", ".a", ".class", ".pyc", ".wasm", ".pdf",
    }
)  # fmt: skip


@lru_cache(maxsize=KEPT)
def class_of(path: str) -> str:
    """`config`, `code`, `prose`, `lock` or `other`: the part of a path that decides which forms are looked for."""
    folders, _, name = path.lower().rpartition("/")
    if name in _LOCK_NAMES or name.endswith(".lock"):
        return "lock"
    if name.endswith(_TEXT_ENDINGS) or not _WORDS_FOLDERS.isdisjoint(folders.split("/")):
        return "prose"
    ending = _ending(name)
    if name in _CONFIG_NAMES or name.startswith((".env", ".bash", ".zsh")) or ending in _CONFIG_ENDINGS:
        return "config"
    return "code" if language_of(path) or ending in _CODE_ENDINGS else "other"


@lru_cache(maxsize=KEPT)
def only_shows(path: str) -> bool:
    """Whether the file is a test, document, example, fixture or lock file, where a secret is mostly made up."""
    return path.lower().endswith(_PROSE_ENDINGS) or is_test(path)


@lru_cache(maxsize=KEPT)
def is_test(path: str) -> bool:
    """Whether the file is a test, example or fixture, or lies among documents: all of `only_shows` but prose."""
    folders, _, name = path.lower().rpartition("/")
    parts = set(name.split(".")[1:])
    return (
        _shows_all(folders)
        or name.split(".")[0] in {"test", "tests"}
        or name in _LOCK_NAMES
        or name in _PUBLIC_NAMES
        or name.endswith(_TEST_ENDINGS)
        or name.startswith(("test_", "conftest."))
        or not parts.isdisjoint(_TEMPLATE_PARTS | _TEST_PARTS)
    )


@lru_cache(maxsize=KEPT)
def _shows_all(folders: str) -> bool:
    names = folders.split("/")
    return not _SHOWING_FOLDERS.isdisjoint(names) or any(map(_SHOWING_FOLDER.fullmatch, names))


def is_binary_name(path: str) -> bool:
    return _ending(path.rsplit("/", 1)[-1].lower()) in _BINARY_ENDINGS


def is_text_name(path: str) -> bool:
    """Whether the name is that of a configuration, lock file, source or document."""
    return class_of(path) != "other" or bool(language_of(path)) or path.lower().endswith(".txt")


def forbidden_name(path: str) -> FileNameText | None:
    """The entry for a file that should never be committed; templates such as `.env.example` are no such file."""
    return _forbidden(path.rsplit("/", 1)[-1].lower())


@lru_cache(maxsize=KEPT)
def _forbidden(name: str) -> FileNameText | None:
    if not _TEMPLATE_PARTS.isdisjoint(name.replace("-", ".").replace("_", ".").split(".")):
        return None
    # A glob's `*` stops at line breaks, which a name may hold.
    hits = _globs().hits(name.replace("\n", " "))
    if not hits:
        return None
    owners = [entry for entry in load_pack().file_names for _ in entry.names]
    return owners[min(hits)]


@cache
def _globs() -> GlobSet:
    """The names of all entries in order, asked at once: every path of a repository comes by here several times."""
    return GlobSet(glob for entry in load_pack().file_names for glob in entry.names)


def _ending(name: str) -> str:
    return "." + name.rsplit(".", 1)[-1] if "." in name else ""
