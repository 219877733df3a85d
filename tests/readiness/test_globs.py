import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.readiness.glob_index import parts_of
from app.readiness.globs import GlobSet, check_glob, matches_any, to_regex
from app.readiness.paths import Role, Scope, role_of
from app.readiness.patterns import BadPattern, matches


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("**/*.md", "a.md", True),
        ("**/*.md", "a/b/c.md", True),
        ("*.md", "a/b.md", False),
        ("docs/**", "docs/a/b", True),
        ("docs/", "docs/a/b", True),
        ("docs/**/x", "docs/x", True),
        ("a/*/c", "a/b/c", True),
        ("a/*/c", "a/b/b/c", False),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a.c", "abc", False),
        ("{a,b/{c,d}}.py", "b/d.py", True),
        ("{a,**/b}.py", "x/b.py", True),
        ("[ab].py", "b.py", True),
        ("[!ab].py", "b.py", False),
        ("a,b", "a,b", True),
        ("./x", "x", True),
        ("/x", "x", True),
        ("README*", "readme.md", True),
        ("**/application*.y*ml", "src/application-prod.yaml", True),
        ("$^+()|", "$^+()|", True),
        ("**", "a/b", True),
        ("é*", "état", True),
        ("?tat", "état", True),
        ("é*", "etat", False),
    ],
)
def test_globs(glob: str, path: str, expected: bool) -> None:
    assert matches_any((glob,), path) is expected


@pytest.mark.parametrize("glob", ["", "{a", "a}", "[a", "x" * 600])
def test_bad_globs_are_refused(glob: str) -> None:
    with pytest.raises(BadPattern):
        to_regex(glob)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("src/app.py", Role.PRODUCT),
        ("tests/test_app.py", Role.TEST),
        ("src/app.test.ts", Role.TEST),
        ("src/AppTest.java", Role.TEST),
        ("Api.Tests/Health.cs", Role.TEST),
        ("fixtures/a.json", Role.TEST),
        ("examples/a.py", Role.EXAMPLE),
        ("src/main/java/org/example/App.java", Role.PRODUCT),
        ("node_modules/x/index.js", Role.VENDORED),
        ("tests/node_modules/x.js", Role.VENDORED),
        ("scripts/x.py", Role.TOOLING),
        ("scripts/Dockerfile", Role.PRODUCT),
        ("scripts/dev/Dockerfile", Role.TOOLING),
        ("load-test/compose.yaml", Role.TEST),
        ("api_tests/client.ts", Role.TEST),
        ("latest/app.py", Role.PRODUCT),
        ("static/app.min.js", Role.GENERATED),
        ("package-lock.json", Role.GENERATED),
        (".github/scripts/x.sh", Role.PRODUCT),
        ("contest.py", Role.PRODUCT),
    ],
)
def test_roles(path: str, role: Role) -> None:
    assert role_of(path) is role


def test_scopes() -> None:
    assert [role for role in Role if Scope.PRODUCT.includes(role)] == [Role.PRODUCT]
    assert [role for role in Role if Scope.TESTS.includes(role)] == [Role.TEST]
    assert [role for role in Role if not Scope.ALL.includes(role)] == [Role.VENDORED]


LETTERS = st.sampled_from(["a", "B", "ab", ".", "-", "é", "+", ".md", "(", "/", "/", "**/", "/**/", "*", "?"])
WILD = st.sampled_from(["**", "[ab]", "[!a]", "[a-c]", "[+-9]", "[A_]", "*.md", "**", "/"])
PIECES = st.lists(st.one_of(LETTERS, WILD), min_size=1, max_size=5).map("".join)
GLOBS = st.recursive(
    PIECES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: "{" + ",".join(parts) + "}"),
        st.lists(inner, min_size=2, max_size=2).map("".join),
    ),
    max_leaves=5,
)
PATHS = st.lists(st.text("abABé.-+(_\n", max_size=4), min_size=1, max_size=4).map("/".join)


@given(st.lists(GLOBS, min_size=1, max_size=5), st.lists(PATHS, min_size=1, max_size=5))
@example(["**/a/**/b/**/*.md"], ["x/a/b/c.md", "a/b/c.md", "b/a/c.md", "ab/c.md"])
@example(["a/**/a/c"], ["a/c", "a/a/c", "a/b/a/c"])
@example(["x{**/a,b}", "a{/**,.md}"], ["xa", "x/a", "xb", "a/b", "a.md"])
@example(["*a*a", "*.b.md", "a*b*.md"], ["a", "aa", "aba", "x.b.md", "ab.md", "a.md"])
@example(["**/*"], ["a", "a/b", "\n"])
def test_globs_taken_apart_match_what_their_regular_expressions_match(globs: list[str], paths: list[str]) -> None:
    good = [glob for glob in globs if _is_good(glob)]
    for path in paths:
        expected = {
            index for index, glob in enumerate(good) if matches(f"(?i-m)\\A(?:{to_regex(glob)})\\z", path.encode())
        }
        assert GlobSet(good).hits(path) == expected


def test_most_globs_are_taken_apart() -> None:
    globs = ["**/*.{md,rst}", "docs/**", "**/Dockerfile{,.*}", "**/{a,b}/**/[0-9]*.sql", "x/*y*/z", "c++/*.h"]
    assert [glob for glob in globs if parts_of(to_regex(glob)) is None] == []
    assert parts_of(to_regex("**/[!.]*")) is None
    assert parts_of(to_regex("{a,b}" * 9)) is None


def _is_good(glob: str) -> bool:
    try:
        check_glob(glob)
    except BadPattern:
        return False
    return True
