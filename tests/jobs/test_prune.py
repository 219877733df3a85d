from pathlib import Path

from app.jobs.prune import remove_mirrors


def test_only_mirrors_of_repositories_without_access_go(tmp_path: Path) -> None:
    for name in ("1.git", "2.git", "notes.git", "2.lock"):
        (tmp_path / name).mkdir()
    assert remove_mirrors(tmp_path, {1}) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1.git", "2.lock", "notes.git"]
    assert remove_mirrors(tmp_path / "absent", set()) == 0
