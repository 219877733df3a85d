"""Mirrors against a real git server."""

import shutil
from multiprocessing import get_context
from pathlib import Path

import pytest
from git_world import GitServer, Published

from app.git.errors import GitError, GitTransportError
from app.git.mirror import Mirror, TreeListing, local_name
from app.git.objects import GitSnapshot
from app.git.open_mirror import OpenMirror


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    return Mirror(tmp_path / "mirrors", 7)


def test_fetch_brings_commits_and_trees_but_no_blobs(published: Published, mirror: Mirror) -> None:
    first = published.repo.commit({"a.py": "a = 1\n", "b/c.py": "c = 1\n"})
    published.push("main")
    assert mirror.fetch(published.url, ["refs/heads/main"]) == {"refs/heads/main": first}
    blobs = [published.repo.blob("a.py"), published.repo.blob("b/c.py")]
    assert mirror.missing_blobs(blobs) == blobs
    with GitSnapshot(mirror.path, first) as snapshot:
        assert list(snapshot.entries) == ["a.py", "b/c.py"]
        assert {entry.size for entry in snapshot.entries.values()} == {-1}
        with pytest.raises(GitError, match="not in this repository"):
            snapshot.read(blobs[0])


def test_fetch_blobs_brings_only_what_is_missing(published: Published, mirror: Mirror, server: GitServer) -> None:
    commit = published.repo.commit({"a.py": "a = 1\n", "b.py": "b = 1\n", "c.png": b"\x89PNG"})
    published.push("main")
    mirror.fetch(published.url, [commit])
    wanted = [published.repo.blob("a.py"), published.repo.blob("b.py")]
    server.requests.clear()
    assert mirror.fetch_blobs(published.url, wanted) == 2
    assert len([line for line in server.requests if line.startswith("POST")]) <= 2
    server.requests.clear()
    assert mirror.fetch_blobs(published.url, wanted) == 0
    assert server.requests == []
    assert mirror.missing_blobs([*wanted, published.repo.blob("c.png")]) == [published.repo.blob("c.png")]
    with GitSnapshot(mirror.path, commit) as snapshot:
        assert snapshot.read(wanted[1]) == b"b = 1\n"


def test_pull_request_head_and_merge_base_are_local(published: Published, mirror: Mirror) -> None:
    base = published.repo.commit({"a": "1\n"})
    published.repo.git("checkout", "--quiet", "-b", "topic")
    head = published.repo.commit({"a": "2\n"})
    published.repo.git("checkout", "--quiet", "main")
    tip = published.repo.commit({"b": "1\n"})
    published.push("main", "topic:refs/pull/7/head")
    found = mirror.fetch(published.url, ["refs/pull/7/head", "refs/heads/main"])
    assert found == {"refs/pull/7/head": head, "refs/heads/main": tip}
    with OpenMirror(mirror.path) as opened:
        assert opened.merge_base(head, tip) == base
        assert opened.merge_base(base, head) == base
    assert mirror.resolve("refs/pull/7/head") == head
    assert mirror.resolve("refs/heads/nothing") is None


def test_a_moved_branch_is_followed_backwards_too(published: Published, mirror: Mirror) -> None:
    first = published.repo.commit({"a": "1\n"})
    published.repo.commit({"a": "2\n"})
    published.push("main")
    mirror.fetch(published.url, ["refs/heads/main"])
    published.push(f"{first}:main")
    assert mirror.fetch(published.url, ["refs/heads/main"]) == {"refs/heads/main": first}


def test_branch_names_that_contain_each_other(published: Published, mirror: Mirror) -> None:
    commit = published.repo.commit({"a": "1\n"})
    published.push("main:refs/heads/x")
    mirror.fetch(published.url, ["refs/heads/x"])
    published.push(":refs/heads/x", "main:refs/heads/x/y")
    assert mirror.fetch(published.url, ["refs/heads/x/y"]) == {"refs/heads/x/y": commit}


