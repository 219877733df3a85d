"""Evaluation processes: repository content is judged in children that can be killed."""

import asyncio
import contextlib
import json
import os
import sys
from typing import Any

import structlog

from app.errors import ReadygateError

log = structlog.get_logger("evaluation")
# A verdict of ten thousand findings is about 8 MB of JSON.
MAX_ANSWER = 64 * 1024 * 1024


class EvaluationFailed(ReadygateError):
    """The evaluation crashed, ran out of memory or out of time: the verdict is incomplete, never a pass."""


class EvaluationPool:
    """Up to `size` children, each answering one request at a time; a child that fails is replaced."""

    def __init__(self, *, size: int, seconds: float, memory_mb: int) -> None:
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._free: asyncio.LifoQueue[Child | None] = asyncio.LifoQueue()
        self._children: set[Child] = set()
        for _ in range(size):
            self._free.put_nowait(None)

    async def ask(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """The child's answer; raises EvaluationFailed."""
        child = await self._free.get()
        try:
            if child is None or not child.is_alive:
                child = await self._start()
            return await asyncio.wait_for(child.ask({"operation": operation} | arguments), self._seconds)
        except BaseException as error:
            # A child that failed may be out of memory, dying, or about to give an answer nobody waits for.
            if child:
                child.kill()
                child = None
            if isinstance(error, TimeoutError):
                raise EvaluationFailed(f"the evaluation was stopped after {self._seconds:.0f} seconds") from None
            raise
        finally:
            self._free.put_nowait(child)

    async def close(self) -> None:
        for child in self._children:
            child.kill()
        await asyncio.gather(*(child.wait() for child in self._children))

    async def _start(self) -> "Child":
        self._children = {child for child in self._children if child.is_alive}
        child = Child(await _spawn(self._memory_mb))
        self._children.add(child)
        return child


class Child:
    """One evaluation process, spoken to in lines of JSON."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            await self._process.stdin.drain()
            line = await self._process.stdout.readline()
        except (OSError, ValueError) as error:
            raise EvaluationFailed(f"the evaluation process did not answer: {type(error).__name__}") from None
        if not line.endswith(b"\n"):
            code = await self._process.wait()
            raise EvaluationFailed(f"the evaluation process ended with status {code}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise EvaluationFailed(answer["error"])
        return answer

    def kill(self) -> None:
        # The child may have ended between the look and the signal.
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def wait(self) -> None:
        await self._process.communicate()


async def _spawn(memory_mb: int) -> asyncio.subprocess.Process:
    keep = ("PATH", "HOME", "LANG", "TMPDIR", "PYTHONPATH", "VIRTUAL_ENV", "SYSTEMROOT")
    environment = {name: os.environ[name] for name in keep if name in os.environ}
    return await asyncio.create_subprocess_exec(
        # -P: the folder this process was started in is no place to import from.
        *(sys.executable, "-P", "-m", "app.jobs.evaluator", str(memory_mb), str(os.getpid())),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=MAX_ANSWER,
        env=environment,
    )
