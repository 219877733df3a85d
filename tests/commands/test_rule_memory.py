"""What the command keeps of the rule files: never stale, and nobody else's."""

import os
from pathlib import Path

import pytest

from app.commands.rule_memory import RuleMemory

VALUES = {"a/b.yml": {"id": "b", "list": [1, 2.5, None, True, "é"]}}


def test_what_was_kept_comes_back_for_the_same_texts_alone(tmp_path: Path) -> None:
    memory = RuleMemory(tmp_path / "cache" / "rules.json")
    assert memory.get("one") is None
    memory.put("one", VALUES)
    assert memory.get("one") == VALUES
    assert memory.get("two") is None
    memory.put("two", {})
    assert memory.get("one") is None
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["rules.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"key": "1:one", "values": []}', "[" * 100_000, '{"key": 1}'])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rules.json"
    path.write_text(text)
    assert RuleMemory(path).get("one") is None


def test_a_file_that_others_may_write_is_not_read(tmp_path: Path) -> None:
    memory = RuleMemory(tmp_path / "rules.json")
    memory.put("one", VALUES)
    (tmp_path / "rules.json").chmod(0o666)
    assert memory.get("one") is None


def test_a_file_of_another_user_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = RuleMemory(tmp_path / "rules.json")
    memory.put("one", VALUES)
    monkeypatch.setattr(os, "getuid", lambda: (tmp_path / "rules.json").stat().st_uid + 1)
    assert memory.get("one") is None


def test_links_and_pipes_are_not_read_and_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    RuleMemory(tmp_path / "real.json").put("one", VALUES)
    (tmp_path / "rules.json").symlink_to(tmp_path / "real.json")
    assert RuleMemory(tmp_path / "rules.json").get("one") is None
    os.mkfifo(tmp_path / "pipe.json")
    assert RuleMemory(tmp_path / "pipe.json").get("one") is None
    (tmp_path / "file").write_text("")
    RuleMemory(tmp_path / "file" / "rules.json").put("one", VALUES)
