"""Repositories on this machine, in every state people leave them in."""

from pathlib import Path

import pytest
from git_world import Repo, make_repo

from app.errors import InvalidInput
from app.git.errors import GitError
from app.git.local import open_local, top_of


def test_a_dirty_tree_against_a_base(repo: Repo) -> None:
    text = "".join(f"line {number}\n" for number in range(30))
    base = repo.commit({"a": "1\n2\n", "old": text, "gone": "x\n", "crlf": "a\r\nb\r\n"})
    head = repo.commit({"committed": "c\n", "leak": "leak\n"})
    repo.write({"a": "1\nX\n2\n", "old": None, "moved": text + "y\n", "gone": None, "leak": None, "crlf": "a\r\nX\r\n"})
    repo.write({'odd "name"\n': "n\n"})
    (repo.path / "tool").write_text("t\n")
    before = {path.relative_to(repo.path) for path in repo.path.rglob("*")}
    local = open_local(repo.path)
    files = local.files()
    change = local.uncommitted_change(base, head, files)
    assert {path: (item.status, item.added) for path, item in change.files.items()} == {
        "a": ("modified", ((2, 2),)),
        "committed": ("added", ((1, 1),)),
        "crlf": ("modified", ((2, 2),)),
        "gone": ("deleted", ()),
        "moved": ("renamed", ((31, 31),)),
        'odd "name"\n': ("added", ((1, 1),)),
        "tool": ("added", ((1, 1),)),
    }
    assert [(item.commit, item.path) for item in change.passing.blobs] == [(head, "leak")]
    assert files.read(change.passing.blobs[0].blob) == b"leak\n"
    files.close()
    assert not local.is_clean(files, head)
    assert {path.relative_to(repo.path) for path in repo.path.rglob("*")} == before


def test_a_clean_tree_is_its_commit(repo: Repo) -> None:
    head = repo.commit({"a": "1\n", "run": "#!\n"})
    local = open_local(repo.path)
    assert local.head() == head
    assert local.is_clean(local.files(), head)
    (repo.path / "run").chmod(0o755)
    assert not local.is_clean(local.files(), head)


def test_an_empty_repository(repo: Repo) -> None:
    local = open_local(repo.path)
    assert local.head() is None
    assert local.files().entries == {}
    repo.write({"a": "1\n"})
    assert list(local.files().entries) == ["a"]
    with pytest.raises(InvalidInput, match="is no commit"):
        local.resolve("main")


def test_names_that_look_like_options(repo: Repo) -> None:
    commit = repo.commit({"--help": "1\n"})
    repo.git("update-ref", "refs/heads/-x", commit)
    repo.git("update-ref", "refs/heads/--help", commit)
    local = open_local(repo.path)
    assert local.resolve("-x") == commit
    assert local.resolve("--help") == commit
    for wrong in ("--all", "-v", "nope", "", "a\nb", f"{commit}:--help"):
        with pytest.raises(InvalidInput):
            local.resolve(wrong)


def test_a_branch_that_only_the_remote_has(repo: Repo) -> None:
    commit = repo.commit({"a": "1\n"})
    repo.git("update-ref", "refs/remotes/origin/release/1", commit)
    assert open_local(repo.path).resolve("release/1") == commit


def test_a_detached_head(repo: Repo) -> None:
    first = repo.commit({"a": "1\n"})
    repo.commit({"a": "2\n"})
    repo.git("checkout", "--quiet", first)
    local = open_local(repo.path)
    assert local.head() == first
    assert local.is_clean(local.files(), first)


