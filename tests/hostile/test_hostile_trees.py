"""Every hostile tree through the command and through the App's evaluation process."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from odd_trees import ODD_TREES
from running import MEMORY_LIMIT, Ran, check, examine
from trees import NESTED, POLICY_LINK, TREES, Repository, Tree, build, service_alone

pytestmark = pytest.mark.slow
EMPTY = Tree("service alone", service_alone)
ONCE = ("many-files", "copies-of-a-plan", "lies")


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The statuses of the service alone."""
    folder = tmp_path_factory.mktemp("alone")
    ran = check(build(EMPTY, folder / "repository").path, folder, "--format", "json")
    statuses = statuses_of(json.loads(ran.out))
    assert (ran.status, statuses["health-endpoint"], statuses["no-secrets"]) == (0, "implemented", "implemented")
    return statuses


def statuses_of(verdict: dict[str, Any]) -> dict[str, str]:
    return {rule["id"]: rule["status"] for rule in verdict["rules"]}


def assert_sound(ran: Ran) -> None:
    assert "Traceback" not in ran.err
    assert ran.peak < MEMORY_LIMIT, f"{ran.peak / 2**20:.0f} MB"


def assert_honest(tree: Tree, verdict: dict[str, Any], expected: dict[str, str], *, is_commit: bool = False) -> None:
    found = statuses_of(verdict)
    assert {rule: found[rule] for rule in tree.doubtful} == dict.fromkeys(tree.doubtful, "unknown")
    others = {rule: status for rule, status in expected.items() if rule not in tree.doubtful}
    # What depends on the bad file is not known any more; what the service has it keeps. Other files may show more.
    kept = {rule: found[rule] for rule, status in others.items() if status in ("implemented", "partial")}
    assert {rule: (others[rule], now) for rule, now in kept.items() if now not in (others[rule], "unknown")} == {}
    assert "error" not in found.values()
    assert verdict["complete"] is True
    warned = () if is_commit and tree.is_only_on_disk else tree.warns
    warnings = "\n".join(verdict["warnings"])
    assert [path for path in warned if path not in warnings] == []
    health = next(rule for rule in verdict["rules"] if rule["id"] == "health-endpoint")
    assert ("src/server.js", 2) in [(line["path"], line["line"]) for line in health["evidence"]]


@pytest.mark.parametrize("tree", [*TREES, *ODD_TREES], ids=lambda tree: tree.name)
def test_a_hostile_tree(tree: Tree, tmp_path: Path, expected: dict[str, str]) -> None:
    repository = build(tree, tmp_path / "repository")
    options = () if tree.checked_out else ("--head", tree.branch)
    ran = check(repository.path, tmp_path, "--format", "json", *options)
    assert_sound(ran)
    verdict = json.loads(ran.out)
    assert_honest(tree, verdict, expected)
    assert ran.status == (1 if "no-secrets" in tree.doubtful else 0)
    assert not list(tmp_path.rglob("hit"))

    if tree.name in ONCE:
        return  # the same objects in the same way: not worth another ten seconds
    answer, measured = examine(bare_clone(repository, tmp_path), tmp_path, repository.head)
    assert_sound(measured)
    assert_honest(tree, answer["verdict"], expected, is_commit=True)


def test_a_change_that_brings_every_hostile_file(tmp_path: Path, expected: dict[str, str]) -> None:
    """All of them in one pull request, judged against the service alone."""
    repository = build(EMPTY, tmp_path / "repository")
    base = repository.head
    trees = [tree for tree in TREES if tree.finish is None and tree.name not in ("many-files", "crlf", "bom")]
    files = {tree.name.encode() + b"/" + name: content for tree in trees for name, content in tree.files()}
    repository.add(files)
    answer, measured = examine(repository.git_dir, tmp_path, repository.head, base)
    assert_sound(measured)
    assert statuses_of(answer["verdict"])["health-endpoint"] == "implemented"
    assert answer["verdict"]["complete"] is True
    assert all(len(answer["check"][part].encode()) <= 65_535 for part in ("summary", "text"))
    ran = check(repository.path, tmp_path, "--base", base, "--head", "main", "--format", "json")
    assert_sound(ran)
    assert statuses_of(json.loads(ran.out)) == statuses_of(answer["verdict"])
    assert ran.status == (1 if answer["verdict"]["conclusion"] == "failure" else 0)


