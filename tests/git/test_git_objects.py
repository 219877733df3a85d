"""Snapshots of commits."""

import hashlib
import os
import zlib
from pathlib import Path

import pytest
from git_world import Repo, make_repo

from app.errors import Unreadable
from app.git import reader
from app.git.change import read_change
from app.git.errors import GitError
from app.git.objects import GitSnapshot, sizes_of, write_blob
from app.git.process import Git
from app.git.reader import ObjectReader
from app.readiness.snapshot import EntryKind, blob_id


def test_every_kind_of_entry(repo: Repo) -> None:
    repo.write({"run.sh": "#!/bin/sh\n", "--help": "h", "dir/a b\n\"c'.txt": "odd", "empty": b""})
    (repo.path / "run.sh").chmod(0o755)
    (repo.path / "link").symlink_to("/etc/passwd")
    inner = make_repo(repo.path.parent / "inner")
    pinned = inner.commit({"x": "1"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{pinned},vendor/inner")
    repo.git("add", "--", "run.sh", "./--help", "dir", "empty", "link")
    repo.git("commit", "--quiet", "-m", "all")
    with GitSnapshot(repo.path / ".git", repo.git("rev-parse", "HEAD")) as snapshot:
        kinds = {path: (entry.kind, entry.size) for path, entry in snapshot.entries.items()}
        assert kinds == {
            "--help": (EntryKind.FILE, 1),
            "dir/a b\n\"c'.txt": (EntryKind.FILE, 3),
            "empty": (EntryKind.FILE, 0),
            "link": (EntryKind.SYMLINK, 11),
            "run.sh": (EntryKind.EXECUTABLE, 10),
            "vendor/inner": (EntryKind.SUBMODULE, -1),
        }
        assert snapshot.read(snapshot.entries["link"].blob) == b"/etc/passwd"
        assert snapshot.read(snapshot.entries["empty"].blob) == b""
        assert snapshot.read(snapshot.entries["dir/a b\n\"c'.txt"].blob) == b"odd"


def test_names_that_are_not_utf8_stay_readable_and_unique(repo: Repo) -> None:
    for name in (b"caf\xe9.txt", b"caf\\xe9.txt", "café.txt".encode()):
        (repo.path / os.fsdecode(name)).write_bytes(name)
    repo.commit()
    with GitSnapshot(repo.path / ".git", "HEAD") as snapshot:
        assert list(snapshot.entries) == ["caf\\xe9.txt", "caf\\xe9.txt~", "café.txt"]
        assert len({entry.blob for entry in snapshot.entries.values()}) == 3
        assert "".join(snapshot.entries).encode("utf-8")


def test_binary_content_with_newlines_is_exact(repo: Repo) -> None:
    content = bytes(range(256)) * 300 + b"\n\n"
    repo.commit({"a.bin": content, "b.bin": content + b"x"})
    with GitSnapshot(repo.path / ".git", "HEAD") as snapshot:
        assert snapshot.read(snapshot.entries["a.bin"].blob) == content
        assert snapshot.read(snapshot.entries["b.bin"].blob) == content + b"x"


def test_what_cannot_be_read_is_unreadable(repo: Repo) -> None:
    commit = repo.commit({"a": "1"})
    with GitSnapshot(repo.path / ".git", commit) as snapshot:
        for name in ("0" * 40, commit, "--help\nHEAD", "HEAD:a"):
            with pytest.raises(Unreadable):
                snapshot.read(name)
        assert snapshot.read(snapshot.entries["a"].blob) == b"1"


def test_the_reader_survives_its_process(repo: Repo) -> None:
    repo.commit({"a": "1"})
    reader = ObjectReader(Git(repo.path / ".git"))
    assert reader.read(repo.blob("a")) == b"1"
    process = reader._contents._process
    assert process is not None
    process.kill()
    process.wait()
    assert reader.read(repo.blob("a")) == b"1"
    reader.close()


def test_an_unknown_commit_is_an_error(repo: Repo) -> None:
    repo.commit({"a": "1"})
    for name in ("0" * 40, "--help", "nothing"):
        with pytest.raises(GitError):
            GitSnapshot(repo.path / ".git", name)


def test_a_damaged_object_is_an_error(repo: Repo) -> None:
    commit = repo.commit({"a": "1" * 100})
    blob = repo.blob("a")
    path = repo.path / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(b"rubbish")
    with GitSnapshot(repo.path / ".git", commit) as snapshot, pytest.raises(GitError):
        snapshot.read(blob)


def test_an_empty_commit_has_no_entries(repo: Repo) -> None:
    with GitSnapshot(repo.path / ".git", repo.commit()) as snapshot:
        assert snapshot.entries == {}


def test_loose_objects_are_git_objects(repo: Repo) -> None:
    blob = write_blob(repo.path / ".git" / "objects", b"text\n")
    assert blob == blob_id(b"text\n")
    assert write_blob(repo.path / ".git" / "objects", b"text\n") == blob
    assert repo.git("cat-file", "blob", blob) == "text"
    assert sizes_of(Git(repo.path / ".git"), [blob, "1" * 40]) == {blob: 5, "1" * 40: -1}


def test_replacement_refs_do_not_change_what_is_read(repo: Repo) -> None:
    repo.commit({"a": "real\n", "b": "fake\n"})
    repo.git("replace", repo.blob("a"), repo.blob("b"))
    with GitSnapshot(repo.path / ".git", "HEAD") as snapshot:
        assert snapshot.read(repo.blob("a")) == b"real\n"


def test_a_folder_of_a_commit(repo: Repo, tmp_path: Path) -> None:
    commit = repo.commit({"services/api/a.py": "1", "b.py": "2"})
    with GitSnapshot(repo.path / ".git", f"{commit}:services") as snapshot:
        assert list(snapshot.entries) == ["api/a.py"]


@pytest.mark.slow
def test_trees_that_unfold_without_end_are_refused(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.git.process.MEMORY_LIMIT", 64 * 1024 * 1024)
    monkeypatch.setattr("app.git.objects.ENTRY_LIMIT", 500)
    base = repo.commit()
    tree = repo.git("mktree", stdin=f"100644 blob {repo.git('hash-object', '-w', '--stdin')}\tf\n".encode())
    for _ in range(12):
        tree = repo.git("mktree", stdin="".join(f"040000 tree {tree}\t{name}\n" for name in "abcdefgh").encode())
    bomb = repo.git("commit-tree", "-p", base, "-m", "bomb", tree)
    with pytest.raises(GitError, match="more than 500 files"):
        GitSnapshot(repo.path / ".git", bomb)
    with pytest.raises(GitError, match="touches more than"):
        read_change(repo.path / ".git", base, bomb)
    head = repo.git("commit-tree", "-p", bomb, "-m", "gone", f"{base}^{{tree}}")
    with pytest.raises(GitError, match="touches more than"):
        read_change(repo.path / ".git", base, head)


def test_names_that_would_leave_a_folder_are_only_names(repo: Repo) -> None:
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"x")
    tree = repo.git("mktree", stdin=f"100644 blob {blob}\t..\n100644 blob {blob}\tok\n".encode())
    with GitSnapshot(repo.path / ".git", tree) as snapshot:
        assert list(snapshot.entries) == ["..", "ok"]
        assert snapshot.read(snapshot.entries[".."].blob) == b"x"


def test_a_damaged_object_ends_the_waiting_for_git(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    head = repo.commit({"good.txt": "1\n"})
    content = b"blob 1000\0short"
    blob = hashlib.sha1(content).hexdigest()
    loose = repo.path / ".git" / "objects" / blob[:2] / blob[2:]
    loose.parent.mkdir(exist_ok=True)
    loose.write_bytes(zlib.compress(content))
    monkeypatch.setattr(reader, "SILENCE_SECONDS", 0.3)
    with GitSnapshot(repo.path / ".git", head) as snapshot:
        with pytest.raises(GitError):
            snapshot.read(blob)
        assert snapshot.read(snapshot.entries["good.txt"].blob) == b"1\n"
