"""Pull requests from forks that want to pass, hide something, or stop the judge: through the whole App."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest
from bombs import BOMBS
from pydantic import SecretStr

from app.git.errors import GitError
from app.git.mirror import local_name
from app.github.app import GitHubApp
from app.github.gate import MemoryGate
from app.github.tokens import GitHubCredentials
from app.jobs.evaluation import EvaluationPool
from app.jobs.queue import IN_PROCESS, connect
from app.jobs.run_target import run_target
from app.jobs.world import World
from app.sandbox.hub import INSTALLATION_ID
from app.sandbox.sandbox import Sandbox
from app.sandbox.state import CheckRun
from app.settings import Settings
from app.store import repositories, schema, targets
from app.store.database import Database
from app.store.repositories import KnownRepository

NAME = "acme/shop"
TOKEN = "glp" + "at-" + "k7Qm2Xw9Rt4Ls8" + "Vb3Nz6"
LEAK = f'gitlab_token = "{TOKEN}"\n'
RULES = "version: 1\nrules: {'*': report, no-secrets: block, container-non-root-user: ratchet}\n"
SHOP = {
    ".github/rules.yml": RULES,
    "package.json": '{"name": "shop", "dependencies": {"express": "^4.19.0"}}\n',
    "src/server.js": "const app = express();\napp.get('/health', (q, a) => a.json({ok: true}));\napp.listen(3000);\n",
    "Dockerfile": "FROM node:20\nUSER node\nCMD node src/server.js\n",
}
LATER = 10.0
TIGHT = 330
Files = Mapping[str, str | bytes | None]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "github") as running:
        running.add_repository("acme/.github")
        running.commit("acme/.github", {"README.md": "# Acme\n"})
        running.add_repository(NAME)
        running.commit(NAME, dict(SHOP))
        yield running


@pytest.fixture
async def app(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator["App"]:
    settings = Settings(
        _env_file=None,
        github_app_id=str(sandbox.app_id),
        github_private_key=SecretStr(sandbox.private_key),
        github_api_url=sandbox.api_url,
        github_git_url=sandbox.url,
        data_dir=tmp_path / "data",
        settle_seconds=0,
    )
    settings.data_dir.mkdir()
    await asyncio.to_thread(schema.upgrade, settings.database)
    database, queue = Database(settings.database), connect(IN_PROCESS)
    pool = EvaluationPool(size=1, seconds=60, memory_mb=1024)
    credentials = GitHubCredentials(settings.github_app_id, settings.private_key, settings.github_api_url)
    async with GitHubApp(credentials, MemoryGate()) as github:
        yield App(World(settings, database, github, queue, pool), sandbox)
    await pool.close()
    await queue.close()
    await database.close()


class App:
    """Jobs of this process against the sandbox."""

    def __init__(self, world: World, sandbox: Sandbox) -> None:
        self.world, self.sandbox = world, sandbox
        self.id = sandbox.repository(NAME).id
        self._opened = 0

    async def judge(self, *steps: Files, branch: str = "") -> CheckRun:
        """A pull request from a fork, one commit a step, and its check run."""
        self._opened += 1
        branch = branch or f"change-{self._opened}"
        head, number = await asyncio.to_thread(self._open, steps, branch)
        async with self.world.database.transaction() as connection:
            await repositories.see_installation(connection, INSTALLATION_ID, "acme")
            known = KnownRepository(self.id, "acme", "shop", default_branch="main")
            await repositories.see_repository(connection, INSTALLATION_ID, known)
            target = await targets.bump(connection, repository_id=self.id, kind="pull", name=str(number))
        await run_target(self.world, target)
        runs = self.sandbox.check_runs(NAME, head)
        assert [run.status for run in runs] == ["completed"]
        return runs[0]

    def _open(self, steps: tuple[Files, ...], branch: str) -> tuple[str, int]:
        for files in steps:
            head = self.sandbox.commit(NAME, dict(files), branch=branch)
        return head, self.sandbox.open_pull_request(NAME, "main", branch, fork=True)


def said(run: CheckRun) -> str:
    return f"{run.title}\n{run.summary}\n{run.text}\n{run.annotations}"


async def test_a_harmless_change_passes(app: App) -> None:
    assert (await app.judge({"a.txt": "a\n"})).conclusion == "success"


DISGUISES: dict[str, tuple[Files, ...]] = {
    "a policy of its own": ({"leak.ini": LEAK, ".github/rules.yml": "version: 1\nrules: {'*': off}\n"},),
    "a waiver of its own": ({"leak.ini": LEAK, ".github/rules.yml": RULES + "waivers:\n  - {rule: no-secrets, "
                             "reason: because, approved-by: ann, expires: 2026-12-01}\n"},),
    "no policy at all": ({"leak.ini": LEAK, ".github/rules.yml": None},),
    "generated and binary by attributes": ({"leak.ini": LEAK, ".gitattributes":
                                            "* linguist-generated linguist-vendored -diff binary export-ignore\n"},),
    "a byte that makes it binary": ({"src/config.js": b"/* \0 */ " + LEAK.encode()},),
    "utf-16": ({"leak.ini": LEAK.encode("utf-16")},),
    "a name with a line break": ({"a\nb/leak.ini": LEAK},),
    "a name like an option": ({"--help": LEAK},),
    "a name like a workflow command": ({"::error::x.ini": LEAK},),
    "a commit that is gone again": ({"leak.ini": LEAK}, {"leak.ini": None}),
    "moved": ({"leak.ini": LEAK}, {"leak.ini": None, "deep/er/other.ini": LEAK}),
    "behind a long line": ({"leak.js": "var a = '" + "x" * 3_000_000 + "';" + LEAK},),
    "behind many look-alikes": ({"leak.ini": "password = example\n" * 30_000 + LEAK},),
    "among a thousand files": ({f"d{n}/f{n}.txt": f"{n}\n" for n in range(1_000)} | {"z/leak.ini": LEAK},),
}  # fmt: skip


@pytest.mark.parametrize("how", DISGUISES)
async def test_a_secret_blocks_however_it_is_disguised(app: App, how: str) -> None:
    run = await app.judge(*DISGUISES[how])
    assert run.conclusion == "failure"
    assert "no-secrets" in said(run) or "secret" in said(run).lower()
    assert TOKEN not in said(run)


async def test_more_findings_than_annotations_still_block(app: App) -> None:
    lines = "".join(f'token_{n} = "{TOKEN[:-4]}{n:04}"\n' for n in range(1, 1_500))
    run = await app.judge({f"leak{n}.ini": lines for n in range(3)})
    assert run.conclusion == "failure"
    assert 0 < len(run.annotations) <= 200
    assert len((run.summary or "").encode()) <= 65_535
    assert len((run.text or "").encode()) <= 65_535


UNREADABLE = [b"FROM node:20\nUSER root\n", b"FROM node:20\n# \0\nUSER root\n", b"USER root\n",
              b"FROM node:20\nUSER root\n" + b"#\n" * 300_000]  # fmt: skip


@pytest.mark.parametrize("content", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_what_was_good_cannot_be_made_unreadable(app: App, content: bytes) -> None:
    """A ratchet holds: what the base showed and the head hides is worse."""
    run = await app.judge({"Dockerfile": content})
    assert run.conclusion == "failure"


async def test_an_evaluation_that_takes_too_long_fails_and_others_go_on(app: App) -> None:
    app.world.evaluations = EvaluationPool(size=1, seconds=LATER, memory_mb=1024)
    try:
        assert (await app.judge({"a.txt": "a\n"})).conclusion == "success"
        path, text = BOMBS["jobs"]
        folder, _, name = path.rpartition("/")
        run = await app.judge({f"{folder}/{n}{name}": f"{text}# {n}\n" for n in range(30)})
        assert (run.conclusion, "Incomplete" in (run.title or "")) == ("failure", True)
        assert (await app.judge({"b.txt": "b\n"})).conclusion == "success"
    finally:
        await app.world.evaluations.close()


async def test_files_that_take_too_much_memory_cost_their_own_facts_or_the_evaluation(app: App) -> None:
    """Never the process that others wait for."""
    app.world.evaluations = EvaluationPool(size=1, seconds=60, memory_mb=TIGHT)
    try:
        assert (await app.judge({"a.txt": "a\n"})).conclusion == "success"
        names = ("yaml of many values", "jobs", "chain of sums")
        run = await app.judge(dict(BOMBS[name] for name in names) | {"leak.ini": LEAK})
        assert run.conclusion == "failure"
        assert (await app.judge({"b.txt": "b\n"})).conclusion == "success"
    finally:
        await app.world.evaluations.close()


BRANCHES = ["-x", "--upload-pack=touch-hit", "a;touch-hit", "$(touch${IFS}hit)", "a%2Fb", "@x", "\u202ex",
            "refs/heads/main", "x" * 200]  # fmt: skip


@pytest.mark.parametrize("branch", BRANCHES, ids=range(len(BRANCHES)))
async def test_a_branch_of_any_name_is_judged(app: App, branch: str, tmp_path: Path) -> None:
    run = await app.judge({"leak.ini": LEAK}, branch=branch)
    assert run.conclusion == "failure"
    assert not list(tmp_path.rglob("hit"))


REFS = ["-x", "refs/heads/../main", "refs/heads/a b", "refs/heads/a\n+refs/heads/b", "HEAD", "refs/heads/@{-1}",
        "refs/heads/a:b", "refs/heads/*", "+refs/heads/a", "", "^main", "refs/readygate/\0"]  # fmt: skip


@pytest.mark.parametrize("ref", REFS, ids=range(len(REFS)))
def test_a_ref_that_means_more_than_a_name_is_refused(ref: str) -> None:
    with pytest.raises(GitError):
        local_name(ref)


def test_no_two_refs_share_a_place_in_the_mirror() -> None:
    names = ["refs/heads/a", "refs/heads/a/b", "refs/heads/a%2Fb", "refs/heads/a%b", "refs/heads/A",
             "refs/pull/1/head", "refs/heads/pull/1/head", "a" * 40]  # fmt: skip
    assert len({local_name(name) for name in names}) == len(names)
