"""A local repository is brought into the sandbox and stays exactly as it was."""

import hashlib
import os
from pathlib import Path

import pytest
from sandbox_world import git, write

from app.errors import InvalidInput, Unreadable
from app.sandbox.bare import Bare
from app.sandbox.checkout import HEAD_BRANCH, read_checkout
from app.sandbox.git_command import trusted_folders


@pytest.fixture
def bare(tmp_path: Path) -> Bare:
    return Bare(tmp_path / "copy.git", "main")


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file below a folder, .git included, with its digest and time of change."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return {
        str(path.relative_to(folder)): f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_mtime_ns}"
        for path in files
    }


def paths(bare: Bare, commit: str) -> list[str]:
    return [entry.path for entry in bare.tree(commit, recursive=True) if entry.kind == "blob"]


def test_a_clean_work_tree_on_the_default_branch_is_its_head(source: Path, bare: Bare) -> None:
    checkout = read_checkout(source)
    main = git(source, "rev-parse", "main")
    assert (checkout.default_branch, checkout.base, checkout.head, checkout.name) == ("main", main, main, "shop")
    assert checkout.copy_into(bare) == main
    assert bare.refs("refs/") == {"refs/heads/main": main, "refs/tags/v1.0.0": main}


def test_a_branch_is_compared_with_the_default_branch(source: Path) -> None:
    git(source, "checkout", "--quiet", "change")
    checkout = read_checkout(source)
    assert (checkout.base, checkout.head) == (git(source, "rev-parse", "main"), git(source, "rev-parse", "change"))
    assert checkout.head_branch == "change"


def test_named_commits_win_and_leave_the_work_tree_out(source: Path, bare: Bare) -> None:
    (source / "dirty.txt").write_text("dirty")
    checkout = read_checkout(source, "v1.0.0", "change")
    assert checkout.copy_into(bare) == git(source, "rev-parse", "change")
    assert (checkout.base, checkout.head_branch) == (git(source, "rev-parse", "main"), "change")
    by_sha = read_checkout(source, head=git(source, "rev-parse", "change"))
    assert by_sha.head_branch == HEAD_BRANCH


def test_a_dirty_work_tree_becomes_a_commit_of_the_copy_only(source: Path, bare: Bare) -> None:
    (source / ".gitignore").write_text("*.log\n")
    (source / ".git" / "info" / "exclude").write_text("private/\n")
    (source / "private").mkdir()
    (source / "private" / "notes.txt").write_text("secret")
    (source / "noise.log").write_text("noise")
    (source / "new.txt").write_text("new")
    (source / "docs" / "readme.md").unlink()
    (source / "app.py").write_text("changed\n")
    git(source, "add", "new.txt")
    before = fingerprint(source)
    head = read_checkout(source).copy_into(bare)
    assert fingerprint(source) == before
    assert paths(bare, head) == [".gitignore", "app.py", "new.txt"]
    assert bare.file(head, "app.py") == b"changed\n"
    assert bare.commit(head).parents == (git(source, "rev-parse", "main"),)
    assert head not in git(source, "rev-list", "--all")


def test_a_subfolder_stands_for_its_repository(source: Path, bare: Bare) -> None:
    (source / "above.txt").write_text("above")
    checkout = read_checkout(source / "docs")
    assert checkout.folder == source
    assert "above.txt" in paths(bare, checkout.copy_into(bare))


def test_hooks_and_monitors_of_the_repository_do_not_run(source: Path, bare: Bare, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for hook in ("post-checkout", "pre-commit", "post-index-change", "reference-transaction"):
        (source / ".git" / "hooks" / hook).symlink_to(trap)
    git(source, "config", "core.fsmonitor", str(trap))
    git(source, "config", "filter.trap.clean", str(trap))
    git(source, "config", "uploadpack.packObjectsHook", str(trap))
    (source / ".gitattributes").write_text("* filter=trap\n")
    (tmp_path / "sprung").unlink(missing_ok=True)
    read_checkout(source).copy_into(bare)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_repositories_of_others_need_the_users_own_trust(
    source: Path, bare: Bare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (source, source / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(InvalidInput, match="another user"):
        read_checkout(source)
    (tmp_path / ".gitconfig").write_text(f"[safe]\n\tdirectory = {source}\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    trusted_folders.cache_clear()
    try:
        checkout = read_checkout(source)
        assert checkout.copy_into(bare) == checkout.head
    finally:
        trusted_folders.cache_clear()


def test_the_remotes_default_branch_is_believed(source: Path, tmp_path: Path) -> None:
    git(source, "branch", "--move", "main", "stable")
    git(tmp_path, "clone", "--quiet", str(source), "clone")
    clone = tmp_path / "clone"
    git(clone, "checkout", "--quiet", "-b", "work", "origin/change")
    git(clone, "branch", "--delete", "--force", "stable")
    checkout = read_checkout(clone)
    assert (checkout.default_branch, checkout.base) == ("stable", git(source, "rev-parse", "stable"))


def test_a_bare_or_shallow_repository_works_too(source: Path, tmp_path: Path, bare: Bare) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(source), "shop.git")
    checkout = read_checkout(tmp_path / "shop.git", head="change")
    assert (checkout.name, checkout.copy_into(bare)) == ("shop", git(source, "rev-parse", "change"))
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{source}", "thin")
    write(tmp_path / "thin", {"x.txt": "x"}, "More")
    other = Bare(tmp_path / "other.git", "main")
    assert "x.txt" in paths(other, read_checkout(tmp_path / "thin").copy_into(other))


def test_a_clone_that_lacks_files_says_how_to_get_them(source: Path, bare: Bare) -> None:
    git(source, "checkout", "--quiet", "--detach")
    blob = git(source, "ls-tree", "-r", "HEAD").split()[2]
    (source / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(Unreadable) as refused:
        read_checkout(source).copy_into(bare)
    assert "not on this machine" in refused.value.what
    assert "--no-filter" in refused.value.mend


def test_linked_work_trees_are_repositories(source: Path, tmp_path: Path, bare: Bare) -> None:
    git(source, "worktree", "add", "--quiet", str(tmp_path / "linked"), "change")
    (tmp_path / "linked" / "extra.txt").write_text("extra")
    checkout = read_checkout(tmp_path / "linked")
    assert checkout.head_branch == "change"
    assert "extra.txt" in paths(bare, checkout.copy_into(bare))


def test_what_is_missing_is_explained(source: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is not a folder"):
        read_checkout(tmp_path / "nowhere")
    (tmp_path / "plain").mkdir()
    with pytest.raises(InvalidInput, match="is not a git repository"):
        read_checkout(tmp_path / "plain")
    git(tmp_path, "init", "--quiet", "empty")
    with pytest.raises(InvalidInput, match="no commit yet"):
        read_checkout(tmp_path / "empty")
    for name in ("nothing", "--help", "main; touch x"):
        with pytest.raises(InvalidInput, match="is not a commit, branch or tag"):
            read_checkout(source, base=name)


def test_strange_folder_names_become_repository_names(source: Path, tmp_path: Path) -> None:
    strange = tmp_path / "my shöp & co."
    source.rename(strange)
    assert read_checkout(strange).name == "my-sh-p-co"
