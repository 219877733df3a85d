import pytest

from app.readiness.globs import matches_any, to_regex
from app.readiness.paths import Role, Scope, role_of
from app.readiness.patterns import BadPattern


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
