"""The sandbox as a whole: start it, use it like GitHub, look at what the App wrote."""

import asyncio
from pathlib import Path
from typing import Any, Self

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from app.sandbox.api import api_routes
from app.sandbox.faults import Abortable
from app.sandbox.git_http import git_routes
from app.sandbox.hub import APP_ID, INSTALLATION_ID, Hub
from app.sandbox.owners import Owners
from app.sandbox.pages import page_routes
from app.sandbox.permissions import read_grant
from app.sandbox.server import Server
from app.sandbox.state import CheckRun, Fault, Issue, RecordedRequest, Repository
from app.sandbox.webhooks import Delivery, Unruly

_SETTLE_SECONDS = 15.0


class Sandbox(Owners):
    """A small GitHub on loopback with one App installed; a context manager, asynchronous or not.

    State lives in memory, repositories as bare clones in `folder`. Set `webhook_url` to have webhooks delivered;
    until then they are logged as failed, which is what an App that is down looks like to GitHub. Methods may be called
    from any thread. An App that shares the caller's event loop needs `send` and `settle` in `asyncio.to_thread`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        manifest: Path | None = None,
        account: str = "acme",
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(Hub(folder, read_grant(manifest), account))
        # A page on another site must not reach the sandbox under a name of its own (DNS rebinding).
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[host, "localhost", "127.0.0.1"])
        routes = [*api_routes(self.hub), *git_routes(self.hub), *page_routes(self.hub, self)]
        self._server = Server(Abortable(Starlette(routes=routes, middleware=[hosts])), host, port)
        self.hub.use_address(self._server.url)
        self.app_id = APP_ID
        self.installation_id = INSTALLATION_ID
        self.private_key = self.hub.credentials.private_key
        self.webhook_secret = self.hub.credentials.webhook_secret

    @property
    def url(self) -> str:
        """Where the pages and git repositories are, without a slash at the end."""
        return self._server.url

    @property
    def api_url(self) -> str:
        """The REST API, as an Enterprise server has it."""
        return f"{self.url}/api/v3"

    @property
    def webhook_url(self) -> str | None:
        return self.hub.hooks.url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self.hub.hooks.url = url

    def start(self) -> None:
        self._server.start()
        self.hub.hooks.start()

    def stop(self) -> None:
        self.hub.hooks.stop()
        self._server.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.stop)

    def send(self, event: str, payload: dict[str, Any]) -> int:
        """Deliver any webhook as it is and wait; returns the App's HTTP status (502 unreachable, 504 too slow)."""
        delivery = self.hub.hooks.emit(event, payload)
        delivery.done.wait()
        return delivery.status_code

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Send a past delivery again under the same id, as its page on GitHub can."""
        return self.hub.hooks.emit(delivery.event, delivery.payload, guid=delivery.guid)

    def settle(self, seconds: float = _SETTLE_SECONDS) -> bool:
        """Wait until every webhook has been answered; whether that happened in time."""
        return self.hub.hooks.settle(seconds)

    def fail_next(
        self,
        match: str,
        status: int,
        *,
        after_apply: bool = False,
        times: int = 1,
        headers: dict[str, str] | None = None,
        chance: float = 1.0,
        retry_after: float = 0.0,
    ) -> None:
        """Answer the next requests whose "METHOD /path" contains `match` (* matches anything) with a status.

        Status 0 closes the connection. With `after_apply` the work is done all the same: the answer is lost. Git's
        requests are "METHOD git /path". `chance` and `retry_after` are those of Fault.
        """
        with self.hub.world.lock:
            fault = Fault(match, status, after_apply, times, dict(headers or {}), chance, retry_after)
            self.hub.world.faults.append(fault)

    def confuse_deliveries(self, unruly: Unruly | None) -> None:
        """Lose, double and reorder webhooks from now on; None has them sent one by one again."""
        self.hub.hooks.unruly = unruly

    def revoke_tokens(self) -> None:
        """Every installation token given out so far answers 401 from now on."""
        self.hub.credentials.revoke_all()

    @property
    def deliveries(self) -> list[Delivery]:
        """Every webhook, oldest first."""
        return list(self.hub.hooks.log)

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every request to the REST API and to git, oldest first; git's have a path that starts with "git "."""
        return list(self.hub.world.requests)

    def check_runs(self, full_name: str, sha: str | None = None) -> list[CheckRun]:
        """The check runs of a repository or of one commit, oldest first."""
        with self.hub.world.lock:
            home: Repository = self.repository(full_name)
            return list(home.checks.values()) if sha is None else home.checks_of(sha)

    def issues(self, full_name: str) -> list[Issue]:
        """The issues of a repository without its pull requests, by number."""
        with self.hub.world.lock:
            return [issue for issue in self.repository(full_name).issues.values() if not issue.is_pull_request]
