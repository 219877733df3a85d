"""Work trees and plain folders as they stand."""

import os
import time
from pathlib import Path

import pytest
from git_world import Repo, make_repo

from app.git.errors import GitError
from app.git.local import open_local
from app.git.worktree import WorktreeSnapshot
from app.readiness.snapshot import EntryKind, blob_id


def settle(repo: Repo) -> None:
    """Make the index surely younger than the files, as it is in any repository older than a moment."""
    past = time.time_ns() - 10**10
    for path in repo.path.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            os.utime(path, ns=(past, past))
    repo.git("update-index", "--refresh", "-q")


def files_of(repo: Repo) -> WorktreeSnapshot:
    return open_local(repo.path).files()


def test_tracked_and_untracked_but_not_ignored(repo: Repo) -> None:
    repo.commit({"a": "1\n", "gone": "x\n", ".gitignore": "*.log\nbuild/\n"})
    repo.write({"a": "2\n", "gone": None, "new/b": "n\n", "x.log": "l\n", "build/out": "o\n", "--help": "h\n"})
    snapshot = files_of(repo)
    assert list(snapshot.entries) == ["--help", ".gitignore", "a", "new/b"]
    assert snapshot.read(snapshot.entries["a"].blob) == b"2\n"
    assert snapshot.entries["a"].blob == blob_id(b"2\n")
    assert snapshot.read(snapshot.entries["--help"].blob) == b"h\n"


def test_unchanged_files_are_not_hashed(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a": "1\n", "b/c": "2\n", "empty": ""})
    settle(repo)
    repo.write({"new": "n\n"})
    hashed = []
    original = WorktreeSnapshot._hash
    monkeypatch.setattr(
        WorktreeSnapshot, "_hash", lambda self, found, kind: hashed.append(found.name) or original(self, found, kind)
    )
    snapshot = files_of(repo)
    assert hashed == [b"new"]
    assert snapshot.entries["b/c"].blob == blob_id(b"2\n")


def test_an_edit_of_the_same_size_is_seen(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    settle(repo)
    facts = (repo.path / "a").stat()
    repo.write({"a": "2\n"})
    assert files_of(repo).entries["a"].blob == blob_id(b"2\n")
    os.utime(repo.path / "a", ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert files_of(repo).entries["a"].blob == blob_id(b"2\n")


def test_converted_files_are_taken_as_they_are_on_disk(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "filter.evil.clean", f"touch {tmp_path}/ran; tr a-z A-Z")
    repo.git("config", "core.autocrlf", "true")
    repo.write({".gitattributes": "*.evil filter=evil\n", "a.evil": "text\n", "b.txt": "x\r\ny\r\n"})
    repo.commit()
    (tmp_path / "ran").unlink()
    repo.write({"a.evil": "other\n"})
    snapshot = files_of(repo)
    for path in ("a.evil", "b.txt"):
        assert snapshot.read(snapshot.entries[path].blob) == (repo.path / path).read_bytes()
    assert not (tmp_path / "ran").exists()


def test_links_are_entries_and_never_followed(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("outside\n")
    repo.commit({"dir/secret": "inside\n", "a": "1\n"})
    (repo.path / "dir" / "secret").unlink()
    (repo.path / "dir").rmdir()
    (repo.path / "dir").symlink_to(outside)
    (repo.path / "a").unlink()
    (repo.path / "a").symlink_to(outside / "secret")
    snapshot = files_of(repo)
    assert {path: entry.kind for path, entry in snapshot.entries.items()} == dict.fromkeys(
        ["a", "dir"], EntryKind.SYMLINK
    )
    assert b"outside\n" not in [snapshot.read(entry.blob) for entry in snapshot.entries.values()]


def test_what_changes_after_the_listing_is_refused(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"dir/f": "inside\n"})
    snapshot = files_of(repo)
    blob = snapshot.entries["dir/f"].blob
    (repo.path / "dir" / "f").unlink()
    (repo.path / "dir" / "f").symlink_to("/etc/passwd")
    with pytest.raises(GitError, match="changed while"):
        snapshot.read(blob)
    (repo.path / "dir" / "f").unlink()
    repo.write({"dir/f": "changed\n"})
    with pytest.raises(GitError, match="changed while"):
        snapshot.read(blob)
    (repo.path / "dir" / "f").unlink()
    (repo.path / "dir").rmdir()
    (tmp_path / "f").write_text("inside\n")
    (repo.path / "dir").symlink_to(tmp_path)
    with pytest.raises(GitError, match="cannot be read"):
        snapshot.read(blob)


def test_submodules_nested_repositories_and_special_files(repo: Repo) -> None:
    inner = make_repo(repo.path / "nested")
    inner.commit({"x": "1\n"})
    module = make_repo(repo.path / "vendor" / "mod")
    pinned = module.commit({"y": "1\n"})
    repo.write({"a": "1\n"})
    repo.git("add", "--", "a")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{pinned},vendor/mod")
    repo.git("commit", "--quiet", "-m", "x")
    os.mkfifo(repo.path / "pipe")
    snapshot = files_of(repo)
    assert {path: entry.kind for path, entry in snapshot.entries.items()} == {
        "a": EntryKind.FILE,
        "vendor/mod": EntryKind.SUBMODULE,
    }
    assert snapshot.entries["vendor/mod"].blob == pinned


def test_a_huge_file_is_listed_and_not_read(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    with (repo.path / "big.sql").open("wb") as file:
        file.truncate(30 * 1024 * 1024)
    snapshot = files_of(repo)
    assert snapshot.entries["big.sql"].size == 30 * 1024 * 1024
    with pytest.raises(GitError, match="size that is read"):
        snapshot.read(snapshot.entries["big.sql"].blob)


def test_names_that_are_not_utf8(repo: Repo) -> None:
    (repo.path / os.fsdecode(b"caf\xe9")).write_text("1\n")
    (repo.path / "new\nline").write_text("2\n")
    snapshot = files_of(repo)
    assert list(snapshot.entries) == ["caf\\xe9", "new\nline"]
    assert snapshot.read(snapshot.entries["caf\\xe9"].blob) == b"1\n"


def test_a_conflict_counts_once(repo: Repo) -> None:
    repo.commit({"a": "1\n"})
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({"a": "side\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"a": "main\n"})
    with pytest.raises(Exception, match="merge"):
        repo.git("merge", "--quiet", "side")
    snapshot = files_of(repo)
    assert list(snapshot.entries) == ["a"]
    assert b"<<<<<<<" in snapshot.read(snapshot.entries["a"].blob)


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "x.py").write_text("1\n")
    (tmp_path / "link").symlink_to("/etc")
    snapshot = WorktreeSnapshot(tmp_path)
    assert list(snapshot.entries) == ["d/x.py", "link"]
    assert snapshot.entries["link"].kind is EntryKind.SYMLINK


def test_folders_too_deep_are_refused(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(70):
        deep = deep / "d"
    deep.mkdir(parents=True)
    with pytest.raises(GitError, match="nested over"):
        WorktreeSnapshot(tmp_path)
