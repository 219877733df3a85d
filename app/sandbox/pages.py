"""The sandbox's pages: what people would see on GitHub, without scripts and without requests to other hosts."""

import functools
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.sandbox import views
from app.sandbox.buttons import Buttons
from app.sandbox.hub import Hub
from app.sandbox.markdown import render
from app.sandbox.state import CheckRun, Repository

_FOLDER = Path(__file__).parent / "templates"
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_NO_CONTENT_SNIFFING = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Values = dict[str, Any]


def page_routes(hub: Hub, buttons: Buttons) -> list[BaseRoute]:
    """Every page; they come after the API's routes, which share the address."""
    pages = Pages(hub, buttons)
    home = "/{owner}/{repo}"
    shown: tuple[tuple[str, str, Callable[[Request], Values]], ...] = (
        ("/", "index.html", pages.index),
        ("/deliveries/{delivery:int}", "delivery.html", pages.delivery),
        (home, "repository.html", pages.repository),
        (f"{home}/issues", "issues.html", pages.issues),
        (f"{home}/issues/{{number:int}}", "issue.html", pages.issue),
        (f"{home}/pull/{{number:int}}", "pull.html", pages.pull),
        (f"{home}/runs/{{run:int}}", "run.html", pages.run),
        (f"{home}/commit/{{sha}}", "commit.html", pages.commit),
        (f"{home}/blob/{{rest:path}}", "blob.html", pages.blob),
    )
    routes: list[BaseRoute] = [Route(path, pages.page(template, values)) for path, template, values in shown]
    routes.append(Route(f"{home}/runs/{{run:int}}/rerequest", pages.rerequest, methods=["POST"]))
    routes.append(Route(f"{home}/runs/{{run:int}}/press", pages.press, methods=["POST"]))
    routes.insert(0, Route("/sandbox.css", _style))
    return routes


async def _style(_: Request) -> Response:
    return FileResponse(_FOLDER / "sandbox.css", media_type="text/css", headers=_NO_CONTENT_SNIFFING)


class Pages:
    """The values of each page, read under the lock, and the template that shows them."""

    def __init__(self, hub: Hub, buttons: Buttons) -> None:
        self._hub = hub
        self._buttons = buttons
        self._templates = Environment(
            loader=FileSystemLoader(_FOLDER),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["markdown"] = lambda text: Markup(render(text or ""))  # noqa: S704
        self._templates.filters["quoted"] = functools.partial(quote, safe="/", errors="replace")

    def page(self, template: str, values: Callable[[Request], Values]) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that shows a template with the values of a request."""

        def answer(request: Request) -> Response:
            with self._hub.world.lock:
                content = self._templates.get_template(template).render(**values(request))
            return HTMLResponse(content.encode("utf-8", "replace"), headers=_HEADERS)

        async def endpoint(request: Request) -> Response:
            return await run_in_threadpool(answer, request)

        return endpoint

    def index(self, _: Request) -> Values:
        homes = [views.repository_line(home) for home in self._hub.world.repositories.values()]
        recent = list(reversed(self._hub.hooks.log))[:100]
        return {"repositories": homes, "deliveries": recent, "app": self._hub.app(), "address": self._hub.hooks.url}

    def delivery(self, request: Request) -> Values:
        found = self._hub.hooks.find(request.path_params["delivery"])
        if found is None:
            raise HTTPException(404, "no such delivery")
        return {"delivery": found, "payload": json.dumps(found.payload, indent=2)}

    def _home(self, request: Request) -> Repository:
        found = self._hub.world.repository(f"{request.path_params['owner']}/{request.path_params['repo']}")
        if found is None:
            raise HTTPException(404, "no such repository")
        return found

    def repository(self, request: Request) -> Values:
        home = self._home(request)
        return views.repository_page(home)

    def issues(self, request: Request) -> Values:
        home, state = self._home(request), request.query_params.get("state", "open")
        issues = [issue for issue in home.issues.values() if not issue.is_pull_request]
        counts = {name: sum(issue.state == name for issue in issues) for name in ("open", "closed")}
        shown = [issue for issue in reversed(issues) if state in ("all", issue.state)]
        return {"home": home, "issues": shown, "counts": counts, "state": state}

    def issue(self, request: Request) -> Values:
        home = self._home(request)
        found = home.issues.get(request.path_params["number"])
        if found is None or found.is_pull_request:
            raise HTTPException(404, "no such issue")
        return {"home": home, "issue": found}

    def pull(self, request: Request) -> Values:
        home = self._home(request)
        found = home.pulls.get(request.path_params["number"])
        if found is None:
            raise HTTPException(404, "no such pull request")
        checks = views.checks(home, found.head_sha)
        conversation = home.issues[found.number]
        return {"home": home, "pull": found, "issue": conversation, "checks": checks, "box": views.merge_box(checks)}

    def _check_run(self, request: Request) -> tuple[Repository, CheckRun]:
        home = self._home(request)
        run = home.checks.get(request.path_params["run"])
        if run is None:
            raise HTTPException(404, "no such check run")
        return home, run

    def run(self, request: Request) -> Values:
        home, run = self._check_run(request)
        return {"home": home, "check": views.check(home, run)}

    def commit(self, request: Request) -> Values:
        home = self._home(request)
        sha = home.bare.resolve(request.path_params["sha"])
        if sha is None:
            raise HTTPException(404, "no such commit")
        return {"home": home, "commit": home.bare.commit(sha), "checks": views.checks(home, sha)}

    def blob(self, request: Request) -> Values:
        home = self._home(request)
        name, _, path = request.path_params["rest"].partition("/")
        sha = home.bare.resolve(name)
        content = home.bare.file(sha, path) if sha and path else None
        if content is None:
            raise HTTPException(404, "no such file")
        return {"home": home, "sha": sha, "path": path, "lines": views.lines(content)}

    async def rerequest(self, request: Request) -> Response:
        """The re-run button."""
        home, run = self._pressed(request)
        await run_in_threadpool(self._buttons.rerequest_check, home.full_name, run.id)
        return RedirectResponse(f"/{home.full_name}/runs/{run.id}", 303)

    async def press(self, request: Request) -> Response:
        """One of the buttons the App put on its check run."""
        home, run = self._pressed(request)
        identifier = request.query_params.get("identifier", "")
        if identifier not in [action["identifier"] for action in run.actions]:
            raise HTTPException(404, "no such button")
        await run_in_threadpool(self._buttons.press, home.full_name, run.id, identifier)
        return RedirectResponse(f"/{home.full_name}/runs/{run.id}", 303)

    def _pressed(self, request: Request) -> tuple[Repository, CheckRun]:
        """The check run whose button was pressed; a form on another site must not be able to press it."""
        origin = request.headers.get("origin", "")
        if origin.rstrip("/") != f"{request.url.scheme}://{request.headers.get('host', '')}":
            raise HTTPException(403, "this button only works from the sandbox's own pages")
        return self._check_run(request)
