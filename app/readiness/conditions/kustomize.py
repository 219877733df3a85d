"""Which manifests no kustomization of the repository lists, so nobody applies them."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.readiness.conditions.answer import NO, Answer
from app.readiness.conditions.condition import Condition, View
from app.readiness.conditions.keys import key_of
from app.readiness.conditions.sight import TEXT, Place, Sight, Sights, trim
from app.readiness.formats.marked import Marked
from app.readiness.formats.parsed import yaml_documents
from app.readiness.formats.source import Source
from app.readiness.paths import Scope

LIMIT = 1_000_000
LISTED = 500
"""Entries of one kustomization."""
_GROUP = "kustomize.config.k8s.io/"
_FILES = ("resources", "bases", "components", "crds", "generators", "transformers", "validators", "configurations")
_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902", "replacements")
_COMPONENT = "is a component"
_MANIFEST = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Kustomizations:
    """What every kustomization lists: `takes` resources and folders, `patches` with files."""

    globs: tuple[str, ...] = ("**/kustomization{,.yml,.yaml}",)
    scope: Scope = Scope.ALL
    limit: int = LIMIT
    prefilter: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return key_of("kustomizations", 1)

    def scan(self, source: Source) -> Sight | None:
        hits: list[Place] = []
        for document in source.parse(yaml_documents):
            hits += _listed(document)
        return Sight(tuple(hits[:LISTED]), doubt="too many entries" if len(hits) > LISTED else "") if hits else None

    def judge(self, view: View) -> Answer:
        return NO

    def describe(self) -> str:
        return ""

    def parts(self) -> Sequence[Condition]:
        return ()


KUSTOMIZATIONS = Kustomizations()


def _listed(document: Marked) -> Iterator[Place]:
    whole = document.value
    if not isinstance(whole, Mapping) or not str(whole.get("apiVersion") or _GROUP).startswith(_GROUP):
        return
    line = document.place(())[0]
    yield line, _COMPONENT if whole.get("kind") == "Component" else "is a kustomization"
    for word, keys in (("takes", _FILES), ("patches", _PATCHES)):
        for key in keys:
            entries = whole.get(key)
            for index, entry in enumerate(entries if isinstance(entries, list) else []):
                path = entry.get("path") if isinstance(entry, Mapping) else entry
                if isinstance(path, str) and "\n" not in path and 0 < len(path) < TEXT - len(word) - 1:
                    yield document.place((key, index))[0], trim(f"{word} {path}")


@dataclass(frozen=True, slots=True)
class _Kustomization:
    is_component: bool
    takes: frozenset[str]
    patches: frozenset[str]
    remote: str
    is_certain: bool


@dataclass(slots=True)
class Reach:
    """Which files kustomizations apply; elsewhere: one that takes a base of another repository, and that base."""

    known: Mapping[str, _Kustomization] = field(default_factory=dict)
    elsewhere: tuple[str, str] | None = None
    _applied: frozenset[str] = frozenset()
    _listed: frozenset[str] = frozenset()

    def holds(self, path: str) -> bool:
        """True for a file that a kustomization in use lists, and for one that lies beside none."""
        if not self.known or path in self._applied:
            return True
        if path in self._listed:
            return False
        beside = self.known.get(posixpath.dirname(path))
        return beside is None or not beside.is_certain

    def narrow(self, sights: Sights) -> Sights:
        """The sights of files that are applied; where there are none, the doubt that something comes from elsewhere."""
        found = [(path, sight) for path, sight in sights if self.holds(path)]
        if not found and not sights and self.elsewhere is not None:
            path, remote = self.elsewhere
            return [(path, Sight(doubt=f"takes {remote} from elsewhere"))]
        return found


def reach_of(sights: Sights) -> Reach:
    """From what `KUSTOMIZATIONS` saw in a whole snapshot."""
    known = {posixpath.dirname(path): _kustomization(path, sight) for path, sight in sights}
    taken = {folder for one in known.values() for folder in one.takes if folder in known}
    whole = [folder for folder, one in known.items() if not one.is_component]
    used = _closure([folder for folder in whole if folder not in taken] or whole, known)
    beyond = ((path, known[folder].remote) for path, _ in sights if (folder := posixpath.dirname(path)) in used)
    elsewhere = next(((path, remote) for path, remote in beyond if remote), None)
    return Reach(known, elsewhere, _files(known[folder] for folder in used), _files(known.values()))


def _closure(roots: Iterable[str], known: Mapping[str, _Kustomization]) -> frozenset[str]:
    used: set[str] = set()
    waiting = list(roots)
    while waiting:
        folder = waiting.pop()
        if folder not in used:
            used.add(folder)
            waiting += [taken for taken in known[folder].takes if taken in known]
    return frozenset(used)


def _files(kustomizations: Iterable[_Kustomization]) -> frozenset[str]:
    return frozenset(path for one in kustomizations for path in (*one.takes, *one.patches))


def _kustomization(path: str, sight: Sight) -> _Kustomization:
    folder = posixpath.dirname(path)
    words = [words for _, words in sight.hits]
    listed: dict[str, set[str]] = {"takes": set(), "patches": set()}
    remote = ""
    for entry in words:
        kind, _, target = entry.partition(" ")
        if kind in listed and _is_remote(target):
            remote = remote or ("" if kind == "patches" or target.endswith(_MANIFEST) else target)
        elif kind in listed:
            listed[kind].add(_resolved(folder, target))
    takes, patches = frozenset(listed["takes"]), frozenset(listed["patches"])
    return _Kustomization(_COMPONENT in words, takes, patches, remote, not sight.doubt)


def _resolved(folder: str, target: str) -> str:
    whole = posixpath.normpath(posixpath.join(folder, target))
    return "" if whole == "." else whole


def _is_remote(target: Any) -> bool:
    return "://" in target or "?ref=" in target or target.startswith(("git@", "github.com/", "git::"))
