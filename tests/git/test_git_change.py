"""What changed between two commits."""

import os
import random

import pytest
from git_world import Published, Repo, make_repo

from app.git.change import compare_trees, read_change
from app.git.mirror import Mirror
from app.git.process import Git
from app.git.reader import ObjectReader
from app.readiness.snapshot import FileChange


def change(repo: Repo, base: str, head: str) -> dict[str, FileChange]:
    return dict(read_change(repo.path / ".git", base, head).files)


def test_lines_of_each_kind_of_change(repo: Repo) -> None:
    base = repo.commit({"mod": "1\n2\n3\n4\n5\n", "gone": "a\nb\n", "same": "x\n"})
    head = repo.commit({"mod": "1\nX\n3\n4\n5\n6\n7\n", "gone": None, "new": "n\nm\n", "void": ""})
    assert change(repo, base, head) == {
        "gone": FileChange("gone", "gone", "deleted", (), ((1, 2),)),
        "mod": FileChange("mod", "mod", "modified", ((2, 2), (6, 7)), ((2, 2),)),
        "new": FileChange("new", "new", "added", ((1, 2),), ()),
        "void": FileChange("void", "void", "added", (), ()),
    }


def test_a_rename_with_an_edit(repo: Repo) -> None:
    text = "".join(f"line {number}\n" for number in range(40))
    base = repo.commit({"old.py": text, "pure.py": text + "p\n"})
    head = repo.commit({"old.py": None, "pure.py": None, "dir/new.py": text + "more\n", "dir/pure.py": text + "p\n"})
    assert change(repo, base, head) == {
        "dir/new.py": FileChange("dir/new.py", "old.py", "renamed", ((41, 41),), ()),
        "dir/pure.py": FileChange("dir/pure.py", "pure.py", "renamed", (), ()),
    }


def test_names_with_spaces_quotes_and_newlines(repo: Repo) -> None:
    odd = ["a b", "q\"uo'te", "new\nline", "tab\there", "--help", "-x", ":(glob)*", "*", "é"]
    base = repo.commit({"keep": "1\n"})
    head = repo.commit({name: f"{name}\n@@ -1 +1 @@\ndiff --git a/x b/x\n" for name in odd})
    found = change(repo, base, head)
    assert sorted(found) == sorted(odd)
    assert found["new\nline"].added == ((1, 4),)
    assert {found[name].added for name in odd if "\n" not in name} == {((1, 3),)}


def test_names_that_are_not_utf8(repo: Repo) -> None:
    base = repo.commit({"keep": "1\n"})
    (repo.path / os.fsdecode(b"caf\xe9")).write_text("1\n")
    assert change(repo, base, repo.commit())["caf\\xe9"].added == ((1, 1),)


def test_line_ends(repo: Repo) -> None:
    base = repo.commit({"dos": "a\r\nb\r\nc\r\n", "mac": "a\rb\r", "tail": "a\nb"})
    head = repo.commit({"dos": "a\r\nX\r\nc\r\n", "mac": "a\rb\rc", "tail": "a\nb\n"})
    found = change(repo, base, head)
    assert found["dos"].added == ((2, 2),)
    assert found["mac"].added == ((1, 1),)
    assert found["tail"].added == ((2, 2),)


def test_content_that_looks_like_a_patch(repo: Repo) -> None:
    base = repo.commit({"a.patch": "-- old\n++ old\n", "z": "1\n"})
    head = repo.commit({"a.patch": "@@ -1 +1 @@\ndiff --git a/q b/q\nBinary files a and b differ\n", "z": "1\n2\n"})
    found = change(repo, base, head)
    assert found["a.patch"].added == ((1, 3),)
    assert found["z"].added == ((2, 2),)


def test_a_binary_file_counts_as_written_whole(repo: Repo) -> None:
    base = repo.commit({"a.bin": b"\0one\n"})
    head = repo.commit({"a.bin": b"\0one\ntwo\n", "b.bin": "secret\n".encode("utf-16")})
    found = change(repo, base, head)
    assert found["a.bin"].added == ((1, 3),)
    assert found["b.bin"].touches(1)


