"""One rehearsal: the sandbox, the App beside it, a pull request and a push, told step by step."""

import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TypeVar

from rich.console import Console

from app.commands.child import Child
from app.errors import ReadygateError
from app.sandbox.checkout import Checkout
from app.sandbox.sandbox import Sandbox
from app.sandbox.state import CheckRun, Issue

_OWNER = "local"
_CHECK_SECONDS = 120.0
_QUIET_SECONDS = 4.0
_SHOWN = 12
_STOPS = (signal.SIGINT, signal.SIGTERM)

T = TypeVar("T")


def rehearse(
    checkout: Checkout, *, stay: bool = False, port: int = 0, title: str = "", issue_seconds: float = 60.0
) -> int:
    """Run the whole App against a checkout and tell it on the terminal; 0 when the App answered, else 1.

    `port` is the sandbox's (0: a free one); `stay` keeps everything up until Ctrl-C; `issue_seconds` bounds the wait
    for issues.
    """
    console = Console(soft_wrap=True)
    before = {number: signal.signal(number, _interrupt) for number in _STOPS}
    try:
        with tempfile.TemporaryDirectory(prefix="readygate-try-", ignore_cleanup_errors=True) as folder:
            rehearsal = Rehearsal(console, checkout, title=title, issue_seconds=issue_seconds)
            return 0 if rehearsal.run(Path(folder), port=port, stay=stay) else 1
    except KeyboardInterrupt:
        console.print("Stopped before the App had answered", markup=False)
        return 1
    except ReadygateError as error:
        Console(stderr=True, soft_wrap=True).print(str(error), markup=False, highlight=False)
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """An ordinary kill ends like Ctrl-C, so that the App is stopped and its folders removed; once is enough."""
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


