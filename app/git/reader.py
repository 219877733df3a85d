"""Objects of one repository read through a git that stays open: contents, trees, parents, sizes."""

import os
import selectors
import subprocess
from collections.abc import Iterable, Iterator
from itertools import islice

from app.git.errors import GitError
from app.git.process import MIB, Git, end

READ_LIMIT = 100 * MIB
SILENCE_SECONDS = 10.0
LEAST_SILENCE_SECONDS = 0.2
UNKNOWN_SIZE = -1
_CHUNK = 256 * 1024
_LINE_LIMIT = 200
# What is asked at once must fit into a pipe, or both sides wait for each other: 64 KiB on Linux, 16 on macOS.
_ASKED_AT_ONCE = 100
_TAGS_DEEP = 5
_SMALL = 16 * 1024
_KEPT = 1_000


class ObjectReader:
    """Up to two gits that stay open until `close`; not safe for several threads at once."""

    def __init__(self, git: Git) -> None:
        self._small: dict[str, tuple[str, bytes]] = {}
        self._contents = _Conversation(git, "--batch")
        self._checks = _Conversation(git, "--batch-check")

    def read(self, blob: str) -> bytes:
        """The bytes of a blob; raises `GitError` when it is absent, no blob, or over 100 MiB."""
        kind, content = self.read_object(blob)
        if kind != "blob":
            raise GitError(f"the object {blob} is a {kind}, not a file")
        return content

    def read_object(self, sha: str) -> tuple[str, bytes]:
        """Kind and bytes of any object; raises `GitError` when it is absent or over 100 MiB."""
        if sha in self._small:
            return self._small[sha]
        kind, size = next(self._contents.ask([sha]))
        if not kind:
            raise GitError(f"the object {sha} is not in this repository", mend="A partial clone may lack it: fetch it.")
        if size > READ_LIMIT:
            self._contents.close()
            raise GitError(f"the object {sha} is over {READ_LIMIT // MIB} MiB")
        content = self._contents.take(sha, size)
        if kind != "blob" and size <= _SMALL:
            # Commits and folders near each other are asked for again and again.
            if len(self._small) >= _KEPT:
                self._small.clear()
            self._small[sha] = kind, content
        return kind, content

    def sizes(self, shas: Iterable[str]) -> dict[str, int]:
        """Sizes in bytes by object id; -1 for objects that are not here (nothing is fetched for them)."""
        wanted = list(dict.fromkeys(shas))
        return {sha: size for sha, (_, size) in zip(wanted, self._checks.ask(wanted), strict=True)}

    def kinds(self, shas: Iterable[str]) -> dict[str, str]:
        """`commit`, `tree`, `blob` or `tag` by object id; "" for objects that are not here."""
        wanted = list(dict.fromkeys(shas))
        return {sha: kind for sha, (kind, _) in zip(wanted, self._checks.ask(wanted), strict=True)}

    def tree_of(self, treeish: str) -> str:
        """The tree of a commit, tag or tree id; raises `GitError` when there is none here."""
        sha = treeish
        for _ in range(_TAGS_DEEP):
            kind, content = self.read_object(sha)
            if kind == "tree":
                return sha
            if kind == "blob":
                break
            sha = _headers(content, b"tree" if kind == "commit" else b"object")[0]
        raise GitError(f"{treeish} is no commit")

    def parents_of(self, commit: str) -> list[str]:
        kind, content = self.read_object(commit)
        if kind != "commit":
            raise GitError(f"{commit} is no commit")
        return _headers(content, b"parent", needed=False)

    def close(self) -> None:
        self._contents.close()
        self._checks.close()


def _headers(content: bytes, name: bytes, *, needed: bool = True) -> list[str]:
    head, _, _ = content.partition(b"\n\n")
    found = [line[len(name) + 1 :].decode() for line in head.split(b"\n") if line.startswith(name + b" ")]
    if needed and not found:
        raise GitError(f"a commit or tag has no {name.decode()}")
    return found


class _Conversation:
    """One `git cat-file` that is asked in lines."""

    def __init__(self, git: Git, mode: str) -> None:
        self._git = git
        self._mode = mode
        self._process: subprocess.Popen[bytes] | None = None
        self._selector: selectors.BaseSelector
        self._ahead = b""
        self._patience = SILENCE_SECONDS

    def ask(self, shas: list[str]) -> Iterator[tuple[str, int]]:
        """Kind and size of each object in order, ("", -1) where there is none; raises `GitError`."""
        wrong = next((sha for sha in shas if not sha.isalnum()), None)
        if wrong is not None:
            raise GitError(f"`{wrong!r}` is no object id")
        left = iter(shas)
        while portion := list(islice(left, _ASKED_AT_ONCE)):
            self._send(portion)
            for sha in portion:
                yield self._answer(sha)

    def _send(self, shas: list[str]) -> None:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = self._git.start("cat-file", self._mode, stdin=subprocess.PIPE)
            assert self._process.stdout is not None
            self._selector = selectors.DefaultSelector()
            self._selector.register(self._process.stdout, selectors.EVENT_READ)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write("".join(f"{sha}\n" for sha in shas).encode())
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise self._failed(shas[0], error) from None

    def _answer(self, sha: str) -> tuple[str, int]:
        """Id, kind and size, or `<id> missing`."""
        try:
            words = self._line().split()
        except (OSError, ValueError) as error:
            raise self._failed(sha, error) from None
        if not words:
            self.close()
        match words:
            case [_, kind, size] if size.isdigit():
                return kind.decode(), int(size)
            case _:
                return "", UNKNOWN_SIZE

    def take(self, sha: str, size: int) -> bytes:
        """The content that follows an answer."""
        try:
            return self._take(size + 1)[:-1]
        except (OSError, ValueError) as error:
            raise self._failed(sha, error) from None

    def _failed(self, sha: str, error: Exception) -> GitError:
        self.close()
        return GitError(f"git could not read the object {sha}: {error}")

    def _line(self) -> bytes:
        """The next line, empty when git has ended."""
        while b"\n" not in self._ahead and len(self._ahead) < _LINE_LIMIT and (piece := self._piece()):
            self._ahead += piece
        line, _, self._ahead = self._ahead.partition(b"\n")
        return line

    def _take(self, size: int) -> bytes:
        parts = [self._ahead]
        left = size - len(self._ahead)
        while left > 0:
            piece = self._piece()
            if not piece:
                raise ValueError("git stopped in the middle")
            parts.append(piece)
            left -= len(piece)
        whole = b"".join(parts)
        self._ahead = whole[size:]
        return whole[:size]

    def _piece(self) -> bytes:
        """What git says next, with an end to the waiting: on a damaged object git can fall silent for ever."""
        assert self._process is not None
        assert self._process.stdout is not None
        if not self._selector.select(self._patience):
            # Where one object is damaged others may be: each further one is waited for half as long.
            self._patience = max(self._patience / 2, LEAST_SILENCE_SECONDS)
            raise ValueError("git stopped answering")
        return os.read(self._process.stdout.fileno(), _CHUNK)

    def close(self) -> None:
        self._ahead = b""
        if self._process is not None:
            self._selector.close()
            end(self._process)
            self._process = None
