"""The condition `code`: a syntax tree holds a node that an ast-grep rule describes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from ast_grep_py import SgNode, SgRoot

from app.readiness.conditions.answer import Answer
from app.readiness.conditions.condition import Condition, View
from app.readiness.conditions.keys import key_of
from app.readiness.conditions.languages import LANGUAGES, language_of
from app.readiness.conditions.reading import Fields, Mistakes
from app.readiness.conditions.sight import PLACES, Place, Sight, some_hit, trim
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Location
from app.readiness.formats.source import Source
from app.readiness.paths import Scope
from app.readiness.patterns import BadPattern, compile_pattern, with_ascii_classes

LIMIT = 1_000_000
NESTING = 400
DEPTH = 1_000
_WIDE = 2 * DEPTH
LINE = 50_000
_BRACKETS = bytes(set(range(256)) - set(b"()[]{}"))
_OPENING = frozenset(b"([{")


@lru_cache(maxsize=4096)
def _config(rule: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(rule, object_hook=_with_ascii_classes)
    return loaded if "rule" in loaded else {"rule": loaded}


def _with_ascii_classes(rule: dict[str, Any]) -> dict[str, Any]:
    regex = rule.get("regex")
    return {**rule, "regex": with_ascii_classes(regex)} if isinstance(regex, str) else rule


def find_nodes(root: SgNode, rule: str) -> list[SgNode]:
    """The nodes a rule (JSON) matches; a panic of the library becomes an ordinary error."""
    try:
        found: list[SgNode] = root.find_all(cast(Any, _config(rule)))
        return found
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ValueError(str(error).split("Stack backtrace")[0].strip()) from None
        raise


@dataclass(frozen=True, slots=True)
class CodeCondition:
    """TRUE when a file of one of the languages holds a matching node.

    patterns: of which one must occur before a file is parsed; rules: (language, ast-grep rule as JSON).
    """

    patterns: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    within: tuple[str, ...] = ()
    scope: Scope = Scope.PRODUCT
    limit: int = LIMIT

    @property
    def key(self) -> str:
        return key_of("code", self.patterns, self.rules)

    @property
    def globs(self) -> tuple[str, ...]:
        if self.within:
            return self.within
        named = {name for name, _ in self.rules}
        named |= {name for name, language in LANGUAGES.items() if language.falls_back in named}
        extensions = sorted({extension for name in named for extension in LANGUAGES[name].extensions})
        return (f"**/*.{{{','.join(extensions)}}}",)

    @property
    def prefilter(self) -> tuple[str, ...]:
        return self.patterns

    def scan(self, source: Source) -> Sight | None:
        language = language_of(source.path)
        rules = dict(self.rules)
        rule = rules.get(language) or rules.get(LANGUAGES[language].falls_back if language else "")
        if rule is None:
            return None
        try:
            root = source.parse(syntax_tree)
        except Malformed as error:
            return Sight(doubt=error.reason)
        places = tuple(_place(node) for node in find_nodes(root, rule)[:PLACES])
        if places:
            return Sight(places)
        return Sight(doubt="the code around it does not parse") if self._is_in_broken_code(source) else None

    def _is_in_broken_code(self, source: Source) -> bool:
        """Whether what the cheap test saw lies where the parser gave up."""
        spans = source.parse(_broken_spans)
        if not spans:
            return False
        return any(first <= line <= last for line in self._candidate_lines(source) for first, last in spans)

    def _candidate_lines(self, source: Source) -> Iterator[int]:
        for pattern in self.patterns:
            for count, found in enumerate(source.matches_of(pattern)):
                if count == PLACES * 10:
                    break
                yield source.line_of(found.start())

    def judge(self, view: View) -> Answer:
        return some_hit(view.sights(self), is_firm=True)

    def describe(self) -> str:
        return "code in " + " or ".join(name for name, _ in self.rules[:4])

    def parts(self) -> Sequence[Condition]:
        return ()


def _place(node: SgNode) -> Place:
    return node.range().start.line + 1, trim(node.text()[:400].split("\n", 1)[0])


def syntax_tree(source: Source) -> SgNode:
    """The tree of a file; raises `Malformed` where a walk over it could take quadratic time."""
    if _nesting(source.content) > NESTING:
        raise Malformed(f"nested deeper than {NESTING} brackets")
    if max(map(len, source.content.split(b"\n"))) > LINE:
        raise Malformed(f"a line longer than {LINE} bytes")
    source.refuse_symbols()
    root = SgRoot(source.text, language_of(source.path)).root()
    if _is_deep(root):
        raise Malformed(f"nested deeper than {DEPTH} levels")
    return root


def _broken_spans(source: Source) -> list[tuple[int, int]]:
    """The first and last lines of what the parser could make nothing of, a hundred at most."""
    broken = find_nodes(source.parse(syntax_tree), '{"kind": "ERROR"}')[:100]
    return [(node.range().start.line + 1, node.range().end.line + 1) for node in broken]


def _is_deep(root: SgNode) -> bool:
    """Whether chains such as `a().b().c()` nest deeper than the limit, though no bracket does.

    A level takes two characters at least, so only nodes that are wide enough for the rest need a look.
    """
    level = [root]
    for _ in range(DEPTH):
        level = [child for node in level for child in node.children() if len(child.text()) >= _WIDE]
        if not level:
            return False
    return True


def _nesting(content: bytes) -> int:
    depth = deepest = 0
    for character in content.translate(None, _BRACKETS):
        depth = depth + 1 if character in _OPENING else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return deepest


def read_code(fields: Fields) -> CodeCondition:
    """`code: {prefilter: [literals] | prefilter_re: pattern, <language>: ast-grep rule, …, in: [globs], scope}`."""
    raw = fields.take("code")
    inner = Fields(raw if isinstance(raw, dict) else {}, fields.at("code"), fields.mistakes)
    literals = tuple(_quote(text) for text in inner.texts("prefilter"))
    patterns = literals + inner.patterns("prefilter_re")
    if not patterns:
        fields.mistakes.add(fields.at("code"), "'code' needs 'prefilter' or 'prefilter_re'", "name what must occur")
    rules = []
    for name in LANGUAGES:
        if inner.has(name):
            rule = inner.take(name)
            for language in (name, *_falling_back(name, inner)):
                check_rule(language, rule, inner.at(name), fields.mistakes)
            rules.append((name, json.dumps(rule)))
    if not rules:
        fields.mistakes.add(fields.at("code"), "'code' names no language", f"known are {', '.join(LANGUAGES)}")
    within = inner.globs("in")
    condition = CodeCondition(patterns, tuple(rules), within, inner.scope())
    inner.asked |= set(LANGUAGES)
    inner.finish()
    return condition


def _falling_back(name: str, fields: Fields) -> list[str]:
    """The languages whose files are looked at with the rule of this one."""
    return [other for other, language in LANGUAGES.items() if language.falls_back == name and not fields.has(other)]


def _quote(literal: str) -> str:
    return "".join(c if c.isalnum() or c == "_" or not c.isascii() else f"\\x{ord(c):02x}" for c in literal)


@lru_cache(maxsize=4096)
def _fault(language: str, rule: str) -> str:
    """Why ast-grep refuses a rule, "" when it does not."""
    try:
        find_nodes(SgRoot("a\n", language).root(), rule)
    except ValueError as error:
        return " ".join(str(error).split()) or "refused by ast-grep"
    return ""


def check_rule(language: str, rule: Any, location: Location, mistakes: Mistakes) -> None:
    """Compiles a rule against a snippet, and refuses patterns that would silently match nothing."""
    if mistakes.is_trusted:
        return
    if not isinstance(rule, Mapping):
        mistakes.add(location, "an ast-grep rule is a mapping")
        return
    fault = _fault(language, json.dumps(rule))
    if fault:
        mistakes.add(location, f"ast-grep refuses this rule: {fault}")
    for text in _patterns(rule):
        if next(iter(find_nodes(SgRoot(text, language).root(), '{"kind": "ERROR"}')), None) is not None:
            mistakes.add(location, f"the pattern '{text}' is no complete {language}")
    for text in _regexes(rule):
        try:
            compile_pattern(text)
        except BadPattern as error:
            mistakes.add(location, f"bad regular expression '{text}': {error}")


def _patterns(rule: Any) -> Iterator[str]:
    yield from _texts_under(rule, "pattern")


def _regexes(rule: Any) -> Iterator[str]:
    yield from _texts_under(rule, "regex")


def _texts_under(rule: Any, key: str) -> Iterator[str]:
    if isinstance(rule, Mapping):
        for name, value in rule.items():
            if name == key and isinstance(value, str):
                yield value
            else:
                yield from _texts_under(value, key)
    elif isinstance(rule, list):
        for item in rule:
            yield from _texts_under(item, key)