@pytest.mark.parametrize(("tree", "words"), [(NESTED, "more than 500,000 files"), (POLICY_LINK, "not a plain file")])
def test_what_cannot_be_judged_is_incomplete(tree: Tree, words: str, tmp_path: Path) -> None:
    repository = build(tree, tmp_path / "repository")
    ran = check(repository.path, tmp_path, "--head", "main", "--format", "json")
    assert_sound(ran)
    assert (ran.status, ran.out) == (3, b"")
    assert words in ran.err
    answer, measured = examine(repository.git_dir, tmp_path, repository.head)
    assert_sound(measured)
    assert words in answer["error"]


def test_a_configuration_that_wants_to_run_something_is_compared_too(tmp_path: Path) -> None:
    """With a base, more of git is used: trees, diffs, the index and new objects."""
    repository = build(next(tree for tree in ODD_TREES if tree.name == "wishing"), tmp_path / "repository")
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    ran = check(repository.path, tmp_path, "--base", "main", "--format", "json")
    assert_sound(ran)
    assert (ran.status, json.loads(ran.out)["complete"]) == (0, True)
    assert not list(tmp_path.rglob("hit"))
    written = {path for path in map(str, tmp_path.rglob("*")) if path not in before}
    assert not [path for path in written if path.startswith(str(repository.path))]


@pytest.mark.parametrize("points_at", ["blob", "nothing"])
def test_a_commit_without_its_tree_is_incomplete(points_at: str, tmp_path: Path) -> None:
    repository = build(Tree("broken", service_alone, checked_out=False), tmp_path / "repository")
    tree = repository.write_loose(b"blob", b"x\n") if points_at == "blob" else "ab" * 20
    who = "ann <ann@example.com> 1767225600 +0000"
    text = f"tree {tree}\nparent {repository.head}\nauthor {who}\ncommitter {who}\n\nbroken\n"
    commit = repository.write_loose(b"commit", text.encode())
    (repository.git_dir / "refs" / "heads" / "main").write_text(f"{commit}\n")
    ran = check(repository.path, tmp_path, "--head", "main", "--format", "json")
    assert_sound(ran)
    assert (ran.status, ran.out) == (3, b"")
    answer, measured = examine(repository.git_dir, tmp_path, commit)
    assert_sound(measured)
    assert answer["error"]


def test_tags_name_commits_and_nothing_else(tmp_path: Path) -> None:
    repository = build(Tree("tags", service_alone, checked_out=False), tmp_path / "repository")
    for name, of in (("v1", "main"), ("v2", "v1"), ("folder", "main^{tree}")):
        repository.git("tag", "--annotate", "--message", "x", name, of)
    ran = check(repository.path, tmp_path, "--head", "v2", "--format", "json")
    assert_sound(ran)
    assert (ran.status, json.loads(ran.out)["head"]) == (0, repository.head)
    refused = check(repository.path, tmp_path, "--head", "folder", "--format", "json")
    assert (refused.status, refused.out) == (2, b"")


def test_a_policy_of_ten_megabytes_is_incomplete(tmp_path: Path) -> None:
    policy = b"version: 1\n# " + b"x" * 10_000_000
    tree = Tree("policy", lambda: iter([(b".github/rules.yml", policy)]), checked_out=False)
    repository = build(tree, tmp_path / "repository")
    ran = check(repository.path, tmp_path, "--head", "main", "--format", "json")
    assert_sound(ran)
    assert (ran.status, ran.out) == (3, b"")
    assert "1 MiB" in ran.err


@pytest.mark.parametrize("name", ["-x", "--help", "--upload-pack=touch hit", "a\nb", "\udcff", "$(touch hit)", ""])
def test_names_of_commits_are_never_options(name: str, tmp_path: Path) -> None:
    repository = build(EMPTY, tmp_path / "repository")
    for option in ("--head", "--base"):
        ran = check(repository.path, tmp_path, f"{option}={name}", "--format", "json")
        assert_sound(ran)
        assert (ran.status, ran.out) == (2, b""), ran.err
    assert not list(tmp_path.rglob("hit"))


def bare_clone(repository: Repository, folder: Path) -> Path:
    """A mirror of it; a repository with broken objects cannot be cloned and is its own mirror."""
    target = folder / "mirror.git"
    done = subprocess.run(
        ["git", "clone", "--quiet", "--bare", str(repository.path), str(target)], capture_output=True, check=False
    )
    return target if done.returncode == 0 else repository.git_dir
