"""The REST API over HTTP: routes, authentication, permissions, faults, limits headers and the record of requests."""

import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from app.errors import Unreadable
from app.sandbox import api_app, api_checks, api_commits, api_contents, api_issues, api_labels, api_repositories
from app.sandbox.credentials import Token, bearer
from app.sandbox.faults import Dropped, pick_fault, principal, refuse_limited, spoilt
from app.sandbox.hub import Hub
from app.sandbox.operations import Answer, Call, Operation
from app.sandbox.permissions import demand
from app.sandbox.refusals import Refused, not_found
from app.sandbox.state import RecordedRequest, Repository

# The order matters where one path covers another: commits/{ref}/check-runs before commits/{ref}.
OPERATIONS: tuple[Operation, ...] = (
    *api_app.OPERATIONS,
    *api_checks.OPERATIONS,
    *api_repositories.OPERATIONS,
    *api_labels.OPERATIONS,
    *api_issues.OPERATIONS,
    *api_commits.OPERATIONS,
    *api_contents.OPERATIONS,
)
_BODY_BYTES = 10 * 1024 * 1024


def api_routes(hub: Hub) -> list[BaseRoute]:
    """The routes below the root, as on api.github.com, and again below /api/v3, as on an Enterprise server."""
    api = Api(hub)
    routes = [api.route(operation) for operation in OPERATIONS]
    return [*routes, Mount("/api/v3", routes=[*routes, Route("/{rest:path}", api.nothing, methods=_METHODS)])]


_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class Api:
    """Turns HTTP requests into calls, one at a time."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.used = 0

    def route(self, operation: Operation) -> Route:
        async def endpoint(request: Request) -> Response:
            return await self._handle(request, operation)

        return Route(operation.path, endpoint, methods=[operation.method], name=f"{operation.method} {operation.path}")

    async def nothing(self, request: Request) -> Response:
        """Whatever the stand-in does not know answers 404, and is recorded."""
        return await self._handle(request, None)

    async def _handle(self, request: Request, operation: Operation | None) -> Response:
        at = time.time()
        raw = await request.body()
        answer = await run_in_threadpool(self._answer, request, operation, raw, at)
        return self._respond(request, answer)

    def _answer(self, request: Request, operation: Operation | None, raw: bytes, at: float) -> Answer:
        world, who = self.hub.world, principal(request)
        path = request.url.path.removeprefix("/api/v3")
        sent = _parse(raw)
        with world.lock:
            self.used += 1
            if not path.startswith("/app"):
                self.hub.last_use = time.monotonic()
            answer = refuse_limited(world, who)
            fault = None if answer else pick_fault(world, f"{request.method} {path}")
            if answer is None and (fault is None or fault.after_apply):
                answer = self._attempt(request, operation, raw, sent)
            if fault is not None:
                answer = spoilt(world, fault, who)
            assert answer is not None
            wait = float(answer.headers.get("Retry-After", 0))
            told = RecordedRequest(
                request.method, path, request.url.query, sent, answer.status, at, time.time(), who, wait
            )
            world.requests.append(told)
        return answer

    def _attempt(self, request: Request, operation: Operation | None, raw: bytes, sent: Any) -> Answer:
        try:
            return self._perform(request, operation, raw, sent)
        except Refused as refused:
            return Answer(refused.body(), refused.status, refused.headers)
        except Unreadable:
            return Answer(not_found().body(), 404)

    def _perform(self, request: Request, operation: Operation | None, raw: bytes, sent: Any) -> Answer:
        if not request.headers.get("user-agent"):
            raise Refused(
                403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header."
            )
        if raw and sent is None:
            raise Refused(400, "Problems parsing JSON")
        credential = bearer(request.headers.get("authorization", ""))
        if operation is None:
            raise not_found()
        call = Call(
            self.hub,
            request.url.path,
            request.path_params,
            request.query_params,
            sent,
            request.headers.get("accept", ""),
        )
        if operation.who == "app":
            self.hub.credentials.check_jwt(credential)
        else:
            call.token = self._token(credential)
            call.found = self._repository(request.path_params, call.token, operation, request.url.path)
        return operation.answer(call)

    def _token(self, credential: str) -> Token:
        if credential.count(".") == 2 and not credential.startswith("ghs_"):  # noqa: PLR2004
            self.hub.credentials.check_jwt(credential)
            raise Refused(403, "Resource not accessible by integration")
        token = self.hub.credentials.token(credential)
        if self.hub.suspended:
            raise Refused(403, "This installation has been suspended")
        return token

    def _moved(self, name: str, path: str) -> Refused | None:
        """Where a renamed repository is now, as GitHub says it to every method."""
        new_name = self.hub.world.moved.get(name.lower())
        if new_name is None:
            return None
        address = f"{self.hub.links.page}{path.replace(f'/repos/{name}', f'/repos/{new_name}', 1)}"
        return Refused(301, "Moved Permanently", headers={"Location": address})

    def _repository(
        self, values: Mapping[str, Any], token: Token, operation: Operation, path: str
    ) -> Repository | None:
        """The repository of the path: 404 when the token must not know of it, 403 when it may not do this to it."""
        if "repo" not in values:
            return None
        name = f"{values['owner']}/{values['repo']}"
        home = self.hub.world.repository(name)
        if home is None:
            raise self._moved(name, path) or not_found()
        reached = token.repositories is None or home.id in token.repositories
        if not reached and home.private:
            raise not_found()
        if not reached and operation.method != "GET":
            raise Refused(403, "Resource not accessible by integration")
        demand(token.permissions, operation.needs)
        if home.archived and operation.method != "GET":
            raise Refused(403, "Repository was archived so is read-only.")
        return home

    def _respond(self, request: Request, answer: Answer) -> Response:
        if not answer.status:
            return Dropped()
        content = answer.raw
        if content is None:
            content = b"" if answer.body is None else json.dumps(answer.body, separators=(",", ":")).encode()
        headers = self._limit_headers() | answer.headers
        if request.method == "GET" and answer.status == 200:  # noqa: PLR2004
            headers["ETag"] = f'W/"{hashlib.sha256(content).hexdigest()}"'
            if request.headers.get("if-none-match") == headers["ETag"]:
                return Response(status_code=304, headers=headers)
        return Response(content, answer.status, headers, answer.media_type if content else None)

    def _limit_headers(self) -> dict[str, str]:
        return {
            "X-GitHub-Request-Id": f"SAND:{self.used:06d}",
            "X-GitHub-Media-Type": "github.v3; format=json",
            "X-RateLimit-Limit": str(self.hub.hourly),
            "X-RateLimit-Remaining": str(max(0, self.hub.hourly - self.used)),
            "X-RateLimit-Used": str(self.used),
            "X-RateLimit-Reset": str(int(time.time()) // 3600 * 3600 + 3600),
            "X-RateLimit-Resource": "core",
        }


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw and len(raw) <= _BODY_BYTES else None
    except ValueError:
        return None
