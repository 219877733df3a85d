import pytest
from asking import ask, judge

from app.readiness.formats.malformed import Malformed
from app.readiness.formats.scripts.reading import read_scripts
from app.readiness.formats.source import Source


def _read(path: str, text: str) -> list[tuple[str, str, str, int]]:
    return [(one.tool, one.name, one.run, one.line) for one in read_scripts(Source(path, text.encode()))]


MAKEFILE = """VERSION := 1
.PHONY: test lint
# test: a comment
test: build ## run the tests
\t@go test \\
\t  -race ./...
\t# nothing
lint fmt:
\t-golangci-lint run

build: ; go build
debug: FLAGS = -v
bin/api-%: $(SOURCES)
\tgo build ./cmd/$*
export PATH
"""


def test_makefile() -> None:
    assert _read("Makefile", MAKEFILE) == [
        ("make", "test", "make build\ngo test -race ./...", 4),
        ("make", "lint", "golangci-lint run", 8),
        ("make", "fmt", "golangci-lint run", 8),
        ("make", "build", "go build", 11),
        ("make", "bin/api-%", "make $(SOURCES)\ngo build ./cmd/$*", 13),
    ]


def test_justfile() -> None:
    text = 'set shell := ["sh"]\nx := "1"\n# Tests\ntest filter="": build\n    @cargo test {{filter}}\n\n'
    text += "build:\n  cargo build\n"
    assert _read("justfile", text) == [
        ("just", "test", "just build\ncargo test {{filter}}", 4),
        ("just", "build", "cargo build", 7),
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("package.json", '{"scripts": {\n"lint:ts": "eslint ."}}', ("npm", "lint:ts", "eslint .", 2)),
        ("composer.json", '{"scripts": {"test": ["phpunit", "pint"]}}', ("composer", "test", "phpunit\npint", 1)),
        ("deno.jsonc", '{"tasks": {"a": {"command": "x"}}} // y', ("deno", "a", "x", 1)),
        ("Taskfile.yml", "tasks:\n  lint:\n    cmds: [ruff, {task: b}]\n", ("task", "lint", "ruff\nb", 2)),
        ("pyproject.toml", "[tool.poe.tasks]\na = 'x'\n", ("poe", "a", "x", 2)),
        ("pyproject.toml", "[tool.poe.tasks.a]\nshell = 'x'\n", ("poe", "a", "x", 1)),
        ("pyproject.toml", "[tool.taskipy.tasks]\na = {cmd = 'x'}\n", ("task", "a", "x", 2)),
        ("pyproject.toml", "[tool.pdm.scripts]\na = {composite = ['x', 'y']}\n", ("pdm", "a", "x\ny", 2)),
        ("pyproject.toml", "[tool.hatch.envs.test.scripts]\na = ['x']\n", ("hatch", "a", "x", 2)),
        ("hatch.toml", "[envs.test.scripts]\na = ['x']\n", ("hatch", "a", "x", 2)),
        ("pyproject.toml", "[tool.tox.env.a]\ncommands = [['x', 'y']]\n", ("tox", "a", "x y", 1)),
        ("tox.toml", "[env_run_base]\ncommands = [['x', 'y']]\n", ("tox", "testenv", "x y", 1)),
        ("Pipfile", "[scripts]\na = 'x'\n", ("pipenv", "a", "x", 2)),
        (".mise.toml", "[tasks.a]\nrun = 'x'\n", ("mise", "a", "x", 1)),
        ("Makefile.toml", "[tasks.a]\ncommand = 'x'\n", ("cargo-make", "a", "x", 1)),
        ("Procfile.dev", "web: bin/rails server -p 1\n# no: x\n", ("procfile", "web", "bin/rails server -p 1", 1)),
        ("tox.ini", "[tox]\nenvlist = a\n[testenv:a]\ndeps = b\ncommands =\n  x\n  y\n", ("tox", "a", "x\ny", 3)),
        ("tox.ini", "[testenv]\ncommands = x\n", ("tox", "testenv", "x", 1)),
        ("noxfile.py", "@nox.session(name='a')\ndef b(session):\n    run('x')\n", ("nox", "a", "run('x')", 2)),
        ("noxfile.py", "def c(): pass\n@nox.session\ndef b(session):\n    x\n", ("nox", "b", "x", 3)),
        ("lib/tasks/a.rake", "task default: [:b]\n", ("rake", "default", "", 1)),
        ("Rakefile", "namespace :db do\n  task :migrate => [:x] do\n", ("rake", "db:migrate", "", 2)),
    ],
)  # fmt: skip
def test_each_tool(path: str, text: str, expected: tuple[str, str, str, int]) -> None:
    assert _read(path, text) == [expected]


@pytest.mark.parametrize("path", ["src/package.json.md", "main.py", "Makefile.py/x", "tasks.yml"])
def test_other_files_hold_none(path: str) -> None:
    assert _read(path, "test:\n\tx\n") == []


@pytest.mark.parametrize(
    "path",
    ["package.json", "composer.json", "deno.json", "Taskfile.yml", "pyproject.toml", "Pipfile", "tox.toml", "tox.ini"],
)
def test_odd_shapes_are_no_error(path: str) -> None:
    for text in ("[]", "{}", '{"scripts": []}', '{"scripts": {"a": [[[1]], null, {"cmd": 3}]}}', "a = 1", "scripts = 3",
                 "tasks: 3", "tasks: {a: null, b: [3], c: {cmds: {d: e}}}", "[tool.poe]\ntasks = 3", "[envs]\na = 3",
                 "[env]\na = {commands = 3}\nb = {commands = [3]}\nc = 4", "[testenv:a]\ncommands", ""):  # fmt: skip
        try:
            _read(path, text)
        except Malformed:
            continue


def test_too_much_is_malformed() -> None:
    with pytest.raises(Malformed, match="more than 5,000 scripts"):
        _read("Makefile", "".join(f"t{at}:\n\tx\n" for at in range(5_001)))
    with pytest.raises(Malformed, match="more than 5,000 scripts"):
        _read("Makefile", f"{' '.join(f't{at}' for at in range(100))}:\n\t{'x' * 100_000}\n")


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "a:" * 100_000, "a:\n" * 4_000 + "\tx\n" * 50_000, "a " * 100_000 + ":"]
)
def test_hostile_makefiles_take_linear_time(text: str) -> None:
    for path in ("Makefile", "justfile", "Rakefile", "noxfile.py", "Procfile"):
        try:
            _read(path, text)
        except Malformed:
            continue


def test_the_view() -> None:
    files = {"Makefile": MAKEFILE, "web/package.json": '{"scripts": {"lint:css": "stylelint ."}}'}
    result = judge({"implemented": {"data": "script:{lint,lint:*}"}}, files)
    assert [(e.path, e.line, e.text) for e in result.evidence] == [
        ("Makefile", 8, "script lint"),
        ("web/package.json", 1, "script lint:css"),
    ]
    assert ask({"data": "script:test", "where": {"tool": "make", "run": {"re": "go test"}}}, files) == "implemented"
    assert ask({"data": "script:tests"}, files) == "missing"
    rake = {"Rakefile": "namespace :db do\n  task :migrate do\n"}
    assert ask({"data": "script:db:migrate"}, rake) == "implemented"
    assert ask({"data": "script:{a,db}:*"}, rake) == "implemented"
    assert ask({"data": "script:[dx]b:migrate"}, rake) == "implemented"
