"""The condition `data`: nodes of structured files are as they must be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.readiness.conditions.answer import Answer, Truth
from app.readiness.conditions.checks import QUANTIFIERS, read_check, read_quantified
from app.readiness.conditions.condition import Condition, View
from app.readiness.conditions.keys import key_of
from app.readiness.conditions.kustomize import KUSTOMIZATIONS
from app.readiness.conditions.operators import AllChecks, Check
from app.readiness.conditions.reading import Fields
from app.readiness.conditions.select import Selector, read_selector
from app.readiness.conditions.sight import PLACES, Place, Sight, Sights, doubts_of, evidence_of, trim
from app.readiness.conditions.views import VIEWS, Node, ViewKind
from app.readiness.evidence import Evidence
from app.readiness.formats.malformed import KeptElsewhere, Malformed
from app.readiness.formats.marked import Location
from app.readiness.formats.pipelines.elsewhere import doubtful
from app.readiness.formats.source import Source
from app.readiness.globs import check_glob
from app.readiness.paths import Scope
from app.readiness.patterns import BadPattern

LIMIT = 2_000_000
OBJECTS = 100
"""Places kept of a file whose objects may belong to many components."""
_OBJECTS = ("k8s", "helm-template", "workload", "compose")
_EVERYTHING = AllChecks(())
_WHOLE = Selector()


@dataclass(frozen=True, slots=True)
class DataCondition:
    """Nodes of a view, narrowed by `select` and `where`; then some exist, or every, any or none passes the test.

    every and none need at least one node: nothing to look at is no proof. is_any: also nodes that cannot be reached.
    """

    view: str
    argument: str
    selector: Selector = _WHOLE
    where: Check = _EVERYTHING
    quantifier: str = "any"
    test: Check = _EVERYTHING
    scope: Scope = Scope.PRODUCT
    limit: int = LIMIT
    is_any: bool = False

    @property
    def key(self) -> str:
        asked = (self.view, self.argument, self.selector, repr(self.where), self.quantifier, repr(self.test))
        return key_of("data", *asked, *(["reachable: any"] if self.is_any else []))

    @property
    def names_objects(self) -> bool:
        """Whether the words of a place begin with a kind and a name that may tell which component it belongs to."""
        return self.view in _OBJECTS

    @property
    def kind(self) -> ViewKind:
        return VIEWS[self.view]

    @property
    def globs(self) -> tuple[str, ...]:
        return self.kind.globs if self.kind.globs is not None else (self.argument,)

    @property
    def prefilter(self) -> tuple[str, ...]:
        pattern = self.kind.prefilter(self.argument)
        return (pattern,) if pattern else ()

    def scan(self, source: Source) -> Sight | None:
        kept = OBJECTS if self.names_objects else PLACES
        hits: list[Place] = []
        misses: list[Place] = []
        doubt = ""
        try:
            for node, below, truth in self._considered(source):
                places = hits if truth is Truth.TRUE else misses
                if truth is Truth.UNKNOWN:
                    doubt = f"line {node.line(below)} depends on a value that is not known here"
                elif len(places) < kept:
                    places.append((node.line(below), self._words(node, below)))
        except KeptElsewhere as error:
            called = doubtful(error.names, self._question)
            doubt = doubt or (trim(f"runs {called}, which is kept elsewhere") if called else "")
        except Malformed as error:
            doubt = error.reason
        return Sight(tuple(hits), tuple(misses), doubt) if hits or misses or doubt else None

    @property
    def _question(self) -> str:
        """The words of what is asked, in lower case, without the `\\b` of patterns."""
        return f"{self.selector.text} {self.where!r} {self.test!r}".lower().replace("\\\\b", " ")

    def _considered(self, source: Source) -> Iterator[tuple[Node, Location, Truth]]:
        """Every considered value and where it lies in its node; one that `where` rules out is not considered."""
        nodes = (self.kind.any_nodes if self.is_any else None) or self.kind.nodes
        found, problem = source.parse(_reader(nodes, self.argument))
        for node in found:
            for value, below in self.selector.find(node.value):
                considered = self.where.check(value)
                if considered is not Truth.FALSE:
                    truth = self.test.check(value)
                    yield node, below, truth if considered is Truth.TRUE else Truth.UNKNOWN
        if problem is not None:
            raise problem

    def _words(self, node: Node, below: Sequence[str | int]) -> str:
        path = ".".join(str(step) for step in below)
        return trim(" ".join(filter(None, (node.label, path))) or self.view)

    def judge(self, view: View) -> Answer:
        sights = view.sights(self) if not self._is_narrowed else view.reachable(view.sights(self))
        hits, misses = evidence_of(sights), evidence_of(sights, misses=True)
        if self.quantifier == "every":
            return _conclude(sights, hits, misses)
        if self.quantifier == "none":
            return _conclude(sights, misses, hits)
        if hits:
            return Answer(Truth.TRUE, hits, is_firm=True)
        return _conclude(sights, (), misses if not doubts_of(sights) else ())

    def describe(self) -> str:
        return f"{_WORDS.get(self.view, 'an entry in')} {self.argument.strip('{}').replace(',', ' or ')}"

    @property
    def _is_narrowed(self) -> bool:
        return self.kind.any_nodes is not None and not self.is_any

    def parts(self) -> Sequence[Condition]:
        return (KUSTOMIZATIONS,) if self._is_narrowed else ()


_Nodes = tuple[Sequence[Node], Malformed | None]


@lru_cache(maxsize=2048)
def _reader(nodes: Callable[[Source, str], Iterator[Node]], argument: str) -> Callable[[Source], _Nodes]:
    """What reads the nodes of a view out of a file, the same for all conditions that ask for them."""

    def read(source: Source) -> _Nodes:
        found: list[Node] = []
        try:
            found.extend(nodes(source, argument))
        except Malformed as error:
            return found, error
        return found, None

    return read


_WORDS: Mapping[str, str] = {
    "k8s": "a Kubernetes",
    "helm-template": "a Helm template of",
    "compose": "a compose",
    "workflow": "a workflow",
    "ci": "a CI",
    "script": "a script",
    "workload": "a Kubernetes",
    "dockerfile": "a Dockerfile",
    "terraform": "Terraform",
}


def _conclude(sights: Sights, good: tuple[Evidence, ...], bad: tuple[Evidence, ...]) -> Answer:
    """FALSE by one bad node, UNKNOWN by one doubt, TRUE by at least one good node."""
    doubts = doubts_of(sights)
    if bad:
        return Answer(Truth.FALSE, against=bad)
    if doubts:
        return Answer(Truth.UNKNOWN, doubts=doubts)
    return Answer(Truth.TRUE, good, is_firm=True) if good else Answer(Truth.FALSE)


def read_data(fields: Fields) -> DataCondition:
    """`data: view:argument`, `select`, `where`, one of `every`, `any`, `none`, `scope`, `reachable: any`."""
    view, _, argument = fields.text("data").partition(":")
    view, argument = _check_view(view.strip(), argument.strip(), fields)
    selector = _WHOLE
    where: Check = _EVERYTHING
    test: Check = _EVERYTHING
    if fields.has("select"):
        selector = read_selector(fields.take("select"), fields.at("select"), fields.mistakes)
    if fields.has("where"):
        where = read_check(fields.take("where"), fields.at("where"), fields.mistakes)
    chosen = [key for key in QUANTIFIERS if fields.has(key)]
    for key in chosen:
        fields.take(key)
        test = read_quantified(fields.raw, key, fields.location, fields.mistakes)
    if len(chosen) > 1:
        fields.mistakes.add(fields.location, "only one of every, any and none")
    quantifier = chosen[0] if chosen else "any"
    is_any = _read_reachable(view, fields)
    return DataCondition(view, argument, selector, where, quantifier, test, fields.scope(), is_any=is_any)


def _read_reachable(view: str, fields: Fields) -> bool:
    value = fields.text("reachable")
    kind = VIEWS.get(view)
    if value and (value != "any" or kind is None or kind.any_nodes is None):
        known = " and ".join(f"'{name}:'" for name, kind in VIEWS.items() if kind.any_nodes is not None)
        fields.mistakes.add(fields.at("reachable"), "'reachable' can only be 'any'", f"it goes with {known}")
        return False
    return bool(value)


def _check_view(view: str, argument: str, fields: Fields) -> tuple[str, str]:
    kind = VIEWS.get(view)
    if kind is None:
        fields.mistakes.add(fields.at("data"), f"unknown view '{view}'", f"known are {', '.join(VIEWS)}")
        return "yaml", "?"
    if kind.arguments and argument not in kind.arguments:
        fields.mistakes.add(fields.at("data"), f"'{view}:' takes one of {', '.join(kind.arguments)}")
    try:
        if not fields.mistakes.is_trusted:
            check_glob(argument)
    except BadPattern as error:
        fields.mistakes.add(fields.at("data"), f"bad argument: {error}")
        return view, "?"
    return view, argument