def test_a_shallow_clone_says_what_to_do(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit({"a": "1\n"})
    repo.git("branch", "topic")
    repo.commit({"b": "1\n"})
    repo.git("checkout", "--quiet", "topic")
    repo.commit({"c": "1\n"})
    clone = Repo(tmp_path)
    clone.git("clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{repo.path}", "clone")
    local = open_local(tmp_path / "clone")
    with pytest.raises(GitError, match="--unshallow"):
        local.merge_base(local.resolve("main"), local.resolve("HEAD"))
    with pytest.raises(InvalidInput):
        local.resolve(base)


def test_histories_without_a_common_commit(repo: Repo) -> None:
    first = repo.commit({"a": "1\n"})
    repo.git("checkout", "--quiet", "--orphan", "other")
    second = repo.commit({"a": "2\n"})
    with pytest.raises(GitError, match="no common commit"):
        open_local(repo.path).merge_base(first, second)


def test_a_folder_inside_a_repository_is_judged_alone(repo: Repo) -> None:
    base = repo.commit({"services/api/a": "1\n", "top": "1\n"})
    head = repo.commit({"services/api/b": "1\n", "top": "2\n"})
    local = open_local(repo.path / "services" / "api")
    assert local.folder == "services/api"
    assert list(local.files().entries) == ["a", "b"]
    with local.commit_files(base) as snapshot:
        assert list(snapshot.entries) == ["a"]
    assert list(local.change(base, head).files) == ["b"]
    (local.root / "c").write_text("1\n")
    assert list(local.uncommitted_change(base, head, local.files()).files) == ["b", "c"]
    assert top_of(local.root) == repo.path


def test_a_folder_the_base_lacks(repo: Repo) -> None:
    base = repo.commit({"top": "1\n"})
    repo.commit({"new/a": "1\n"})
    with open_local(repo.path / "new").commit_files(base) as snapshot:
        assert snapshot.entries == {}


def test_an_ignored_folder_is_read_whole(repo: Repo) -> None:
    repo.commit({".gitignore": "build/\n"})
    repo.write({"build/a": "1\n"})
    assert list(open_local(repo.path / "build").files().entries) == ["a"]


def test_linked_work_trees_and_bare_repositories(repo: Repo, tmp_path: Path) -> None:
    commit = repo.commit({"a": "1\n"})
    repo.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    linked = open_local(tmp_path / "linked")
    assert linked.is_clean(linked.files(), commit)
    Repo(tmp_path).git("clone", "--quiet", "--bare", str(repo.path), "bare.git")
    bare = open_local(tmp_path / "bare.git")
    assert bare.is_bare
    with bare.commit_files(bare.resolve("HEAD")) as snapshot:
        assert list(snapshot.entries) == ["a"]


def test_a_work_tree_named_by_the_configuration_is_not_entered(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret").write_text("x\n")
    repo.commit({"a": "1\n"})
    repo.git("config", "core.worktree", str(tmp_path / "elsewhere"))
    assert list(open_local(repo.path).files().entries) == ["a"]


def test_sha256_repositories(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    repo = Repo(tmp_path / "r")
    repo.git("init", "--quiet", "--object-format=sha256", "--initial-branch=main")
    base = repo.commit({"a": "1\n"})
    repo.write({"a": "1\n2\n"})
    local = open_local(repo.path)
    files = local.files()
    assert files.read(files.entries["a"].blob) == b"1\n2\n"
    assert local.uncommitted_change(base, base, files).files["a"].added == ((2, 2),)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/acme/shop.git", "acme/shop"),
        ("git@github.com:acme/shop.git", "acme/shop"),
        ("ssh://git@ghe.example.com/acme/shop", "acme/shop"),
        ("/srv/git/acme/shop.git", None),
    ],
)
def test_the_name_comes_from_the_remote(address: str, name: str | None, repo: Repo) -> None:
    repo.git("remote", "add", "origin", address)
    assert open_local(repo.path).name() == name


def test_what_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no folder"):
        open_local(tmp_path / "none")
    local = open_local(tmp_path)
    assert local.git is None
    with pytest.raises(InvalidInput, match="not in a git repository"):
        local.resolve("main")
    assert make_repo(tmp_path / "later").path.exists()
