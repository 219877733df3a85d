"""A repository in the sandbox as the tests see it: a small ready service, its pull requests, and what the App wrote."""

import html
from dataclasses import dataclass, replace
from typing import Any

from app_processes import PATIENCE, Installation, eventually

from app.sandbox.state import CheckRun, Issue, RecordedRequest

RULES = """version: 1
rules:
  "*": off
  no-secrets: block
  health-endpoint: ratchet
  container-non-root-user: ratchet
issues: {priorities: [P0, P1, P2], labels: [readiness]}
"""
SERVICE = """from fastapi import FastAPI

app = FastAPI()


@app.get("/prices")
async def prices() -> list[int]:
    return [1, 2, 3]
"""
HEALTH = """

@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}
"""
DOCKERFILE = """FROM python:3.12.8-slim
COPY shop /srv/shop
RUN useradd --uid 10001 shop
USER 10001
CMD ["uvicorn", "shop.main:app"]
"""
READY: dict[str, str | bytes | None] = {
    "shop/main.py": SERVICE + HEALTH,
    "requirements.txt": "fastapi==0.115.6\nuvicorn==0.34.0\n",
    "Dockerfile": DOCKERFILE,
    ".github/rules.yml": RULES,
}
AS_ROOT: dict[str, str | bytes | None] = {"Dockerfile": DOCKERFILE.replace("USER 10001", "USER root")}
NO_HEALTH: dict[str, str | bytes | None] = {"shop/main.py": SERVICE}
HARMLESS: dict[str, str | bytes | None] = {"README.md": "# Shop\n"}


def words(run: CheckRun) -> str:
    """What a check run says, without the marks that keep GitHub from linking names in it."""
    return html.unescape(f"{run.title}\n{run.summary}\n{run.text}").replace("\u200b", "")


@dataclass(frozen=True, slots=True)
class Writes:
    """How often the App wrote to GitHub, by what it wrote to."""

    check_runs: int
    issues: int


class ServiceRepository:
    """One repository; `main` holds a ready service under a policy of three rules."""

    def __init__(self, installation: Installation, full_name: str, *, private: bool = False) -> None:
        self.installation = installation
        self.sandbox = installation.sandbox
        self.name = full_name
        self.home = self.sandbox.add_repository(full_name, private=private)
        self.first = self.commit(READY)

    def commit(self, files: dict[str, str | bytes | None], branch: str = "main") -> str:
        return self.sandbox.commit(self.name, files, branch=branch)

    def push(self, files: dict[str, str | bytes | None] | None = None) -> str:
        """Commit to main and tell the App; without files, tell it of main as it is."""
        before = self.sandbox.repository(self.name).bare.resolve("main") or ""
        sha = self.commit(files, "main") if files is not None else before
        return self.sandbox.push(self.name, "main", sha)

    def open(self, files: dict[str, str | bytes | None], *, base: str = "main", **how: Any) -> tuple[int, str]:
        """A pull request with these files changed; its number and head."""
        branch = f"change-{self.sandbox.repository(self.name).next_number()}"
        sha = self.commit(files, branch)
        number = self.sandbox.open_pull_request(self.name, base, sha if how.get("fork") else branch, **how)
        return number, sha

    def check_runs(self, sha: str | None = None) -> list[CheckRun]:
        return self.sandbox.check_runs(self.name, sha)

    def judged(self, sha: str, times: int = 1, seconds: float = PATIENCE) -> CheckRun:
        """Wait until a commit has so many completed check runs and the App is at rest; the newest of exactly those."""

        def completed() -> list[CheckRun]:
            return [run for run in self.check_runs(sha) if run.status == "completed"]

        eventually(lambda: len(completed()) >= times, f"{times} completed check runs on {self.name}", seconds)
        self.installation.settle(seconds)
        runs = self.check_runs(sha)
        assert len(runs) == len(completed()) == times, [(run.status, run.title) for run in runs]
        assert len({run.external_id for run in runs}) == times
        assert all(run.external_id and run.name == "readygate" for run in runs)
        return replace(runs[-1])

    def issues(self) -> list[Issue]:
        return self.sandbox.issues(self.name)

    def issue_of(self, rule: str) -> Issue:
        """The only issue that carries the marker of a rule."""
        marker = f"<!-- readygate:v1 key={self.home.id}:{rule} -->"
        (found,) = [issue for issue in self.issues() if marker in (issue.body or "")]
        return found

    def close_as_human(self, issue: Issue) -> None:
        """Somebody presses "Close issue"."""
        hub = self.sandbox.hub
        with hub.world.lock:
            issue.state, issue.state_reason = "closed", "not_planned"
            hub.emit(
                "issues", self.home, {"action": "closed", "issue": hub.shapes.issue(issue, self.home)}, hub.developer
            )

    def requests(self) -> list[RecordedRequest]:
        """What the App asked the REST API about this repository, without git, tokens and the daily comparison."""
        start = f"/repos/{self.name}/"
        listing = ("GET", f"{start}pulls")
        asked = self.sandbox.requests
        return [one for one in asked if one.path.startswith(start) and (one.method, one.path) != listing]

    def writes(self) -> Writes:
        sent = [request for request in self.requests() if request.method != "GET"]
        return Writes(sum("/check-runs" in one.path for one in sent), sum("/issues" in one.path for one in sent))
