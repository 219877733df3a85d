"""One run: a GitHub, the App in one of its set-ups, developers, faults, a vandal, and the wait for rest."""

import json
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
from app_processes import Installation, eventually
from history import History, Push
from recording import Outage, Recording, record
from servers import Postgres, Valkey
from vandal import Init, Mood, Vandal, Victim
from victims import Door, Queue

from app.jobs.recurring import CATCH_UP
from app.sandbox.sandbox import Sandbox
from app.sandbox.state import Fault
from app.sandbox.webhooks import Unruly

LEASE_SECONDS = 4.0
SETTINGS = {"LEASE_SECONDS": f"{LEASE_SECONDS:.0f}", "SETTLE_SECONDS": "1"}
LIST_LAG_SECONDS = 0.5
# The longest pause between two tries is a minute; whoever is told to wait longer has given up.
LONGEST_PAUSE = 61.0
MANY = 10**9
WHOLE, HALVES = ("serve",), ("web1", "web2", "worker1", "worker2")
ZOMBIE = (LEASE_SECONDS * 1.2, LEASE_SECONDS * 1.8)
_WORK = "('pull', 'branch', 'merge_group', 'issues')"


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad it is: the moods of the vandal towards each kind of victim, and the shares of faults of GitHub's."""

    doors: Mood
    queue: Mood
    database: Mood
    faults: float
    unruly: Unruly


STORM = Weather(
    doors=Mood(between=(3.0, 9.0), short=(0.1, 1.0), long=ZOMBIE),
    queue=Mood(between=(1.5, 4.0), short=(0.1, 1.0), long=(3.0, 6.0)),
    database=Mood(between=(5.0, 12.0), short=(0.2, 2.0), long=ZOMBIE),
    faults=1.0,
    unruly=Unruly(lost=0.1, doubled=0.2, late=1.5),
)


def github_faults(share: float) -> list[Fault]:
    """Some that come for certain, then every kind for ever; share multiplies how often."""
    certain = [
        Fault("POST /repos/*/check-runs", 0, after_apply=True, left=3),
        Fault("POST /repos/*/check-runs", 502, after_apply=True, left=2),
        Fault("PATCH /repos/*/check-runs", 0, after_apply=True, left=2),
        Fault("POST /repos/*/issues", 0, after_apply=True, left=2),
        Fault("GET /repos/*/pulls", 429, left=1, retry_after=2.0),
    ]
    limits = [
        Fault(match, status, left=MANY, chance=0.03 * share, retry_after=seconds)
        for match, status, seconds in ((" /repos", 429, 2.0), (" /repos", 403, 3.0), (" /app/", 403, 2.0))
    ]
    after = [
        Fault(f"{method} /repos/", status, after_apply=True, left=MANY, chance=0.12 * share)
        for method in ("POST", "PATCH")
        for status in (0, 502)
    ]
    before = [
        Fault(" ", status, left=MANY, chance=chance * share)
        for status, chance in ((0, 0.04), (500, 0.02), (502, 0.04), (503, 0.02))
    ]
    return [*certain, *limits, *after, *before]


def fault_name(fault: Fault) -> tuple[str, str]:
    if fault.retry_after:
        return "GitHub", f"{fault.status} with Retry-After"
    what = str(fault.status) if fault.status else "connection closed"
    return "GitHub", f"{what} after the work was done" if fault.after_apply else what


