"""Commits of a mirror examined as the App does."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from app.git.mirror import Mirror, TreeListing
from app.git.objects import GitSnapshot
from app.git.open_mirror import OpenMirror
from app.jobs.examine import examine_mirror, missing_blobs
from app.jobs.own_policy import POLICY_PATH, changed_policy_problems, policy_layer
from app.readiness.catalogue import builtin_rules, read_catalogue
from app.readiness.policy import Layer
from app.readiness.snapshot import MemorySnapshot
from app.readiness.status import Conclusion, Status

CATALOGUE = read_catalogue(builtin_rules())
KEY = "glp" + "at-" + "k7Qm2Xw9Rt4Ls8" + "Vb3Nz6"
LEAK = f'gitlab_token = "{KEY}"\n'
POLICY = 'version: 1\nextends: readygate/minimal\nrules:\n  "*": off\n  no-secrets: block\n'


class Clone:
    """A repository and a mirror that holds all of it."""

    def __init__(self, root: Path) -> None:
        self.path = root / "work"
        self.path.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.mirror = Mirror(root / "mirrors", 1)

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-c", "user.name=ann", "-c", "user.email=ann@example.com", *arguments],
            cwd=self.path,
            capture_output=True,
            check=True,
            env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"},
        )
        return done.stdout.decode().strip()

    def commit(self, files: dict[str, str | None]) -> str:
        for name, text in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def publish(self) -> Path:
        self.git("clone", "--quiet", "--bare", str(self.path), str(self.mirror.path))
        return self.mirror.path


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def examine(git_dir: Path, head: str, base: str | None, **other: object):
    arguments = {
        "head": head,
        "base": base,
        "head_sha": head,
        "base_sha": base,
        "layers": [Layer("repository", "acme/shop:.github/rules.yml", POLICY, "1" * 40)],
        "catalogue": CATALOGUE,
        "secret_key": b"k" * 32,
        "today": date(2026, 11, 20),
        "repository": "acme/shop",
    }
    return examine_mirror(OpenMirror(git_dir), **{**arguments, **other})


def test_a_pull_request(clone: Clone) -> None:
    base = clone.commit({"a": "1\n", POLICY_PATH: POLICY})
    head = clone.commit({"leak.ini": LEAK})
    verdict, change = examine(clone.publish(), head, base)
    assert verdict.conclusion is Conclusion.FAILURE
    assert (verdict.repository, verdict.head, verdict.base) == ("acme/shop", head, base)
    assert [finding.introduced for finding in verdict.rules[0].findings] == [True]
    assert list(change.files) == ["leak.ini"]
    assert verdict.stats.wall_ms > 0
    assert verdict.readygate


def test_an_audit_has_no_base(clone: Clone) -> None:
    head = clone.commit({"a": "1\n"})
    verdict, change = examine(clone.publish(), head, None)
    assert change is None
    assert verdict.base is None
    assert verdict.complete


def test_trees_without_history_say_so(clone: Clone) -> None:
    base = clone.commit({"a": "1\n"})
    head = clone.commit({"a": "2\n"})
    trees = [clone.git("rev-parse", f"{commit}^{{tree}}") for commit in (head, base)]
    for tree, text in zip(trees, ("2\n", "1\n"), strict=True):
        blob = clone.git("rev-parse", f"{tree}:a")
        clone.mirror.add_objects({blob: text.encode()}, [TreeListing(tree, [("a", "100644", blob)])])
    verdict, _ = examine(clone.mirror.path, trees[0], trees[1], head_sha=head, base_sha=base)
    assert verdict.head == head
    assert verdict.complete
    assert any("commits in between" in note for note in verdict.policy_note.notes)


def test_mistakes_this_change_brings_into_the_policy(clone: Clone) -> None:
    base = clone.commit({POLICY_PATH: POLICY})
    head = clone.commit({POLICY_PATH: "version: 1\nrulez: 1\n"})
    verdict, _ = examine(clone.publish(), head, base)
    assert verdict.conclusion is Conclusion.FAILURE
    assert [(problem.path, problem.line) for problem in verdict.policy_note.problems] == [(POLICY_PATH, 2)]


def test_a_mistake_that_was_there_before_is_not_this_change() -> None:
    broken = MemorySnapshot({POLICY_PATH: "rulez: 1\n"})
    assert changed_policy_problems(broken, broken, CATALOGUE) == ()
    assert changed_policy_problems(broken, None, CATALOGUE) == ()
    assert changed_policy_problems(broken, MemorySnapshot({}), CATALOGUE) != ()
    assert policy_layer(MemorySnapshot({})) is None


def test_what_an_evaluation_reads(clone: Clone) -> None:
    base = clone.commit({"a.py": "1\n", "logo.png": "x", "old.sql": "s\n"})
    passing = clone.commit({"gone.env": "x=1\n", "gone.zip": "z"})
    head = clone.commit({"gone.env": None, "gone.zip": None, "b.py": "2\n", "old.sql": None})
    tip = clone.commit({POLICY_PATH: POLICY, "unread.txt": "u\n"})
    git_dir = clone.publish()
    names = {
        clone.git("rev-parse", f"{commit}:{name}"): name
        for commit, name in [
            (base, "a.py"), (base, "logo.png"), (base, "old.sql"), (passing, "gone.env"), (passing, "gone.zip"),
            (head, "b.py"), (tip, POLICY_PATH), (tip, "unread.txt"),
        ]
    }  # fmt: skip
    assert missing_blobs(OpenMirror(git_dir), head, base, tip) == []
    for blob in names:
        (git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    wanted = [names[blob] for blob in missing_blobs(OpenMirror(git_dir), head, base, tip)]
    assert sorted(wanted) == [POLICY_PATH, "a.py", "b.py", "gone.env", "old.sql"]
    assert sorted(names[blob] for blob in missing_blobs(OpenMirror(git_dir), head)) == ["a.py", "b.py"]


def test_what_templates_are_read_with_is_fetched(clone: Clone) -> None:
    names = ["c/Chart.yaml", "c/values-prod.yaml", "c/values.yaml", "c/templates/_names.tpl", "c/templates/a.yaml"]
    head = clone.commit({name: f"a: {index}\n" for index, name in enumerate(names)})
    git_dir = clone.publish()
    blobs = {clone.git("rev-parse", f"{head}:{name}") for name in names}
    for blob in blobs:
        (git_dir / "objects" / blob[:2] / blob[2:]).unlink()
    assert set(missing_blobs(OpenMirror(git_dir), head)) == blobs


def test_a_missing_blob_is_never_a_pass(clone: Clone) -> None:
    head = clone.commit({"a.py": "1\n"})
    tree = clone.git("rev-parse", f"{head}^{{tree}}")
    blob = clone.git("rev-parse", f"{head}:a.py")
    clone.mirror.add_objects({}, [TreeListing(tree, [("a.py", "100644", blob)])])
    with GitSnapshot(clone.mirror.path, tree) as snapshot:
        assert snapshot.entries["a.py"].size == -1
    verdict, _ = examine(clone.mirror.path, tree, None, head_sha=head)
    assert verdict.rules[0].status is Status.UNKNOWN
    assert verdict.conclusion is Conclusion.FAILURE
