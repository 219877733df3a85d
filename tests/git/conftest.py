"""Fixtures: a repository, a server, and a repository that the server gives."""

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from git_world import GitServer, Published, Repo, handler, make_repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return make_repo(tmp_path / "repo")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    described = GitServer(tmp_path / "served")
    described.root.mkdir()
    http = ThreadingHTTPServer(("127.0.0.1", 0), handler(described))
    described.port = http.server_address[1]
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield described
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def published(repo: Repo, server: GitServer) -> Published:
    bare = server.root / "acme.git"
    bare.mkdir()
    Repo(bare).git("init", "--quiet", "--bare", "--initial-branch=main")
    Repo(bare).git("config", "uploadpack.allowFilter", "true")
    return Published(repo, bare, server.url("acme.git"))
