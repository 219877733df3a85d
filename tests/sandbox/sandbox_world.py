"""What the sandbox's tests share: a source repository, a client of the REST API, a receiver of webhooks."""

import os
import subprocess
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import jwt

from app.sandbox.sandbox import Sandbox

REPOSITORY = "acme/shop"


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, as somebody and without anybody's settings."""
    who = {f"GIT_{role}_{what}": "tester@localhost" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    clean = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    environment = (
        clean | who | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    )
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=False, capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def write(folder: Path, files: dict[str, str | None], message: str) -> str:
    """Commit files (None deletes one); returns the commit's SHA."""
    for name, text in files.items():
        path = folder / name
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def make_source(folder: Path) -> Path:
    """A repository with one commit on main and one more on the branch change."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    write(folder, {"app.py": "def main():\n    return 1\n", "docs/readme.md": "# Shop\n"}, "First")
    git(folder, "tag", "v1.0.0")
    git(folder, "checkout", "--quiet", "-b", "change")
    write(folder, {"app.py": "def main():\n    return 2\n\n\nx = main()\n", "new.txt": "new\n"}, "Change the answer")
    git(folder, "checkout", "--quiet", "main")
    return folder


def app_jwt(sandbox: Sandbox, **changes: Any) -> str:
    """A JWT of the App as a real App makes it; `changes` replaces claims."""
    now = int(time.time())
    claims = {"iat": now - 30, "exp": now + 500, "iss": str(sandbox.app_id)} | changes
    return jwt.encode(claims, sandbox.private_key, algorithm="RS256")


def app_client(sandbox: Sandbox) -> httpx.Client:
    """The REST API as the App itself."""
    return _client(sandbox, app_jwt(sandbox))


def token_of(sandbox: Sandbox, **narrowing: Any) -> dict[str, Any]:
    """A new installation token as GitHub answers it."""
    with app_client(sandbox) as client:
        answer = client.post(f"/app/installations/{sandbox.installation_id}/access_tokens", json=narrowing)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def client_of(sandbox: Sandbox, **narrowing: Any) -> httpx.Client:
    """The REST API with a new installation token."""
    return _client(sandbox, token_of(sandbox, **narrowing)["token"])


def _client(sandbox: Sandbox, credential: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {credential}", "Accept": "application/vnd.github+json", "User-Agent": "tests"}
    return httpx.Client(base_url=sandbox.api_url, headers=headers, trust_env=False)


@dataclass
class Receiver:
    """An HTTP server that keeps every webhook and answers with `status`."""

    status: int = 202
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def __enter__(self) -> "Receiver":
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhooks/github"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def events(self) -> list[str]:
        return [headers["x-github-event"] for headers, _ in self.seen]