class Rehearsal:
    """Runs the whole App against a checkout; `run` says whether the App answered everything it was sent."""

    def __init__(self, console: Console, checkout: Checkout, *, title: str = "", issue_seconds: float = 60.0) -> None:
        self._console = console
        self._checkout = checkout
        self._title = title
        self._issue_seconds = issue_seconds
        self._name = f"{_OWNER}/{checkout.name}"

    def run(self, folder: Path, *, port: int = 0, stay: bool = False) -> bool:
        """Start everything below `folder`, wait for the answers, print them; ReadygateError when the App fails."""
        with Sandbox(folder / "github", port=port, account=_OWNER) as sandbox:
            self._say(f"A small GitHub is running at {sandbox.url}")
            head = self._prepare(sandbox)
            with Child(folder / "app", _settings(sandbox, folder)) as child:
                self._say("The App is starting (readygate serve)")
                child.wait_ready()
                self._say(f"The App is ready at {child.url}")
                sandbox.webhook_url = f"{child.url}/webhooks/github"
                answered = self._play(sandbox, child, head)
                self._stay(child, sandbox) if stay else self._leave()
        return answered

    def _say(self, text: str = "", *, style: str = "") -> None:
        self._console.print(text, style=style or None, markup=False, highlight=False, soft_wrap=True)

    def _prepare(self, sandbox: Sandbox) -> str:
        checkout = self._checkout
        # The place of the organisation's policy exists and is empty, as in an organisation that has not written one.
        sandbox.add_repository(f"{_OWNER}/.github")
        sandbox.commit(f"{_OWNER}/.github", {"README.md": "The organisation's own files.\n"})
        home = sandbox.add_repository(self._name, default_branch=checkout.default_branch)
        head = checkout.copy_into(home.bare)
        dirty = " with the work tree as it stands" if head != checkout.head else ""
        self._say(f"It holds {self._name}: {checkout.default_branch} at {checkout.base[:7]}, head at {head[:7]}{dirty}")
        return head

    def _play(self, sandbox: Sandbox, child: Child, head: str) -> bool:
        answered = True
        if head != self._checkout.base:
            answered = self._pull_request(sandbox, child, head)
        return self._default_branch(sandbox, child) and answered

    def _pull_request(self, sandbox: Sandbox, child: Child, head: str) -> bool:
        checkout = self._checkout
        home = sandbox.repository(self._name)
        home.bare.set_ref(f"refs/heads/{checkout.head_branch}", head)
        number = sandbox.open_pull_request(
            self._name, checkout.default_branch, checkout.head_branch, title=self._title or "The change under judgement"
        )
        page = f"{sandbox.url}/{self._name}/pull/{number}"
        self._say(f"Pull request #{number} is open: {page}")
        return self._answer(sandbox, child, head, "the pull request")

    def _default_branch(self, sandbox: Sandbox, child: Child) -> bool:
        branch, base = self._checkout.default_branch, self._checkout.base
        self._say(f"A push to {branch} is sent: its gaps become issues")
        sandbox.push(self._name, branch, base)
        answered = self._answer(sandbox, child, base, branch)
        if answered:
            self._issues(sandbox, child)
        return answered

    def _answer(self, sandbox: Sandbox, child: Child, sha: str, what: str) -> bool:
        """Wait for a completed check run on a commit and show it; False when none came."""

        def completed() -> CheckRun | None:
            done = [run for run in sandbox.check_runs(self._name, sha) if run.status == "completed"]
            return done[-1] if done else None

        started = time.monotonic()
        run = _wait(completed, child, _CHECK_SECONDS)
        refused = [one for one in sandbox.deliveries if one.status_code and not one.ok and sandbox.webhook_url]
        if run is None:
            self._say(f"The App has not answered on {what} within {_CHECK_SECONDS:.0f} seconds", style="bold red")
            for delivery in refused[:_SHOWN]:
                self._say(f"    {delivery.event}: {delivery.status} ({delivery.status_code})")
            return False
        self._show(sandbox, run, what, time.monotonic() - started)
        return True

    def _show(self, sandbox: Sandbox, run: CheckRun, what: str, seconds: float) -> None:
        style = {"success": "bold green", "failure": "bold red"}.get(run.conclusion or "", "bold yellow")
        self._say(f"Check run {run.name} on {what}: {run.conclusion}, after {seconds:.1f} s", style=style)
        self._say(f"    {run.title}")
        blocking = [note for note in run.annotations if note["annotation_level"] == "failure"]
        for note in blocking[:_SHOWN]:
            words = note.get("title") or str(note["message"]).partition("\n")[0]
            self._say(f"    {note['path']}:{note['start_line']}  {words}")
        if len(blocking) > _SHOWN:
            self._say(f"    and {len(blocking) - _SHOWN} more lines")
        self._say(f"    {sandbox.url}/{self._name}/runs/{run.id}")

    def _issues(self, sandbox: Sandbox, child: Child) -> None:
        """Wait until the App has been quiet for a while, then list what it opened."""
        end = time.monotonic() + self._issue_seconds
        _wait(lambda: _is_quiet(sandbox) or None, child, self._issue_seconds)
        issues: list[Issue] = sandbox.issues(self._name)
        more = "" if time.monotonic() < end else " so far"
        self._say(f"{len(issues)} issue{'' if len(issues) == 1 else 's'}{more}: {sandbox.url}/{self._name}/issues")
        for issue in issues[:_SHOWN]:
            self._say(f"    #{issue.number}  {issue.title}")
        if len(issues) > _SHOWN:
            self._say(f"    and {len(issues) - _SHOWN} more")

    def _stay(self, child: Child, sandbox: Sandbox) -> None:
        self._say(f"Everything stays up until Ctrl-C. Start at {sandbox.url}", style="bold")
        try:
            while child.alive:
                time.sleep(0.3)
        except KeyboardInterrupt:
            self._say("Stopping")
            return
        raise child.failure("the App ended by itself")

    def _leave(self) -> None:
        self._say("Done; everything is being stopped. With --stay the pages stay up until Ctrl-C.")


def _settings(sandbox: Sandbox, folder: Path) -> dict[str, str]:
    key = folder / "app" / "private-key.pem"
    key.parent.mkdir(parents=True, exist_ok=True)
    key.touch(mode=0o600)
    key.write_text(sandbox.private_key)
    return {
        "GITHUB_APP_ID": str(sandbox.app_id),
        "GITHUB_PRIVATE_KEY": str(key),
        "GITHUB_WEBHOOK_SECRET": sandbox.webhook_secret,
        "GITHUB_API_URL": sandbox.api_url,
        "GITHUB_GIT_URL": sandbox.url,
        "LOG_FORMAT": "json",
        # The story is told with a pull request and a push; a first audit of its own would come in between.
        "AUDITS": "0",
    }


def _wait(ask: Callable[[], T | None], child: Child, seconds: float) -> T | None:
    """Ask until there is an answer or the time is up; the App's own end is an error at once."""
    end = time.monotonic() + seconds
    while (answer := ask()) is None and time.monotonic() < end:
        if not child.alive:
            raise child.failure("the App ended while it was working")
        time.sleep(0.1)
    return answer


def _is_quiet(sandbox: Sandbox) -> bool:
    """Whether the App has asked nothing about a repository for a few seconds."""
    return time.monotonic() - sandbox.hub.last_use > _QUIET_SECONDS
