"""The rules of the house that a tool can check; import layers and cycles are import-linter's, in pyproject.toml."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "app").rglob("*.py"))
MAX_FILE_LINES = 250
MAX_FUNCTION_LINES = 40
# Names that say nothing about what a module is.
BANNED = {"utils", "helpers", "common", "core", "base", "manager", "handler", "service", "processor", "misc"}
# What the pure half may not touch, beyond the modules import-linter forbids.
IMPURE_CALLS = {"os.environ", "os.getenv", "time.time", "time.monotonic", "datetime.now", "date.today", "random.random"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_in_one_sentence_what_it_is(path: Path) -> None:
    docstring = ast.get_docstring(tree(path))
    assert docstring, "no module docstring"
    assert docstring.split("\n")[0].rstrip().endswith((".", "?"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_stand_at_the_top(path: Path) -> None:
    hidden = [
        f"{function.name}:{node.lineno}"
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_and_functions_stay_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MAX_FILE_LINES
    assert [f.name for f in functions(path) if body_lines(f) > MAX_FUNCTION_LINES] == []


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Without the signature and the docstring: a command's documented options are no complexity."""
    statements = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def test_module_names_are_nouns_of_the_field() -> None:
    assert [name_of(path) for path in MODULES if path.stem in BANNED or "_and_" in path.stem] == []


@pytest.mark.parametrize("path", sorted((ROOT / "app" / "readiness").rglob("*.py")), ids=name_of)
def test_the_pure_half_reads_no_clock_and_no_environment(path: Path) -> None:
    calls = {ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert calls & IMPURE_CALLS == set()


def test_every_test_file_has_its_own_name() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