class Run:
    """The App against a sandbox that has every commit of a history."""

    def __init__(
        self,
        sandbox: Sandbox,
        installation: Installation,
        history: History,
        init: Init,
        victims: Sequence[Victim],
    ) -> None:
        self.sandbox = sandbox
        self.installation = installation
        self.outages: list[Outage] = []
        self._faults: dict[int, tuple[Fault, int]] = {}
        self._done_to_it: Counter[tuple[str, str]] = Counter()
        self._history = history
        self._init = init
        self._victims = victims
        self._numbers: dict[tuple[str, int], int] = {}

    def begin(self) -> None:
        """The first commits are there, the App is running and has heard of the repositories."""
        self.installation.start()
        for name, folder in self._history.folders.items():
            self.sandbox.add_repository(name, folder).bare.fetch(folder, "+refs/chaos/*:refs/chaos/*")
        assert self.sandbox.settle()

    def push(self, push: Push) -> None:
        if not push.pull:
            self.sandbox.push(push.repository, "main", push.commit)
            return
        number = self._numbers.get((push.repository, push.pull))
        if number is None:
            number = self.sandbox.open_pull_request(push.repository, "main", push.commit, title=f"Change {push.pull}")
            self._numbers[push.repository, push.pull] = number
        else:
            self.sandbox.synchronize(push.repository, number, push.commit)

    def push_all(self, seconds: float, between: Callable[[], None]) -> None:
        """Every push at its share of the time; `between` is called before each."""
        begun = time.monotonic()
        for push in self._history.pushes:
            time.sleep(max(0.0, begun + push.at * seconds - time.monotonic()))
            between()
            self.push(push)

    def rest(self, seconds: float, *, hastened: bool) -> float:
        """Waits until all is done that is to be done, GitHub's log read included; gives the seconds it took.

        hastened: pauses between tries are cut short, as if a minute went by, once none is found that is longer.
        """
        begun, since = time.monotonic(), time.time()
        end = begun + seconds
        eventually(self._is_ready, "every process is ready", seconds, pause=0.2)
        assert self.sandbox.settle(seconds)
        while left := self._undone(since):
            assert time.monotonic() < end, f"not at rest after {seconds:.0f} seconds: {left[:10]}"
            if hastened:
                self._hasten()
            time.sleep(0.25)
        return time.monotonic() - begun

    def _is_ready(self) -> bool:
        with suppress(AssertionError, httpx.HTTPError):
            return all(process.is_alive and process.is_ready() for process in self.installation.processes.values())
        return False

    def _undone(self, since: float) -> list[tuple[object, ...]]:
        query = self.installation.query
        left = query(
            "SELECT 'delivery', guid, error, not_before FROM delivery WHERE state = 'received' UNION ALL "
            f"SELECT kind, name, error, not_before FROM target WHERE done < want AND kind IN {_WORK}"
        )
        # What nobody has asked for yet is spread over a longer time, but has not failed.
        overdue = [row for row in left if row[2] and float(row[3]) > time.time() + LONGEST_PAUSE]
        assert not overdue, f"put off for longer than any pause: {overdue}"
        ((detail,),) = query("SELECT detail FROM target WHERE kind = :kind", kind=CATCH_UP) or [("{}",)]
        looked = json.loads(detail).get("until", 0.0) > since
        return left if looked else [*left, (CATCH_UP, detail)]

    def _hasten(self) -> None:
        update = "UPDATE target SET not_before = 0 WHERE done < want AND not_before > :soon AND kind"
        self.installation.query(f"{update} IN {_WORK}", soon=time.time() + 3)
        self.installation.query(f"{update} = '{CATCH_UP}'", soon=time.time() + 3)

    def storm(self, seed: int, seconds: float, weather: Weather) -> None:
        """Every push while everything goes wrong at once; the faults that come for certain may come later, too."""
        world = self.sandbox.hub.world
        self._faults = {id(fault): (fault, fault.left) for fault in github_faults(weather.faults)}
        vandal = Vandal(seed, self._init)
        with world.lock:
            world.draws, world.list_lag = random.Random(seed), LIST_LAG_SECONDS
            world.faults[:] = [fault for fault, _ in self._faults.values()]
        self.sandbox.confuse_deliveries(weather.unruly)
        for victim in self._victims:
            is_database = isinstance(victim, Postgres)
            is_door = isinstance(victim, Door)
            vandal.torment(victim, weather.database if is_database else weather.doors if is_door else weather.queue)
        self.push_all(seconds, self.installation.turn)
        vandal.end()
        with world.lock:
            world.faults[:] = [fault for fault, given in self._faults.values() if given < MANY]
        self.sandbox.confuse_deliveries(None)
        # The rate gate is told through the database: without a queue, nobody hears of it later.
        self.outages += [outage for outage in vandal.outages if outage.name not in (Queue.name, Valkey.name)]
        self._done_to_it += vandal.counts

    def counts(self) -> Counter[tuple[str, str]]:
        """What went wrong so far, and how often."""
        counted = self._done_to_it.copy()
        for fault, given in self._faults.values():
            counted[fault_name(fault)] += given - fault.left
        return +counted


@contextmanager
def running(history: History, folder: Path, names: tuple[str, ...] = WHOLE) -> Iterator[Run]:
    """A run that has begun; `serve` brings its own queue, the halves get servers that nobody else uses."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(folder / "github"))
        sandbox.hub.world.requests = deque()
        # What would be hours of GitHub's is done in minutes.
        sandbox.hub.hourly = MANY
        servers: list[Postgres | Valkey] = []
        settings = dict(SETTINGS)
        if names != WHOLE:
            servers = [Postgres(), Valkey(folder)]
            settings |= {"DATABASE_URL": servers[0].url, "REDIS_URL": servers[1].url}
        for server in servers:
            stack.callback(server.end)
            server.start()
        installation = Installation(sandbox, folder / "app", names, **settings)
        stack.callback(installation.end)
        if isinstance(servers and servers[0], Postgres):
            servers[0].wait()
            done = installation.command("db", "upgrade")
            assert done.returncode == 0, done.stderr
        doors = [Door(process) for process in installation.processes.values()]
        queues = [] if servers else [Queue(installation.processes["serve"])]
        init = Init([*doors, *servers])
        run = Run(sandbox, installation, history, init, [*doors, *servers, *queues])
        run.begin()
        stack.callback(init.end)
        init.start()
        yield run


def calm(history: History, folder: Path, seconds: float = 120) -> Recording:
    """What GitHub sees of an App that nobody disturbs and that is only told of the newest heads."""
    newest = history.newest()
    with running(history, folder) as run:
        for push in history.pushes:
            if newest[push.repository, push.pull] == push.commit:
                run.push(push)
        run.rest(seconds, hastened=True)
        return record(run.sandbox)