def test_a_branch_named_like_an_option(published: Published, mirror: Mirror) -> None:
    commit = published.repo.commit({"--help": "text\n"})
    published.push("main:refs/heads/-x")
    assert mirror.fetch(published.url, ["refs/heads/-x"]) == {"refs/heads/-x": commit}
    mirror.fetch_blobs(published.url, [published.repo.blob("--help")])
    with GitSnapshot(mirror.path, commit) as snapshot:
        assert snapshot.read(snapshot.entries["--help"].blob) == b"text\n"


def test_without_filter_support_everything_comes(published: Published, mirror: Mirror) -> None:
    published.configure("uploadpack.allowFilter", "false")
    published.repo.commit({"a": "1\n"})
    published.push("main")
    mirror.fetch(published.url, ["refs/heads/main"])
    assert mirror.missing_blobs([published.repo.blob("a")]) == []


def test_the_token_is_sent_and_never_told(published: Published, mirror: Mirror, server: GitServer) -> None:
    published.repo.commit({"a": "1\n"})
    published.push("main")
    server.token = "s3cret" + "x" * 500 + ".y"
    mirror.fetch(published.url, ["refs/heads/main"], server.token)
    wrong = "wrong" + "z" * 40
    with pytest.raises(GitTransportError) as caught:
        mirror.fetch(published.url, ["refs/heads/main"], wrong)
    assert wrong not in str(caught.value)
    assert not any(wrong in path.read_text(errors="replace") for path in mirror.path.rglob("*") if path.is_file())


def test_what_the_server_lacks_is_a_transport_error(published: Published, mirror: Mirror) -> None:
    published.repo.commit({"a": "1\n"})
    published.push("main")
    with pytest.raises(GitTransportError):
        mirror.fetch(published.url, ["refs/pull/9/head"])
    with pytest.raises(GitTransportError):
        mirror.fetch(published.url, ["1" * 40])
    with pytest.raises(GitTransportError):
        mirror.fetch_blobs(published.url, ["2" * 40])


def test_an_unreachable_server_is_a_transport_error(mirror: Mirror) -> None:
    with pytest.raises(GitTransportError):
        mirror.fetch("http://127.0.0.1:1/acme.git", ["refs/heads/main"])


@pytest.mark.parametrize("url", ["file:///etc", "ext::sh -c id", "/tmp/x", "git@host:a/b", "http://u:p@host/x"])
def test_other_addresses_are_refused(url: str, mirror: Mirror) -> None:
    with pytest.raises(GitError, match="fetched over https"):
        mirror.fetch(url, ["refs/heads/main"])


@pytest.mark.parametrize(
    "ref", ["main", "--upload-pack=x", "refs/heads/a b", "refs/heads/a:b", "refs/heads/../x", "refs/*"]
)
def test_only_full_names_and_ids_are_fetched(ref: str) -> None:
    with pytest.raises(GitError, match="neither a full ref name"):
        local_name(ref)


def test_a_ref_that_a_killed_git_left_locked_is_unlocked(published: Published, mirror: Mirror) -> None:
    published.repo.commit({"a": "1\n"})
    published.push("main")
    mirror.fetch(published.url, ["refs/heads/main"])
    locks = [mirror.path / f"{local_name('refs/heads/main')}.lock", mirror.path / "packed-refs.lock"]
    for lock in locks:
        lock.touch()
    newer = published.repo.commit({"a": "2\n"})
    published.push("main")
    assert mirror.fetch(published.url, ["refs/heads/main"]) == {"refs/heads/main": newer}
    assert not any(lock.exists() for lock in locks)


def test_a_damaged_mirror_is_fetched_afresh(published: Published, mirror: Mirror) -> None:
    commit = published.repo.commit({"a": "1\n"})
    published.push("main")
    mirror.fetch(published.url, ["refs/heads/main"])
    for pack in (mirror.path / "objects" / "pack").iterdir():
        pack.chmod(0o644)
        pack.write_bytes(b"rubbish")
    assert mirror.fetch(published.url, ["refs/heads/main"]) == {"refs/heads/main": commit}
    assert mirror.resolve(commit) == commit


