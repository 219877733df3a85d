"""Whatever a file holds, reading it ends soon and without an exception."""

import time
from pathlib import Path
from random import Random

import pytest
import yaml
from migration_statements import statements

from app.readiness.detectors.migrations.model import Dialect, Kind
from app.readiness.detectors.migrations.reading import read_migrations
from app.readiness.detectors.migrations.sql import read_sql

CASES = [
    case["sql"]
    for path in sorted((Path(__file__).parent / "cases").glob("*.yml"))
    for case in yaml.safe_load(path.read_text())["cases"]
]
SIGNS = (
    "(",
    ")",
    "'",
    '"',
    "$$",
    "`",
    "/*",
    "*/",
    "--",
    ";",
    ",",
    ".",
    "[",
    "\\",
    "\0",
    "\n",
    "é",
    "::",
    "${x}",
    "BEGIN",
)
SECONDS = 5.0


@pytest.mark.parametrize("dialect", list(Dialect))
def test_cut_and_mixed_statements_are_read(dialect: Dialect) -> None:
    random = Random(6)
    texts = [*statements(), *CASES]
    for text in texts:
        cut = text[: random.randrange(len(text) + 1)]
        words = text.split(" ")
        place = random.randrange(len(words) + 1)
        mixed = " ".join([*words[:place], random.choice(SIGNS), *words[place + random.randrange(2) :]])
        for each in (cut, mixed, f"{cut};{random.choice(texts)}"):
            assert all(op.span.start_line <= op.span.end_line for op in read_sql(each, dialect, "a.sql"))


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "ALTER TABLE a ADD COLUMN b int DEFAULT " + "(" * 50_000,
        "'" * 100_001,
        "/*" * 100_000,
        "$a$" * 50_000,
        "DO $$ BEGIN " + "EXECUTE 'DO $x$ BEGIN " * 5_000,
        "CREATE TABLE a (" + "b int, " * 100_000,
        "ALTER TABLE a " + "ADD COLUMN b int, " * 20_000,
        "SELECT " + "CASE " * 100_000,
        "CREATE TRIGGER t BEGIN " * 20_000,
        ";" * 200_000,
        "INSERT INTO a VALUES " + "(1, 'x'), " * 25_000,
        "\\" * 100_000,
        "DELIMITER //\n" * 20_000,
        "a.b" * 50_000,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_made_to_be_slow_is_not(text: str, dialect: Dialect) -> None:
    started = time.process_time()
    read_sql(text, dialect, "a.sql")
    assert time.process_time() - started < SECONDS


def test_what_cannot_be_read_is_never_safe() -> None:
    for content in (b"\0" * 10, b" " * 2_000_001):
        (migration,) = read_migrations("migrations/1_a.sql", content, Dialect.POSTGRES, lambda path: "")
        assert [op.kind for op in migration.ops] == [Kind.DYNAMIC]
