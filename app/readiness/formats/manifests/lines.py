"""Manifests read line by line: go.mod, build.gradle, mix.exs."""

from collections.abc import Iterator

from app.readiness.formats.manifests.dependency import Dependency
from app.readiness.formats.source import Source
from app.readiness.patterns import compile_pattern

_GO = r"^\s*(?:require\s+)?([\w.-]+\.[\w.-]+(?:/[\w.~-]+)*)\s+(v\d[\w.+-]*)"
_GRADLE = r"^\s*(\w+)[\s(]+(?:platform\(|enforcedPlatform\()?[\"']([\w.-]+:[\w.-]+)(?::([^\"'$:@]*))?"
_GRADLE_NAMED = (
    r"^\s*(\w+)[\s(]+group\s*[:=]\s*[\"']([\w.-]+)[\"'],\s*name\s*[:=]\s*[\"']([\w.-]+)[\"']"
    r"(?:,\s*version\s*[:=]\s*[\"']([^\"']*)[\"'])?"
)
_GRADLE_PLUGIN = r"^\s*id[\s(]+[\"']([\w.-]+)[\"']\)?(?:\s+version\s+[\"']([^\"']+)[\"'])?"
_GRADLE_APPLIED = r"^\s*apply\s*\(?\s*plugin\s*[:=]\s*[\"']([\w.-]+)[\"']"
_GRADLE_BARE = r"^\s*`?(jacoco|checkstyle|pmd|war|application|signing|maven-publish)`?\s*$"
_GRADLE_ANYWHERE = r"[\"']([\w-]+\.[\w.-]+:[\w.-]+):([\d$][^\"':@]*)[\"':@]"
_MIX = r"\{\s*:(\w+)\s*,\s*(?:\"([^\"]*)\")?"
_GRADLE_TESTS = ("test", "integrationTest", "androidTest", "jmh")
LINE = 1_000


def _found(pattern: str, source: Source) -> Iterator[tuple[int, list[str]]]:
    """The groups of each line that matches, with its number."""
    compiled = compile_pattern(pattern)
    for number, line in enumerate(source.lines, 1):
        match = compiled.search(line[:LINE].encode(errors="replace"))
        if match:
            yield number, [(group or b"").decode(errors="replace") for group in match.groups()]


def read_go_mod(source: Source) -> Iterator[Dependency]:
    """Requirements, the indirect ones left out."""
    for number, (name, version) in _found(_GO, source):
        line = source.lines[number - 1]
        if "// indirect" not in line and "=>" not in line:
            yield Dependency("go", name, version, number)


def read_gradle(source: Source) -> Iterator[Dependency]:
    """Literal coordinates and plug-ins; a version in a variable is unknown."""
    known: set[int] = set()
    for number, (configuration, name, version) in _found(_GRADLE, source):
        known.add(number)
        yield Dependency("maven", name, version, number, configuration.startswith(_GRADLE_TESTS))
    for number, (name, version) in _found(_GRADLE_ANYWHERE, source):
        if number not in known:
            yield Dependency("maven", name, version.partition("$")[0], number)
    for pattern in (_GRADLE_APPLIED, _GRADLE_BARE):
        for number, (name,) in _found(pattern, source):
            yield Dependency("maven", f"{name}:{name}.gradle.plugin", "", number)
    for number, (configuration, group, name, version) in _found(_GRADLE_NAMED, source):
        yield Dependency("maven", f"{group}:{name}", version, number, configuration.startswith(_GRADLE_TESTS))
    for number, (name, version) in _found(_GRADLE_PLUGIN, source):
        yield Dependency("maven", f"{name}:{name}.gradle.plugin", version, number)


def read_mix(source: Source) -> Iterator[Dependency]:
    for number, (name, version) in _found(_MIX, source):
        yield Dependency("hex", name, version, number, "only:" in source.lines[number - 1])