def test_a_mirror_without_its_head_is_made_again(published: Published, mirror: Mirror) -> None:
    commit = published.repo.commit({"a": "1\n"})
    published.push("main")
    mirror.fetch(published.url, ["refs/heads/main"])
    (mirror.path / "HEAD").unlink()
    assert mirror.fetch(published.url, ["refs/heads/main"]) == {"refs/heads/main": commit}
    shutil.rmtree(mirror.path / "objects")
    assert mirror.fetch(published.url, [commit]) == {commit: commit}


def test_nothing_fetches_by_itself(published: Published, mirror: Mirror, server: GitServer) -> None:
    commit = published.repo.commit({"a": "1\n"})
    published.push("main")
    mirror.fetch(published.url, [commit])
    server.requests.clear()
    with GitSnapshot(mirror.path, commit) as snapshot, pytest.raises(GitError):
        snapshot.read(published.repo.blob("a"))
    assert server.requests == []


def test_tidying_joins_packs_and_keeps_everything(
    published: Published, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.git.mirror.PACKS_BEFORE_TIDYING", 2)
    commits = []
    for number in range(3):
        commits.append(published.repo.commit({"a": f"{number}\n", "big.png": f"{number}"}))
        published.push("main")
        mirror.fetch(published.url, ["refs/heads/main"])
        mirror.fetch_blobs(published.url, [published.repo.blob("a")])
    (mirror.path / "objects" / "pack" / "tmp_pack_left").write_bytes(b"x")
    assert mirror.tidy()
    assert not mirror.tidy()
    assert not list(mirror.path.glob("objects/pack/tmp_*"))
    for number, commit in enumerate(commits):
        assert mirror.resolve(commit) == commit
        with GitSnapshot(mirror.path, commit) as snapshot:
            assert snapshot.read(snapshot.entries["a"].blob) == f"{number}\n".encode()
    mirror.fetch(published.url, ["refs/heads/main"])


def test_objects_had_in_another_way(published: Published, mirror: Mirror) -> None:
    commit = published.repo.commit({"a.py": "a = 1\n", "b/c.py": "c = 1\n", "b/d.png": "png"})
    tree = published.repo.git("rev-parse", f"{commit}^{{tree}}")
    files = [(name, "100644", published.repo.blob(name)) for name in ("a.py", "b/c.py", "b/d.png")]
    mirror.add_objects({published.repo.blob("a.py"): b"a = 1\n"}, [TreeListing(tree, files)])
    with GitSnapshot(mirror.path, tree) as snapshot:
        assert list(snapshot.entries) == ["a.py", "b/c.py", "b/d.png"]
        assert snapshot.read(published.repo.blob("a.py")) == b"a = 1\n"


def test_wrong_objects_are_refused(mirror: Mirror) -> None:
    with pytest.raises(GitError, match="does not have that id"):
        mirror.add_objects({"0" * 40: b"other"})
    with pytest.raises(GitError, match="make the tree"):
        mirror.add_objects({}, [TreeListing("1" * 40, [("a", "100644", "2" * 40)])])


def _fetch_in_a_process(root: Path, url: str) -> None:
    Mirror(root, 7).fetch(url, ["refs/heads/main"])


def test_several_processes_share_a_mirror(published: Published, mirror: Mirror, tmp_path: Path) -> None:
    commit = published.repo.commit({"a": "1\n"})
    published.push("main")
    context = get_context("spawn")
    processes = [
        context.Process(target=_fetch_in_a_process, args=(tmp_path / "mirrors", published.url)) for _ in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert mirror.resolve("refs/heads/main") == commit
    assert [path.name for path in (tmp_path / "mirrors").iterdir() if path.name.startswith(".")] == []