def test_modes_links_and_submodules(repo: Repo) -> None:
    inner = make_repo(repo.path.parent / "inner")
    one, two = inner.commit({"x": "1"}), inner.commit({"x": "2"})
    repo.write({"tool": "#!/bin/sh\n", "turns": "a\nb\n", "z": "1\n"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{one},sub")
    repo.git("add", "--", "tool", "turns", "z")
    repo.git("commit", "--quiet", "-m", "base")
    base = repo.git("rev-parse", "HEAD")
    (repo.path / "tool").chmod(0o755)
    (repo.path / "turns").unlink()
    (repo.path / "turns").symlink_to("/etc/passwd")
    repo.write({"z": "1\n2\n"})
    repo.git("update-index", "--cacheinfo", f"160000,{two},sub")
    repo.git("add", "--", "tool", "turns", "z")
    repo.git("commit", "--quiet", "-m", "head")
    found = change(repo, base, repo.git("rev-parse", "HEAD"))
    assert {path: item.status for path, item in found.items()} == dict.fromkeys(
        ["sub", "tool", "turns", "z"], "modified"
    )
    assert found["tool"].added == ()
    assert found["turns"].added == ((1, 1),)
    assert found["turns"].deleted == ((1, 2),)
    assert found["z"].added == ((2, 2),)


def test_a_file_that_becomes_a_folder(repo: Repo) -> None:
    base = repo.commit({"a": "1\n2\n3\n"})
    repo.write({"a": None})
    head = repo.commit({"a/b": "x\ny\n"})
    assert {path: item.status for path, item in change(repo, base, head).items()} == {"a": "deleted", "a/b": "added"}


def test_diff_settings_of_the_repository_change_nothing(repo: Repo, tmp_path: pytest.TempPathFactory) -> None:
    base = repo.commit({"a.py": "1\n", ".gitattributes": "*.py diff=evil\n"})
    head = repo.commit({"a.py": "1\n2\n"})
    plain = change(repo, base, head)
    for key, value in {
        "diff.evil.textconv": f"touch {tmp_path}/ran; cat",
        "diff.evil.command": f"touch {tmp_path}/ran",
        "diff.external": f"touch {tmp_path}/ran",
        "diff.noprefix": "true",
        "diff.context": "9",
        "diff.interHunkContext": "9",
        "color.ui": "always",
        "core.quotePath": "false",
    }.items():
        repo.git("config", key, value)
    (repo.path / ".git" / "info" / "attributes").write_text("*.py diff=evil\n")
    assert change(repo, base, head) == plain
    assert not (tmp_path / "ran").exists()


def test_random_edits_give_the_lines_that_differ(repo: Repo) -> None:
    rng = random.Random(7)
    lines = [f"{number}\n" for number in range(200)]
    base = repo.commit({"a": "".join(lines)})
    for round_number in range(10):
        edited = [line if rng.random() > 0.1 else f"{round_number} {index}\n" for index, line in enumerate(lines)]
        head = repo.commit({"a": "".join(edited)})
        expected = {index + 1 for index, line in enumerate(edited) if line != lines[index]}
        found = change(repo, base, head)["a"]
        assert {line for first, last in found.added for line in range(first, last + 1)} == expected
        assert {line for first, last in found.deleted for line in range(first, last + 1)} == expected


def test_passing_blobs_name_their_commit(repo: Repo) -> None:
    base = repo.commit({"a": "1\n", "old": "old\n"})
    leak = repo.commit({"key.txt": "leak\n", "a": "2\n"})
    head = repo.commit({"key.txt": None, "a": "3\n"})
    found = read_change(repo.path / ".git", base, head).passing.blobs
    assert [(item.commit, item.path) for item in found] == [(leak, "a"), (leak, "key.txt")]
    assert found[1].blob == repo.blob("key.txt", leak)


def test_passing_blobs_are_not_those_that_were_there_before_or_are_merged_in(repo: Repo) -> None:
    root = repo.commit({"a": "1\n", "b": "1\n"})
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.commit({"a": "passing\n"})
    repo.commit({"a": "1\n"})
    repo.git("checkout", "--quiet", "main")
    tip = repo.commit({"b": "2\n"})
    repo.git("checkout", "--quiet", "topic")
    repo.git("merge", "--quiet", "--no-ff", "-m", "merge", "main")
    head = repo.commit({"b": "3\n"})
    found = read_change(repo.path / ".git", tip, head).passing.blobs
    assert [item.path for item in found] == ["a"]
    assert root


def test_a_blob_only_a_merge_brought_is_seen(repo: Repo) -> None:
    base = repo.commit({"a": "1\n"})
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit({"b": "1\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"c": "1\n"})
    repo.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    merge = repo.commit({"evil": "leak\n"})
    head = repo.commit({"evil": None})
    found = read_change(repo.path / ".git", base, head).passing.blobs
    assert [(item.commit, item.path) for item in found] == [(merge, "evil")]


def test_a_blob_that_came_with_a_merged_branch_and_went_again_is_seen(repo: Repo) -> None:
    base = repo.commit({"a": "1\n"})
    repo.git("checkout", "--quiet", "-b", "side")
    leak = repo.commit({"key": "leak\n"})
    repo.git("checkout", "--quiet", "main")
    repo.commit({"c": "1\n"})
    repo.git("merge", "--quiet", "--no-ff", "-m", "merge", "side")
    head = repo.commit({"key": None})
    found = read_change(repo.path / ".git", base, head).passing.blobs
    assert [(item.commit, item.path) for item in found] == [(leak, "key")]


def test_a_blob_at_two_paths_is_named_at_both(repo: Repo) -> None:
    base = repo.commit({"a": "1\n"})
    first = repo.commit({"tests/key": "leak\n"})
    second = repo.commit({"tests/key": None, "src/key": "leak\n"})
    head = repo.commit({"src/key": None})
    found = read_change(repo.path / ".git", base, head).passing.blobs
    assert [(item.commit, item.path) for item in found] == [(first, "tests/key"), (second, "src/key")]


@pytest.mark.parametrize(("limit", "number"), [("COMMIT_LIMIT", 2), ("PASSING_LIMIT", 1)])
def test_what_is_left_out_of_a_long_way_is_said(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, limit: str, number: int
) -> None:
    base = repo.commit({"a": "1\n"})
    for text in ("2\n", "3\n", "4\n"):
        head = repo.commit({"a": text})
    whole = read_change(repo.path / ".git", base, head).passing
    monkeypatch.setattr("app.git.passing.LINE_LIMIT", 0)
    monkeypatch.setattr(f"app.git.passing.{limit}", number)
    cut = read_change(repo.path / ".git", base, head).passing
    assert (len(whole.blobs), whole.is_whole) == (2, True)
    assert (len(cut.blobs), cut.is_whole) == (1, False)


def test_a_mirror_that_lacks_some_blobs(published: Published, tmp_path) -> None:
    text = "".join(f"line {number}\n" for number in range(40))
    base = published.repo.commit({"old.py": text, "gone.png": b"\0one", "pic.png": b"\0two"})
    head = published.repo.commit(
        {"old.py": None, "new.py": text + "x\n", "gone.png": None, "pic.png": b"\0three", "add.png": b"\0four"}
    )
    published.push("main")
    mirror = Mirror(tmp_path / "mirrors", 1)
    mirror.fetch(published.url, ["refs/heads/main"])
    mirror.fetch_blobs(published.url, [published.repo.blob("old.py", base), published.repo.blob("new.py", head)])
    found = read_change(mirror.path, base, head).files
    assert {path: item.status for path, item in found.items()} == {
        "add.png": "added",
        "gone.png": "deleted",
        "new.py": "renamed",
        "pic.png": "modified",
    }
    assert found["new.py"].added == ((41, 41),)


def test_many_paths_go_in_portions(published: Published, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.git.change._PATHS_A_RUN", 30)
    base = published.repo.commit({"pic.png": b"\0"})
    head = published.repo.commit({**{f"file{n}.py": f"{n}\n" for n in range(9)}, "pic.png": b"\0\1"})
    published.push("main")
    mirror = Mirror(tmp_path / "mirrors", 1)
    mirror.fetch(published.url, ["refs/heads/main"])
    mirror.fetch_blobs(published.url, [published.repo.blob(f"file{n}.py") for n in range(9)])
    found = read_change(mirror.path, base, head).files
    assert len(found) == 10
    assert all(found[f"file{n}.py"].added == ((1, 1),) for n in range(9))


def test_two_trees_without_history(repo: Repo) -> None:
    base = repo.commit({"a": "1\n"})
    head = repo.commit({"a": "2\n"})
    trees = [repo.git("rev-parse", f"{commit}^{{tree}}") for commit in (base, head)]
    assert read_change(repo.path / ".git", *trees).files["a"].added == ((1, 1),)
    assert read_change(repo.path / ".git", *trees).passing.blobs == ()
    assert compare_trees(Git(repo.path / ".git"), trees[0], trees[0], ObjectReader(Git(repo.path / ".git"))) == {}


def test_a_folder_that_one_side_lacks(repo: Repo) -> None:
    base = repo.commit({"a": "1\n"})
    head = repo.commit({"svc/b": "1\n", "c": "1\n"})
    found = read_change(repo.path / ".git", base, head, folder="svc").files
    assert {path: item.status for path, item in found.items()} == {"b": "added"}
