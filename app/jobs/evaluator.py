"""The evaluation process: reads requests as lines of JSON, answers with policies and verdicts."""

import ctypes
import gc
import json
import os
import resource
import signal
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.errors import ReadygateError
from app.git.open_mirror import OpenMirrors
from app.git.scan_cache import ScanCache
from app.jobs.examine import examine_mirror, missing_blobs
from app.jobs.layers import choose_layers
from app.readiness.catalogue import Catalogue, builtin_catalogue
from app.readiness.conceal import conceal
from app.readiness.earlier import Earlier
from app.readiness.policy import Layer
from app.readiness.reports.check_run import render_check_run
from app.readiness.verdict import PolicyNote, to_json

REMEMBERED = 50_000
"""Files of all repositories together that are kept in memory, of about 1.5 kB each; and repositories at most."""
REPOSITORIES = 8

MIRRORS = OpenMirrors()
"""Open as long as this process lives."""

EARLIER: OrderedDict[tuple[str, str], Earlier] = OrderedDict()
"""What was asked of the repositories judged last, by their mirror and cache."""


@cache
def catalogue() -> Catalogue:
    """Loaded once; it lasts as long as the process, so the collector of garbage is told to leave it alone.

    Looking for garbage every 700 objects was a fifth of a warm evaluation.
    """
    loaded = builtin_catalogue()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    return loaded


def choose_policy(request: Mapping[str, Any]) -> dict[str, Any]:
    """The layers that will judge, the last known good in place of broken ones."""
    layers = [Layer(**layer) for layer in request["layers"]]
    good = [Layer(**layer) for layer in request["known_good"]]
    chosen = choose_layers(layers, good, catalogue())
    return {
        "digest": chosen.policy.digest,
        "layers": [asdict(layer) for layer in chosen.layers],
        # These two are stored, and a policy is a text as any other.
        "sound": [asdict(layer) | {"text": conceal(layer.text)} for layer in chosen.sound],
        "notes": list(chosen.notes),
        "issues": json.loads(conceal(json.dumps(asdict(chosen.policy.issues)))),
    }


def judge(request: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict of one commit and its check run."""
    layers = [Layer(**layer) for layer in request["layers"]]
    place = (request["git_dir"], request["scan_cache"])
    earlier = EARLIER.pop(place, None) or Earlier()
    verdict, change = examine_mirror(
        MIRRORS.get(Path(request["git_dir"])),
        head=request["head"],
        base=request["base"],
        head_sha=request["head_sha"],
        base_sha=request["base_sha"],
        layers=layers,
        catalogue=catalogue(),
        repository=request["repository"],
        secret_key=bytes.fromhex(request["secret_key"]),
        today=date.fromisoformat(request["today"]),
        policy_note=PolicyNote(notes=tuple(request["notes"])),
        cache=ScanCache(Path(request["scan_cache"]), request["git_dir"]),
        earlier=earlier,
    )
    EARLIER[place] = earlier
    while len(EARLIER) > REPOSITORIES or sum(one.files for one in EARLIER.values()) > REMEMBERED:
        EARLIER.popitem(last=False)
    output = render_check_run(verdict, change=change, base_ref=conceal(request["base_ref"]) or None)
    return {"verdict": to_json(verdict), "check": asdict(output)}


def survey(request: Mapping[str, Any]) -> dict[str, Any]:
    """What `head` is compared with, "" for nothing, and the blobs to fetch before `judge` can be asked.

    Asked of the process that will judge, which remembers how the repository looked the last time. `base` names the
    merge base; where it is not known, it is looked for between `head` and `against`, and commits without common
    history are compared with `against` itself.
    """
    mirror = MIRRORS.get(Path(request["git_dir"]))
    head, base, against = request["head"], request.get("base"), request.get("against")
    if against and not base:
        base = mirror.merge_base(against, head) or against
    return {"base": base or "", "blobs": missing_blobs(mirror, head, base, request["policy"])}


def hide(request: Mapping[str, Any]) -> dict[str, Any]:
    """A text without secrets: here is who knows them."""
    return {"text": conceal(request["text"])}


OPERATIONS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "policy": choose_policy,
    "survey": survey,
    "judge": judge,
    "conceal": hide,
}


def answer(line: str) -> dict[str, Any]:
    request = json.loads(line)
    try:
        return OPERATIONS[request["operation"]](request)
    except ReadygateError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "the evaluation ran out of memory"}
    except Exception as error:
        # The text of an unforeseen error may hold repository content, so only its type leaves this process.
        return {"error": f"the evaluation failed with {type(error).__name__} at {_place(error)}"}


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "an unknown place"


def main() -> None:
    """Answers until standard input ends."""
    limit, parent = int(sys.argv[1]) * 1024 * 1024, int(sys.argv[2])
    # Ctrl-C and service managers signal the whole group: the parent drains, and a child that ended would be a failure.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if sys.platform == "linux":  # macOS has neither
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        _die_with(parent)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(line)) + "\n")
        sys.stdout.flush()


def _die_with(parent: int) -> None:
    """Nobody is left to stop an evaluation that outlives its parent."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, int(signal.SIGKILL))
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main()
