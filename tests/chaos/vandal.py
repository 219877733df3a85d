"""Kills and pauses processes at moments drawn from a seed, and an init system that starts again whatever is down."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from recording import Outage


class Victim(Protocol):
    """Something that can be killed or paused from outside; kill and pause say whether there was anything to hit."""

    name: str

    @property
    def is_alive(self) -> bool: ...
    def start(self) -> None: ...
    def kill(self) -> bool: ...
    def pause(self) -> bool: ...
    def resume(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Mood:
    """How hard life is for one victim: seconds between two acts, what they are, and how long they last.

    kills, shorts and longs are weights. A long pause outlasts a lease, so that who wakes up is a zombie; `down` is how
    long a killed victim stays away.
    """

    between: tuple[float, float]
    short: tuple[float, float]
    long: tuple[float, float]
    down: tuple[float, float] = (0.0, 1.0)
    kills: float = 6
    shorts: float = 2
    longs: float = 2


class Init:
    """Starts what is down, all from one thread: the kernel ends a child when the thread that started it ends."""

    def __init__(self, victims: Iterable[Victim]) -> None:
        self._victims = tuple(victims)
        self._away: set[str] = set()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="init", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def leave(self, victim: Victim, *, down: bool) -> None:
        """Whether it shall stay down for now."""
        (self._away.add if down else self._away.discard)(victim.name)

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(0.05):
            for victim in self._victims:
                if victim.name not in self._away and not victim.is_alive:
                    victim.start()


class Vandal:
    """One thread a victim, so that several are down at a time; every draw comes from the seed."""

    def __init__(self, seed: int, init: Init) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.outages: list[Outage] = []
        self._seed = seed
        self._init = init
        self._threads: list[threading.Thread] = []
        self._ended = threading.Event()

    def torment(self, victim: Victim, mood: Mood) -> None:
        draws = random.Random(f"{self._seed}:{victim.name}")
        thread = threading.Thread(target=self._torment, args=(victim, mood, draws), name=f"vandal-{victim.name}")
        self._threads.append(thread)
        thread.start()

    def end(self) -> None:
        """No more of it; nothing is paused and nothing is kept down when this returns."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _torment(self, victim: Victim, mood: Mood, draws: random.Random) -> None:
        # Nobody gets away without a death and a long sleep, however the draws fall.
        first = ["kill", "long"]
        while not self._ended.wait(draws.uniform(*mood.between)):
            drawn = draws.choices(("kill", "short", "long"), (mood.kills, mood.shorts, mood.longs))[0]
            act = first[0] if first else drawn
            hit = self._kill(victim, mood, draws) if act == "kill" else self._pause(victim, mood, draws, act)
            if first and hit:
                first.pop(0)

    def _pause(self, victim: Victim, mood: Mood, draws: random.Random, act: str) -> bool:
        seconds = draws.uniform(*(mood.long if act == "long" else mood.short))
        since = time.time()
        if not victim.pause():
            return False
        self.counts[victim.name, "paused beyond the lease" if act == "long" else "paused"] += 1
        self._ended.wait(seconds)
        victim.resume()
        self.outages.append(Outage(victim.name, since, time.time()))
        return True

    def _kill(self, victim: Victim, mood: Mood, draws: random.Random) -> bool:
        seconds = draws.uniform(*mood.down)
        since = time.time()
        self._init.leave(victim, down=True)
        hit = victim.kill()
        if hit:
            self.counts[victim.name, "killed"] += 1
            self._ended.wait(seconds)
            self.outages.append(Outage(victim.name, since, time.time()))
        self._init.leave(victim, down=False)
        return hit
