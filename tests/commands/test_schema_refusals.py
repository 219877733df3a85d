"""What a person reads when the database does not fit the version."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command

from app.cli import USAGE, run
from app.sandbox.credentials import Credentials
from app.store import schema


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DATA_DIR": str(tmp_path / "data"),
        "GITHUB_APP_ID": "1",
        "GITHUB_PRIVATE_KEY": Credentials(1).private_key,
        "GITHUB_WEBHOOK_SECRET": "s",
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "PORT": "0",
    }.items():
        monkeypatch.setenv(f"READYGATE_{name}", value)
    (tmp_path / "data").mkdir()
    return tmp_path / "data" / "readygate.db"


def execute(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("words", [["deliveries", "list"], ["deliveries", "replay", "some-guid"]])
def test_an_older_database(database: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    command.upgrade(schema._config(f"sqlite+aiosqlite:///{database}"), "0001")
    assert run(words) == USAGE
    said = capsys.readouterr().err
    assert "the database is at revision 0001, this version needs" in said
    assert "Run `readygate db upgrade`" in said
    assert "internal error" not in said


@pytest.mark.parametrize("words", [["serve"], ["worker"], ["db", "upgrade"], ["deliveries", "list"]])
def test_a_newer_database(database: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    schema.upgrade(f"sqlite+aiosqlite:///{database}")
    execute(database, "UPDATE alembic_version SET version_num = '9999'", "UPDATE schema_floor SET revision = '9999'")
    assert run(words) == USAGE
    said = capsys.readouterr().err
    assert "the database is at revision 9999, made by a newer version" in said
    assert "readygate db restore" in said
    assert "internal error" not in said
