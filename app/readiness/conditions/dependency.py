"""The condition `dependency`: a manifest declares a package."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from app.readiness.conditions.answer import Answer
from app.readiness.conditions.condition import Condition, View
from app.readiness.conditions.keys import key_of
from app.readiness.conditions.reading import Fields
from app.readiness.conditions.sight import PLACES, Place, Sight, some_hit, trim
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.manifests.dependency import Dependency, normalise
from app.readiness.formats.manifests.reading import ECOSYSTEMS, dependencies, manifest_globs
from app.readiness.formats.source import Source
from app.readiness.glob_index import alternatives
from app.readiness.globs import check_glob, to_regex
from app.readiness.lazy import lazily
from app.readiness.paths import Scope
from app.readiness.patterns import BadPattern, matches

if TYPE_CHECKING:
    from packaging import specifiers, version
else:
    specifiers, version = lazily("packaging.specifiers"), lazily("packaging.version")

LIMIT = 2_000_000
# What people write of PEP 440 in a rule: releases, without epochs and local labels.
_SPECIFIER = r"\s*(?:(?:>=|<=|>|<)\s*\d+(?:\.\d+)*|~=\s*\d+(?:\.\d+)+|[=!]=\s*\d+(?:\.\d+)*(?:\.\*)?)\s*"
_SPECIFIERS = f"^{_SPECIFIER}(?:,{_SPECIFIER})*$"
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.@/:")
GROUPS = ("any", "runtime", "development")


@dataclass(frozen=True, slots=True)
class Package:
    """One wanted package: its name as RE2, the versions it must have at least, as a PEP 440 specifier or ""."""

    ecosystem: str
    name: str
    pattern: str
    versions: str

    def has_version(self, dependency: Dependency) -> bool | None:
        """None when the manifest does not say which version."""
        if not self.versions:
            return True
        try:
            return _range(self.versions).contains(version.Version(dependency.lowest), prereleases=True)
        except version.InvalidVersion:
            return None


class Wanted:
    """Packages by ecosystem: those of plain names by look-up, the others by their patterns."""

    def __init__(self, packages: Iterable[Package]) -> None:
        self._plain: dict[tuple[str, str], list[Package]] = {}
        self._others: dict[str, list[Package]] = {}
        for package in packages:
            names = dict.fromkeys(_plain_names(package.pattern))
            for name in names:
                self._plain.setdefault((package.ecosystem, name), []).append(package)
            if not names:
                self._others.setdefault(package.ecosystem, []).append(package)
        self.ecosystems = self._others.keys() | {ecosystem for ecosystem, _ in self._plain}

    def named(self, ecosystem: str, name: str) -> Iterator[Package]:
        """The packages a dependency is one of, by its normalised name."""
        for line in name.split("\n"):
            yield from self._plain.get((ecosystem, line), ())
        for package in self._others.get(ecosystem, ()):
            if matches(package.pattern, name):
                yield package


def _plain_names(pattern: str) -> list[str]:
    """The names that the pattern of a package stands for, none when it has wildcards."""
    inner = pattern.removeprefix("^(?:").removesuffix(")$").replace("\\.", ".")
    plain = _PLAIN.issuperset(inner.replace("(?:", "").replace(")", "").replace("|", ""))
    return alternatives(inner.replace("(?:", "{").replace(")", "}")) if plain else []


def _by_name(source: Source) -> Sequence[tuple[Dependency, str]]:
    """What a manifest declares, with the normalised names."""
    return [(one, normalise(one.ecosystem, one.name)) for one in source.parse(dependencies)]


@lru_cache(maxsize=4096)
def _wanted(packages: tuple[Package, ...]) -> Wanted:
    return Wanted(packages)


@dataclass(frozen=True, slots=True)
class DependencyCondition:
    """TRUE when any of the packages is declared; UNKNOWN when only its version is in doubt."""

    packages: tuple[Package, ...]
    group: str = "any"
    scope: Scope = Scope.PRODUCT
    limit: int = LIMIT

    @property
    def key(self) -> str:
        return key_of("dependency", self.packages, self.group)

    @property
    def globs(self) -> tuple[str, ...]:
        return manifest_globs(frozenset(package.ecosystem for package in self.packages))

    @property
    def prefilter(self) -> tuple[str, ...]:
        return ()

    def scan(self, source: Source) -> Sight | None:
        hits: list[Place] = []
        doubt = ""
        try:
            for dependency, is_version in self._declared(source):
                if is_version is None:
                    doubt = f"the version of {trim(dependency.name)} is not stated"
                elif is_version and len(hits) < PLACES:
                    line = dependency.line or source.find_line(dependency.name.rpartition(":")[2])
                    hits.append((line, trim(f"{dependency.name} {dependency.version}")))
        except Malformed as error:
            doubt = error.reason
        return Sight(tuple(hits), doubt=doubt) if hits or doubt else None

    def _declared(self, source: Source) -> Iterator[tuple[Dependency, bool | None]]:
        wanted = _wanted(self.packages)
        for dependency, name in source.parse(_by_name):
            if dependency.ecosystem not in wanted.ecosystems:
                continue
            if self.group != "any" and dependency.is_development is (self.group == "runtime"):
                continue
            for package in wanted.named(dependency.ecosystem, name):
                yield dependency, package.has_version(dependency)

    def judge(self, view: View) -> Answer:
        return some_hit(view.sights(self), is_firm=True)

    def describe(self) -> str:
        return "a dependency such as " + " or ".join(package.name for package in self.packages[:3])

    def parts(self) -> Sequence[Condition]:
        return ()


@cache
def _range(text: str) -> "specifiers.SpecifierSet":
    return specifiers.SpecifierSet(text)


def read_dependency(fields: Fields) -> DependencyCondition:
    """`dependency: eco:name or list`, `group: any|runtime|development`, `scope`."""
    packages = []
    for index, text in enumerate(fields.texts("dependency")):
        try:
            packages.append(_package(text, is_trusted=fields.mistakes.is_trusted))
        except (BadPattern, ValueError) as error:
            fields.mistakes.add((*fields.at("dependency"), index), f"bad package '{text}': {error}")
    group = fields.text("group", "any")
    if group not in GROUPS:
        fields.mistakes.add(fields.at("group"), f"'group' must be one of {', '.join(GROUPS)}")
    return DependencyCondition(tuple(packages), group, fields.scope())


def _package(text: str, *, is_trusted: bool) -> Package:
    ecosystem, _, rest = text.partition(":")
    if ecosystem not in ECOSYSTEMS or not rest:
        raise ValueError(f"expected ecosystem:name with one of {', '.join(ECOSYSTEMS)}")
    name, versions = rest, ""
    before, at, after = rest.rpartition("@")
    if at and before and after[:1] in "<>=~!^":
        name, versions = before, after.replace("^", ">=")
        if not matches(_SPECIFIERS, versions):
            raise ValueError(f"'{versions}' is no range of versions, such as >=2.1 or >=1,<3")
    if not is_trusted:
        check_glob(name)
    wanted = to_regex(normalise(ecosystem, name)).replace("[^/\\n]*", "[^\\n]*")
    return Package(ecosystem, name.split(",")[0].replace("{", "").replace("}", ""), f"^(?:{wanted})$", versions)
