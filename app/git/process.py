"""The one way git is run: no hooks, no filters, no system or user configuration, no surprises."""

import os
import re
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from app.git.errors import GitError

MIB = 1024 * 1024
STDERR_LIMIT = 64 * 1024
MEMORY_LIMIT = 2048 * MIB
_CHUNK = 256 * 1024

_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.askPass=",
    "core.sshCommand=false",
    "core.quotePath=true",
    # Packs are mapped in small pieces, because evaluations run under a memory limit.
    "core.packedGitWindowSize=32m",
    "core.packedGitLimit=256m",
    "credential.helper=",
    "diff.external=",
    "diff.renames=true",
    "diff.ignoreSubmodules=none",
    "diff.noprefix=false",
    "diff.mnemonicPrefix=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
    "protocol.ext.allow=never",
    "protocol.file.allow=never",
    "uploadpack.packObjectsHook=",
    # Nothing here runs code of the repository, so its owner does not matter; containers check out as other users.
    "safe.directory=*",
)

# What a network may need; everything else of our environment stays here.
_PASSED_ON = (
    "PATH",
    "TMPDIR",
    "HTTPS_PROXY",
    "https_proxy",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
)

_ENVIRONMENT = {
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
    "SSH_ASKPASS": "",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_PAGER": "cat",
    "GIT_FLUSH": "1",
}

_SECRETS = re.compile(r"(?i)(authorization: *\w+ +)\S+|(://)[^/@\s]+@|\bgh[a-z]_[A-Za-z0-9._-]{8,}")


def redact(text: str, *secrets: str) -> str:
    """The text without credentials, for messages; control characters become spaces."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    text = _SECRETS.sub(lambda found: f"{found[1] or found[2] or ''}***", text)
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


@dataclass(frozen=True, slots=True)
class Git:
    """How to run git in one repository, in `directory`; `environment` and `config` are added to the hardened ones.

    config holds pairs that may be secret: they travel in the environment, never in the argument list.
    """

    git_dir: Path | None = None
    work_tree: Path | None = None
    directory: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)

    def with_environment(self, **values: str) -> "Git":
        return replace(self, environment={**self.environment, **values})

    def command(self, *arguments: str) -> list[str]:
        options = [part for pair in _CONFIG for part in ("-c", pair)]
        if self.git_dir is not None:
            options.append(f"--git-dir={self.git_dir}")
        if self.work_tree is not None:
            options.append(f"--work-tree={self.work_tree}")
        return ["git", "--no-pager", *options, *arguments]

    def variables(self) -> dict[str, str]:
        passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        pairs = {"GIT_CONFIG_COUNT": str(len(self.config))}
        for number, (key, value) in enumerate(self.config.items()):
            pairs |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return {**passed, **_ENVIRONMENT, **pairs, **self.environment}

    def start(
        self, *arguments: str, stdin: IO[bytes] | int, stderr: IO[bytes] | int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """A running git in its own process group, with at most 2 GiB of memory; the caller ends it."""
        try:
            process = subprocess.Popen(
                self.command(*arguments),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=self.directory or self.git_dir or "/",
                env=self.variables(),
                start_new_session=True,
            )
        except FileNotFoundError as error:
            raise _not_started(error, self.git_dir) from None
        except OSError as error:
            raise GitError(f"git could not be started: {error.strerror}") from None
        if "fetch" not in arguments:
            _limit_memory(process.pid)
        return process

    def stream(
        self, *arguments: str, stdin: bytes = b"", timeout: float = 120, limit: int = 256 * MIB
    ) -> Iterator[bytes]:
        """Git's output in pieces; raises `GitError` on a bad exit, after `timeout` seconds, above `limit` bytes."""
        with _given(stdin) as source, tempfile.TemporaryFile() as complaints:
            process = self.start(*arguments, stdin=source, stderr=complaints)
            try:
                yield from _read(process, arguments[0], time.monotonic() + timeout, limit)
                status = process.wait()
            finally:
                end(process)
            if status:
                complaints.seek(0)
                text = complaints.read(STDERR_LIMIT).decode(errors="replace")
                raise self.failure(arguments[0], status, text)

    def run(self, *arguments: str, stdin: bytes = b"", timeout: float = 120, limit: int = 256 * MIB) -> bytes:
        """Git's whole output; see `stream` for the errors."""
        return b"".join(self.stream(*arguments, stdin=stdin, timeout=timeout, limit=limit))

    def _secrets(self) -> list[str]:
        headers = [value for key, value in self.config.items() if key.endswith(".extraHeader")]
        return [*headers, *(header.rpartition(" ")[2] for header in headers)]

    def failure(self, command: str, status: int, text: str) -> GitError:
        lines = [line.strip() for line in redact(text, *self._secrets()).splitlines() if line.strip()]
        said = "; ".join(lines[-3:])[:600] or f"exit status {status}"
        return GitError(f"git {command} failed: {said}")


@contextmanager
def _given(content: bytes) -> Iterator[IO[bytes] | int]:
    """Something to read from that never makes git wait for us."""
    if not content:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as source:
        source.write(content)
        source.seek(0)
        yield source


def _limit_memory(pid: int) -> None:
    """Git collects a whole comparison before it prints: small nested trees can describe one of any size.

    Where the system cannot limit another process, time alone limits it.
    """
    if sys.platform == "linux":
        with suppress(OSError):
            soft, hard = resource.prlimit(pid, resource.RLIMIT_AS)
            limits = [MEMORY_LIMIT, *(limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)]
            resource.prlimit(pid, resource.RLIMIT_AS, (min(limits), hard))


def _not_started(error: FileNotFoundError, git_dir: Path | None) -> GitError:
    if git_dir is not None and not git_dir.exists():
        return GitError("there is no git repository here", where=str(git_dir))
    return GitError(f"git could not be started: {error.strerror}", mend="Install git and put it on PATH.")


def _read(process: subprocess.Popen[bytes], name: str, deadline: float, limit: int) -> Iterator[bytes]:
    assert process.stdout is not None
    total = 0
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise GitError(f"git {name} took too long")
            piece = os.read(process.stdout.fileno(), _CHUNK)
            if not piece:
                return
            total += len(piece)
            if total > limit:
                raise GitError(f"git {name} gave more than {limit // MIB} MiB")
            yield piece


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a git process and its children, and reap it."""
    with suppress(ProcessLookupError):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None and not pipe.closed:
            with suppress(BrokenPipeError):
                pipe.close()
