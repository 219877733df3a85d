"""The policy that judges: organisation and repository layers from the base side, the last known good of each."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.jobs.fetch import Commits
from app.jobs.org_policy import OrgPolicy, read_org_policy
from app.jobs.subject import Subject, known_repository
from app.jobs.world import World
from app.readiness.policy import Layer
from app.store import verdicts
from app.store.tables import KnownGood, Repository


@dataclass(frozen=True, slots=True)
class Steering:
    """The layers that judge, their digest, what the reader must know about them, and the issue settings as JSON."""

    digest: str
    layers: tuple[Layer, ...]
    notes: tuple[str, ...]
    issues: Mapping[str, Any]


async def read_steering(world: World, subject: Subject, commits: Commits) -> Steering:
    row = await known_repository(world, subject.repository.id)
    org = await read_org_policy(world, row)
    known_good = await _known_good(world, row, org)
    layers = [layer for layer in (org.layer, commits.policy) if layer]
    if org.is_unreadable:
        layers = [layer for layer in known_good if layer.name == "org"] + layers
    own_note = ""
    if commits.policy_note:
        good = [layer for layer in known_good if layer.name == "repository"]
        layers += good
        judge = f"its last good version ({good[0].commit[:7]}) judges" if good else "it takes no part"
        own_note = f"{commits.policy_note}, {judge}"
    answer = await world.evaluations.ask(
        "policy", layers=[asdict(layer) for layer in layers], known_good=[asdict(layer) for layer in known_good]
    )
    sound = [Layer(**layer) for layer in answer["sound"]]
    await _remember(world, sound, row, org, is_default=_is_default(row, subject))
    notes = (*filter(None, (org.note, own_note)), *answer["notes"])
    return Steering(answer["digest"], tuple(Layer(**layer) for layer in answer["layers"]), notes, answer["issues"])


async def _known_good(world: World, row: Repository, org: OrgPolicy) -> list[Layer]:
    async with world.database.transaction() as connection:
        rows = [
            await verdicts.last_good(connection, org.repository_id, "org"),
            await verdicts.last_good(connection, row.id, "repository"),
        ]
    return [Layer(good.layer, good.path, good.text, good.commit) for good in rows if good]


async def _remember(world: World, sound: Sequence[Layer], row: Repository, org: OrgPolicy, *, is_default: bool) -> None:
    """Only what a default branch holds may become a last known good text."""
    async with world.database.transaction() as connection:
        for layer in sound:
            if layer.name != "org" and not is_default:
                continue
            good = KnownGood(
                repository_id=org.repository_id if layer.name == "org" else row.id,
                layer=layer.name,
                path=layer.path,
                commit=layer.commit,
                text=layer.text,
            )
            await verdicts.remember_good(connection, good)


def _is_default(row: Repository, subject: Subject) -> bool:
    return subject.kind == "branch" or subject.base_ref == row.default_branch
