"""Settings as operators write them."""

from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.settings import Settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("LOG_FORMAT", "xml"),
        ("GITHUB_API_URL", "ghe.example/api/v3"),
        ("REDIS_URL", "localhost:6379"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"READYGATE_{name}", value)
    with pytest.raises(InvalidInput, match=f"READYGATE_{name}: ") as wrong:
        Settings()
    assert value not in str(wrong.value).replace("https://", "")


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "LOG_LEVEL", "REDIS_URL", "DATABASE_URL", "GITHUB_API_URL", "DATA_DIR"):
        monkeypatch.setenv(f"READYGATE_{name}", "")
    settings = Settings()
    assert (settings.port, settings.log_level, settings.data_dir) == (8000, "info", Path("data"))
    assert settings.github_api_url == "https://api.github.com"


def test_levels_and_ids_are_read_as_people_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READYGATE_LOG_LEVEL", "INFO")
    monkeypatch.setenv("READYGATE_GITHUB_APP_ID", " 123\n")
    settings = Settings()
    assert (settings.log_level, settings.github_app_id) == ("info", "123")


def test_the_address_a_hosted_database_gives_is_understood() -> None:
    settings = Settings(database_url="postgres://ann:p%40ss@db.example/ready?sslmode=require")
    assert settings.database == "postgresql+asyncpg://ann:p%40ss@db.example/ready?ssl=require"


def test_a_key_that_is_not_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "key.der").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(InvalidInput, match="not text"):
        _ = Settings(github_private_key="key.der").private_key  # type: ignore[arg-type]
