"""Git's smart HTTP protocol, read only, through `git http-backend`."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from app.sandbox.credentials import basic_password
from app.sandbox.faults import Dropped, pick_fault
from app.sandbox.git_command import git_environment
from app.sandbox.hub import Hub
from app.sandbox.permissions import allows
from app.sandbox.refusals import Refused
from app.sandbox.state import RecordedRequest, Repository

_CHUNK = 64 * 1024
_FETCH = "git-upload-pack"


def git_routes(hub: Hub) -> list[BaseRoute]:
    """The two addresses a fetch uses; a push is refused."""

    async def advertise(request: Request) -> Response:
        service = request.query_params.get("service", "")
        if service != _FETCH:
            return PlainTextResponse("the sandbox only serves fetches over smart HTTP\n", 403)
        return await _serve(hub, request, "info/refs")

    async def fetch(request: Request) -> Response:
        return await _serve(hub, request, _FETCH)

    async def push(request: Request) -> Response:
        return PlainTextResponse("the sandbox is read only\n", 403)

    home = "/{owner}/{repo}"
    return [
        Route(f"{home}/info/refs", advertise, methods=["GET"]),
        Route(f"{home}/git-upload-pack", fetch, methods=["POST"]),
        Route(f"{home}/git-receive-pack", push, methods=["POST"]),
    ]


async def _serve(hub: Hub, request: Request, tail: str) -> Response:
    home, refusal = _home(hub, request)
    with hub.world.lock:
        fault = pick_fault(hub.world, f"{request.method} git {request.url.path}")
    if fault is not None:
        refusal = PlainTextResponse("Server Error\n", fault.status) if fault.status else Dropped(status_code=0)
    status = refusal.status_code if refusal else 200
    query = request.url.query
    hub.world.requests.append(RecordedRequest(request.method, f"git {request.url.path}", query, None, status))
    if refusal is not None or home is None:
        return refusal or PlainTextResponse("Repository not found.\n", 404)
    process = await asyncio.create_subprocess_exec(
        "git",
        "http-backend",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_cgi(request, home, tail),
        limit=_CHUNK,
    )
    sending = asyncio.create_task(_send_body(request, process))
    headers = await _read_headers(process)
    code = int(headers.pop("status", "200").split()[0]) if headers else 500
    return StreamingResponse(_stream(process, sending), code, headers)


def _home(hub: Hub, request: Request) -> tuple[Repository | None, Response | None]:
    """The repository a token may read, or the refusal git understands."""
    name = f"{request.path_params['owner']}/{request.path_params['repo'].removesuffix('.git')}"
    password = basic_password(request.headers.get("authorization", ""))
    ask = {"WWW-Authenticate": 'Basic realm="GitHub"'}
    if password is None:
        return None, PlainTextResponse("Authentication required.\n", 401, ask)
    try:
        token = hub.credentials.token(password)
    except Refused:
        return None, PlainTextResponse("Invalid username or token.\n", 401, ask)
    if new_name := hub.world.moved.get(name.lower()):
        address = request.url.path.replace(
            f"/{request.path_params['owner']}/{request.path_params['repo']}", f"/{new_name}.git", 1
        )
        return None, RedirectResponse(f"{address}?{request.url.query}", 301)
    home = hub.world.repository(name)
    reached = home is not None and (token.repositories is None or home.id in token.repositories)
    if home is None or not reached or hub.suspended:
        return None, PlainTextResponse("Repository not found.\n", 404)
    if not allows(token.permissions, {"contents": "read"}):
        return None, PlainTextResponse("Write access to repository not granted.\n", 403)
    return home, None


def _cgi(request: Request, home: Repository, tail: str) -> dict[str, str]:
    variables = {
        "GIT_PROJECT_ROOT": str(home.bare.folder.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{home.bare.folder.name}/{tail}",
        "REQUEST_METHOD": request.method,
        "QUERY_STRING": request.url.query,
        "CONTENT_TYPE": request.headers.get("content-type", ""),
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_USER": "x-access-token",
    }
    passed: Mapping[str, str] = {"content-encoding": "HTTP_CONTENT_ENCODING", "git-protocol": "GIT_PROTOCOL"}
    variables |= {name: request.headers[header] for header, name in passed.items() if header in request.headers}
    if request.headers.get("content-length"):
        variables["CONTENT_LENGTH"] = request.headers["content-length"]
    return git_environment() | variables


async def _send_body(request: Request, process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None
    try:
        async for chunk in request.stream():
            process.stdin.write(chunk)
            await process.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        pass  # git answered without reading everything
    finally:
        process.stdin.close()


async def _read_headers(process: asyncio.subprocess.Process) -> dict[str, str]:
    assert process.stdout is not None
    headers: dict[str, str] = {}
    while line := (await process.stdout.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return headers


async def _stream(process: asyncio.subprocess.Process, sending: asyncio.Task[None]) -> AsyncIterator[bytes]:
    assert process.stdout is not None
    try:
        while chunk := await process.stdout.read(_CHUNK):
            yield chunk
    finally:
        sending.cancel()
        if process.returncode is None and process.stdout.at_eof():
            await process.wait()
        elif process.returncode is None:
            process.kill()
            await process.wait()
