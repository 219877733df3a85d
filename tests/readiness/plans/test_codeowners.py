"""CODEOWNERS as GitHub reads it."""

import time

import pytest

from app.readiness.plans.codeowners import LARGEST_FILE, Owners, OwnerSet, parse_codeowners


def owners_of(pattern: str, path: str) -> bool:
    return parse_codeowners(f"{pattern} @ann\n").of(path) == OwnerSet(("ann",))


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("*", ["a", "a/b/c.py", ".env"], []),
        ("*.js", ["a.js", "x/y/a.js"], ["a.jsx", "js"]),
        ("/build/logs/", ["build/logs/a", "build/logs/x/y"], ["build/logs", "x/build/logs/a"]),
        ("docs/*", ["docs/a.md"], ["docs/build/a.md", "x/docs/a.md", "docs"]),
        ("apps/", ["apps/a", "x/apps/b/c"], ["apps", "myapps/a"]),
        ("/docs/", ["docs/a", "docs/b/c"], ["x/docs/a"]),
        ("/docs", ["docs", "docs/a", "docs/b/c"], ["docs2", "x/docs"]),
        ("/scripts/**", ["scripts/a", "scripts/b/c"], ["x/scripts/a"]),
        ("**/logs", ["logs", "logs/a", "build/logs", "deep/build/logs/x.txt"], ["logs2", "mylogs/a"]),
        ("/apps/**/api/", ["apps/api/a", "apps/x/y/api/b"], ["apps/x/apis/b"]),
        ("a?c.txt", ["abc.txt", "x/abc.txt"], ["a/c.txt", "ac.txt"]),
        ("Makefile", ["Makefile", "x/Makefile"], ["makefile"]),
        ("with\\ space.md", ["with space.md"], ["with", "space.md"]),
        ("a+b(c).md", ["a+b(c).md"], ["aab(c).md"]),
    ],
)
def test_patterns(pattern: str, matching: list[str], other: list[str]) -> None:
    assert [path for path in matching if not owners_of(pattern, path)] == []
    assert [path for path in other if owners_of(pattern, path)] == []


def test_the_last_match_wins_and_may_take_owners_away() -> None:
    owners = parse_codeowners("* @everyone\n/api/ @org/api @bob # the API\n/api/generated/\n")
    assert owners.of("README.md") == OwnerSet(("everyone",))
    assert owners.of("api/a.py") == OwnerSet(("bob",), ("org/api",))
    assert owners.of("api/generated/a.py") == OwnerSet()
    assert owners.of_everything == OwnerSet(("everyone",))


def test_comments_sections_mails_and_foreign_syntax_are_skipped() -> None:
    text = "# c\n\n[Section] @a\n^[Optional]\n!keep @b\n[ab].py @c\n*.py ann@mail.test @d @d not-an-owner\r\n"
    assert parse_codeowners(text).of("x.py") == OwnerSet(("d",))
    assert len(parse_codeowners(text).rules) == 1


def test_limits_say_why_the_file_was_not_used() -> None:
    assert "3 MB" in parse_codeowners("a" * (LARGEST_FILE + 1)).note
    assert "lines" in parse_codeowners("a @b\n" * 20_000).note
    assert parse_codeowners("") == Owners()


def test_many_wild_patterns_over_a_long_path_stay_quick() -> None:
    owners = parse_codeowners("/**/a/**/b/**/c*d*e*f @x\n" * 2_000)
    start = time.process_time()
    assert owners.of("a/b/" * 200 + "cde") == OwnerSet()
    assert time.process_time() - start < 1
