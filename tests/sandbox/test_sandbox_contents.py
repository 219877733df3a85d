"""Reading code and history through the REST API."""

import base64
from pathlib import Path

from sandbox_world import REPOSITORY, client_of, git, write

from app.sandbox.sandbox import Sandbox

HOME = f"/repos/{REPOSITORY}"


def test_contents_show_files_folders_and_raw_bytes(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        file = client.get(f"{HOME}/contents/app.py").json()
        assert base64.b64decode(file["content"]) == b"def main():\n    return 1\n"
        assert (file["type"], file["encoding"], file["path"]) == ("file", "base64", "app.py")
        assert (
            "return 2" in base64.b64decode(client.get(f"{HOME}/contents/app.py?ref=change").json()["content"]).decode()
        )
        root = {entry["name"]: entry["type"] for entry in client.get(f"{HOME}/contents").json()}
        assert root == {"app.py": "file", "docs": "dir"}
        assert [entry["path"] for entry in client.get(f"{HOME}/contents/docs/").json()] == ["docs/readme.md"]
        raw = client.get(f"{HOME}/contents/docs/readme.md", headers={"Accept": "application/vnd.github.raw+json"})
        assert raw.text == "# Shop\n"
        for missing in ("nothing", "docs/nothing", "app.py/x", "../etc/passwd"):
            assert client.get(f"{HOME}/contents/{missing}").status_code == 404
        assert client.get(f"{HOME}/contents/app.py?ref=nothing").status_code == 404


def test_files_above_a_megabyte_have_no_inline_content(sandbox: Sandbox) -> None:
    sandbox.commit(REPOSITORY, {"big.bin": b"x" * (1024 * 1024 + 1), "fits.bin": b"y" * 1024 * 1024})
    with client_of(sandbox) as client:
        big = client.get(f"{HOME}/contents/big.bin").json()
        assert (big["content"], big["encoding"], big["size"]) == ("", "none", 1024 * 1024 + 1)
        assert client.get(f"{HOME}/contents/fits.bin").json()["encoding"] == "base64"
        assert len(base64.b64decode(client.get(f"{HOME}/git/blobs/{big['sha']}").json()["content"])) == big["size"]


def test_trees_list_blobs_submodules_and_links(sandbox: Sandbox, source: Path) -> None:
    (source / "link").symlink_to("app.py")
    git(source, "add", "link")
    git(source, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor/lib")
    git(source, "commit", "--quiet", "--message", "More kinds")
    sha = sandbox.push(REPOSITORY, "main", "main")
    with client_of(sandbox) as client:
        answer = client.get(f"{HOME}/git/trees/{sha}?recursive=1").json()
        kinds = {entry["path"]: (entry["mode"], entry["type"]) for entry in answer["tree"]}
        assert kinds["link"] == ("120000", "blob")
        assert kinds["vendor/lib"] == ("160000", "commit")
        assert kinds["docs"] == ("040000", "tree")
        assert answer["truncated"] is False
        flat = client.get(f"{HOME}/git/trees/main").json()
        assert "docs/readme.md" not in {entry["path"] for entry in flat["tree"]}
        by_tree = client.get(f"{HOME}/git/trees/{answer['sha']}").json()
        assert by_tree["tree"] == flat["tree"]
        assert {entry["type"] for entry in client.get(f"{HOME}/contents").json()} == {"file", "dir", "symlink"}


def test_blobs_by_sha(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        sha = client.get(f"{HOME}/contents/app.py").json()["sha"]
        blob = client.get(f"{HOME}/git/blobs/{sha}").json()
        assert (blob["size"], base64.b64decode(blob["content"])[:4]) == (25, b"def ")
        raw = client.get(f"{HOME}/git/blobs/{sha}", headers={"Accept": "application/vnd.github.raw"})
        assert raw.content == base64.b64decode(blob["content"])


def test_commits_and_branches(sandbox: Sandbox, source: Path) -> None:
    main, change = (git(source, "rev-parse", name) for name in ("main", "change"))
    with client_of(sandbox) as client:
        assert client.get(f"{HOME}/branches/main").json()["commit"]["sha"] == main
        assert client.get(f"{HOME}/branches/nothing").status_code == 404
        assert {branch["name"] for branch in client.get(f"{HOME}/branches").json()} == {"main", "change"}
        commit = client.get(f"{HOME}/commits/change").json()
        assert (commit["sha"], commit["parents"][0]["sha"]) == (change, main)
        assert {file["filename"]: file["status"] for file in commit["files"]} == {
            "app.py": "modified",
            "new.txt": "added",
        }
        assert commit["stats"]["total"] == 6
        assert client.get(f"{HOME}/git/commits/{change}").json()["message"] == "Change the answer"
        assert [one["sha"] for one in client.get(f"{HOME}/commits?sha=change").json()] == [change, main]
        assert [tag["name"] for tag in client.get(f"{HOME}/tags").json()] == ["v1.0.0"]
        assert client.get(f"{HOME}/git/ref/heads/main").json()["object"] == {
            "sha": main,
            "type": "commit",
            "url": f"{sandbox.api_url}{HOME}/git/commits/{main}",
        }
        assert len(client.get(f"{HOME}/git/matching-refs/heads/ch").json()) == 1


def test_comparisons_start_at_the_merge_base(sandbox: Sandbox, source: Path) -> None:
    base = git(source, "rev-parse", "main")
    write(source, {"later.txt": "later\n"}, "Later on main")
    sandbox.push(REPOSITORY, "main", "main")
    with client_of(sandbox) as client:
        found = client.get(f"{HOME}/compare/main...change").json()
        assert (found["status"], found["ahead_by"], found["behind_by"]) == ("diverged", 1, 1)
        assert found["merge_base_commit"]["sha"] == base
        assert {file["filename"] for file in found["files"]} == {"app.py", "new.txt"}
        assert client.get(f"{HOME}/compare/main...main").json()["status"] == "identical"
        assert client.get(f"{HOME}/compare/main...nothing").status_code == 404


def test_renames_are_followed_and_binary_files_have_no_patch(sandbox: Sandbox, source: Path) -> None:
    (source / "data.bin").write_bytes(bytes(range(256)))
    write(source, {"app.py": None, "main.py": "def main():\n    return 1\n"}, "Rename")
    sandbox.push(REPOSITORY, "main", "main")
    with client_of(sandbox) as client:
        files = {file["filename"]: file for file in client.get(f"{HOME}/commits/main").json()["files"]}
        assert (files["main.py"]["status"], files["main.py"]["previous_filename"]) == ("renamed", "app.py")
        assert "patch" not in files["data.bin"]


def test_pull_requests_show_their_sides_and_files(sandbox: Sandbox, source: Path) -> None:
    number = sandbox.open_pull_request(REPOSITORY, "main", "change", title="T", body="B")
    path = f"{HOME}/pulls/{number}"
    with client_of(sandbox) as client:
        pull = client.get(path).json()
        assert (pull["head"]["ref"], pull["head"]["sha"]) == ("change", git(source, "rev-parse", "change"))
        assert (pull["base"]["ref"], pull["base"]["sha"]) == ("main", git(source, "rev-parse", "main"))
        assert (pull["changed_files"], pull["commits"], pull["mergeable"]) == (2, 1, True)
        assert [file["filename"] for file in client.get(f"{path}/files").json()] == ["app.py", "new.txt"]
        assert [one["sha"] for one in client.get(f"{path}/commits").json()] == [pull["head"]["sha"]]
        assert [one["number"] for one in client.get(f"{HOME}/pulls?base=main").json()] == [number]
        assert client.get(f"{HOME}/pulls?base=other").json() == []
        assert [one["number"] for one in client.get(f"{HOME}/commits/{pull['head']['sha']}/pulls").json()] == [number]
        assert client.get(f"{HOME}/pulls/99").status_code == 404
        sandbox.review(REPOSITORY, number, "ann")
        assert [(one["user"]["login"], one["state"]) for one in client.get(f"{path}/reviews").json()] == [
            ("ann", "APPROVED")
        ]


def test_roles_and_properties(sandbox: Sandbox) -> None:
    sandbox.set_role(REPOSITORY, "ann", "maintain")
    sandbox.repository(REPOSITORY).properties["tier"] = "1"
    with client_of(sandbox) as client:
        role = client.get(f"{HOME}/collaborators/ann/permission").json()
        assert (role["permission"], role["role_name"]) == ("write", "maintain")
        assert client.get(f"{HOME}/properties/values").json() == [{"property_name": "tier", "value": "1"}]
        assert client.get(HOME).json()["custom_properties"] == {"tier": "1"}
