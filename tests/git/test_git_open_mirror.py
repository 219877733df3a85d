"""A mirror that stays open says the same as one that is opened for each commit."""

import random
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from git_world import Repo

from app.git.change import read_change
from app.git.errors import GitError
from app.git.objects import GitSnapshot
from app.git.open_mirror import OpenMirror, OpenMirrors
from app.git.process import Git
from app.git.reader import ObjectReader
from app.git.trees import Irregular, differences, find_leaf
from app.readiness.snapshot import EntryKind


def git_dir(repo: Repo) -> Path:
    return repo.path / ".git"


def steps(repo: Repo, count: int, seed: int) -> list[str]:
    """Commits that add, change and remove files, and turn files into folders and back."""
    chance, files = random.Random(seed), set[str]()
    names = ["a", "a/b", "a/b/c", "a-b", "a.b", "x/y", "x", "é/ü", "z" * 40, "deep/er/and/deeper/f"]
    commits = [repo.commit({"first": "1\n"})]
    for _ in range(count):
        for name in chance.sample(names, 4):
            in_the_way = {
                other for other in files if f"{other}/".startswith(f"{name}/") or name.startswith(f"{other}/")
            }
            for other in in_the_way:
                repo.git("rm", "-q", "-f", "--", other)
            files -= in_the_way
            if name not in in_the_way or chance.random() < 0.7:
                repo.write({name: str(chance.random())})
                repo.git("add", "--", name)
                files.add(name)
        commits.append(repo.commit())
    return commits


def test_a_history_told_by_differences_is_the_history_listed_afresh(repo: Repo) -> None:
    with OpenMirror(git_dir(repo)) as mirror:
        for base, head in pairwise(steps(repo, 25, seed=7)):
            before, after = mirror.snapshot(base, is_start=True), mirror.snapshot(head)
            for commit, seen in ((base, before), (head, after)):
                with GitSnapshot(git_dir(repo), commit) as fresh:
                    assert list(seen.entries.items()) == list(fresh.entries.items())
            assert mirror.change(before, after, base, head) == read_change(git_dir(repo), base, head)


def test_what_passed_is_the_same_along_a_line_and_through_git(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    base = repo.commit({"a": "0"})
    repo.commit({"gone.env": "x", "stays": "1", "a": "1"})
    repo.commit({"gone.env": None, "moved": "x", "a": "2"})
    head = repo.commit({"moved": None, "a": "3"})
    walked = read_change(git_dir(repo), base, head).passing
    monkeypatch.setattr("app.git.passing.LINE_LIMIT", 0)
    assert read_change(git_dir(repo), base, head).passing == walked
    assert {item.path for item in walked.blobs} == {"gone.env", "moved", "a"}


def test_differences_are_those_of_git(repo: Repo) -> None:
    commits = steps(repo, 15, seed=11)
    reader = ObjectReader(Git(git_dir(repo)))
    for old, new in zip(commits, commits[3:], strict=False):
        found = differences(reader, reader.tree_of(old), reader.tree_of(new))
        listed = Git(git_dir(repo)).run("diff-tree", "-r", "-z", "--name-only", "--no-renames", old, new)
        assert [one.name for one in found] == sorted(set(listed.split(b"\0")[:-1]))
    reader.close()


def test_a_name_that_is_there_twice_is_left_to_git(repo: Repo) -> None:
    base = repo.commit({"a": "1"})
    blob = repo.blob("a")
    row = b"100644 a\0" + bytes.fromhex(blob)
    tree = repo.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=row + row)
    head = repo.git("commit-tree", "-p", base, "-m", "twice", tree)
    reader = ObjectReader(Git(git_dir(repo)))
    with pytest.raises(Irregular):
        differences(reader, reader.tree_of(base), tree)
    reader.close()
    with OpenMirror(git_dir(repo)) as mirror:
        before = mirror.snapshot(base, is_start=True)
        with GitSnapshot(git_dir(repo), head) as fresh:
            assert mirror.snapshot(head).entries == fresh.entries
        assert mirror.change(before, mirror.snapshot(head), base, head) == read_change(git_dir(repo), base, head)


def test_files_are_found_by_path(repo: Repo) -> None:
    repo.commit({".github/rules.yml": "version: 1\n", "plain": "x"})
    (repo.path / "link").symlink_to("plain")
    head = repo.commit()
    with OpenMirror(git_dir(repo)) as mirror:
        assert mirror.read_text(head, ".github/rules.yml") == "version: 1\n"
        assert mirror.find(head, "link") is None
        assert mirror.find(head, ".github") is None
        assert mirror.find(head, "plain/below") is None
        with pytest.raises(GitError):
            mirror.read_text("1" * 40, "plain")
        assert mirror.snapshot(head).entries["link"].kind is EntryKind.SYMLINK
    reader = ObjectReader(Git(git_dir(repo)))
    assert find_leaf(reader, reader.tree_of(head), "link") is not None
    reader.close()


def test_a_mirror_made_anew_is_opened_anew(repo: Repo) -> None:
    head = repo.commit({"a": "1"})
    mirrors = OpenMirrors()
    first = mirrors.get(git_dir(repo))
    assert mirrors.get(git_dir(repo)) is first
    copy = repo.path / "copy"
    shutil.copytree(git_dir(repo), copy)
    shutil.rmtree(git_dir(repo))
    with pytest.raises(GitError):
        mirrors.get(git_dir(repo))
    copy.rename(git_dir(repo))
    assert mirrors.get(git_dir(repo)) is not first
    assert list(mirrors.get(git_dir(repo)).snapshot(head).entries) == ["a"]


def test_objects_that_arrive_later_are_found(repo: Repo) -> None:
    head = repo.commit({"a": "1"})
    with OpenMirror(git_dir(repo)) as mirror:
        with pytest.raises(GitError):
            mirror.snapshot("1" * 40)
        assert list(mirror.snapshot(head, is_start=True).entries) == ["a"]
        later = repo.commit({"b": "2"})
        repo.git("repack", "-a", "-d", "-q")
        found = mirror.snapshot(later)
        assert found.read(found.entries["b"].blob) == b"2"
