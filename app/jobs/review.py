"""Judging one commit: the straight line from a target to its finished check run."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import structlog

from app.errors import Unreadable
from app.github.checks import Annotation, Conclusion
from app.jobs.backoff import PATIENCE
from app.jobs.check_run import CheckRun, Output, attempt_id
from app.jobs.evaluation import EvaluationFailed
from app.jobs.fetch import Commits, fetch_commits, open_mirror
from app.jobs.lease import Lease
from app.jobs.metrics import REVIEW_SECONDS, REVIEWS
from app.jobs.steering import Steering, read_steering
from app.jobs.subject import Subject, find_subject, known_repository, reference
from app.jobs.world import World
from app.readiness.reports.escape import escape_prose
from app.readiness.verdict import Verdict, from_json, to_json
from app.store import repositories, runs, targets, verdicts
from app.store.tables import Run, VerdictRow

# A verdict that takes longer than this is announced as in progress.
QUIET_SECONDS = 2.0
log = structlog.get_logger("review")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One commit under one policy, compared with one merge base."""

    subject: Subject
    commits: Commits
    steering: Steering
    begun: float


async def review(world: World, lease: Lease) -> None:
    """The whole of it for one target; every step may be repeated after a crash."""
    begun = world.clock()
    subject = await find_subject(world, lease.held)
    if subject is None:
        await _close_runs(world, lease, "the end of the review", besides="")
        return
    attempt = await _prepare(world, lease, subject, begun)
    commits = attempt.commits
    run = await _intend(world, lease, subject, commits, attempt.steering.digest)
    check = CheckRun(world, lease, subject.repository, run)
    await _close_runs(world, lease, f"{commits.head[:7]}, attempt {lease.held.attempt}", besides=run.external_id)
    if check.is_done:
        REVIEWS.labels(kind=subject.kind, outcome="unchanged").inc()
        return
    verdict, output, conclusion = await _judge(world, attempt, check)
    # In this order: a finished check run is never judged again, so a verdict saved after it could be lost for good.
    await _save(world, lease, attempt, run, verdict)
    await check.finish(output, conclusion)
    await asyncio.to_thread(open_mirror(world, subject.repository.id).tidy)
    seconds = world.clock() - begun
    REVIEWS.labels(kind=subject.kind, outcome=conclusion).inc()
    REVIEW_SECONDS.labels(kind=subject.kind).observe(seconds)
    log.info("judged", conclusion=conclusion, seconds=round(seconds, 3))


async def _prepare(world: World, lease: Lease, subject: Subject, begun: float) -> Attempt:
    """What cannot be read for a long time is said on the commit, instead of leaving people waiting for a check."""
    try:
        commits = await fetch_commits(world, subject)
        structlog.contextvars.bind_contextvars(head=commits.head)
        return Attempt(subject, commits, await read_steering(world, subject, commits), begun)
    except (Unreadable, EvaluationFailed, OSError) as error:
        if lease.held.tries >= PATIENCE and subject.head_sha:
            await _say_unreadable(world, lease, subject, error)
        raise


async def _say_unreadable(
    world: World, lease: Lease, subject: Subject, error: Unreadable | EvaluationFailed | OSError
) -> None:
    reason = f"the worker's disk failed: {type(error).__name__}" if isinstance(error, OSError) else error.what
    nothing = Commits(Path(), subject.head_sha, "", "", "", None)
    check = CheckRun(
        world, lease, subject.repository, await _intend(world, lease, subject, nothing, digest="unreadable")
    )
    if not check.is_done:
        await check.finish(_incomplete(reason), "failure")


async def _intend(world: World, lease: Lease, subject: Subject, commits: Commits, digest: str) -> Run:
    """The run of this attempt: a new one when its run was superseded, because head, policy or base came back."""
    async with world.database.transaction() as connection:
        for returns in count():
            run = await runs.intend(connection, _intended(lease, subject, commits, digest, returns))
            if run.state != "superseded":
                await runs.replace_done(connection, run)
                return run
    raise AssertionError("counting never ends")


def _intended(lease: Lease, subject: Subject, commits: Commits, digest: str, returns: int) -> Run:
    repository_id = subject.repository.id
    external_id = attempt_id(
        repository_id=repository_id,
        head=commits.head,
        policy=digest,
        base=commits.merge_base,
        attempt=f"{lease.held.attempt}.{returns}" if returns else str(lease.held.attempt),
        subject=f"{subject.kind}:{subject.name}",
    )
    return Run(
        external_id=external_id,
        target_id=lease.held.id,
        repository_id=repository_id,
        head_sha=commits.head,
        policy=digest,
    )


async def _close_runs(world: World, lease: Lease, by: str, *, besides: str) -> None:
    """Attempts of this target that were left in progress end as superseded."""
    async with world.database.transaction() as connection:
        left = await runs.unfinished(connection, lease.held.id, besides)
    if not left:
        return
    repository = reference(await known_repository(world, lease.held.repository_id))
    for run in left:
        await CheckRun(world, lease, repository, run).supersede(by)


async def _judge(world: World, attempt: Attempt, check: CheckRun) -> tuple[Verdict | None, Output, Conclusion]:
    evaluation = asyncio.create_task(_evaluate(world, attempt))
    try:
        left = max(0.0, QUIET_SECONDS - (world.clock() - attempt.begun))
        done, _ = await asyncio.wait({evaluation}, timeout=left)
        if not done and not check.is_posted:
            await check.start()
        answer = await evaluation
    except EvaluationFailed as error:
        log.error("not judged", reason=error.what)
        return None, _incomplete(error.what), "failure"
    finally:
        evaluation.cancel()
    verdict = from_json(answer["verdict"])
    shown = answer["check"]
    annotations = tuple(Annotation(**annotation) for annotation in shown["annotations"])
    return verdict, Output(shown["title"], shown["summary"], shown["text"], annotations), verdict.conclusion.value


async def _evaluate(world: World, attempt: Attempt) -> Mapping[str, Any]:
    subject, commits, steering = attempt.subject, attempt.commits, attempt.steering
    async with world.database.transaction() as connection:
        installation = await repositories.installation(connection, subject.repository.installation_id)
    assert installation is not None
    return await world.evaluations.ask(
        "judge",
        git_dir=str(commits.git_dir),
        head=commits.head_tree,
        base=commits.base_tree or None,
        head_sha=commits.head,
        base_sha=commits.merge_base or None,
        base_ref=subject.base_ref,
        layers=[asdict(layer) for layer in steering.layers],
        notes=list(steering.notes),
        repository=f"{subject.repository.owner}/{subject.repository.name}",
        secret_key=installation.secret_key,
        today=datetime.fromtimestamp(world.clock(), UTC).date().isoformat(),
        scan_cache=str(world.scan_cache),
    )


def _incomplete(reason: str) -> Output:
    return Output(
        title="Incomplete: this commit could not be judged",
        summary=f"### Incomplete\n\n{escape_prose(reason)}. An incomplete evaluation is never a pass.\n\n"
        "Press *Judge again* to try once more; if it stays like this, tell the operator of this App.",
        text="",
    )


async def _save(world: World, lease: Lease, attempt: Attempt, run: Run, verdict: Verdict | None) -> None:
    if verdict is None:
        return
    subject = attempt.subject
    row = VerdictRow(
        repository_id=subject.repository.id,
        kind=subject.kind,
        name=subject.name,
        head_sha=run.head_sha,
        external_id=run.external_id,
        conclusion=verdict.conclusion.value,
        score=verdict.score,
        level=verdict.level,
        document=to_json(verdict),
        created_at=world.clock(),
    )
    async with world.database.transaction() as connection:
        await verdicts.save_verdict(connection, row)
        if subject.kind == "branch":
            await targets.bump(
                connection,
                repository_id=subject.repository.id,
                kind="issues",
                name=subject.name,
                detail={"issues": attempt.steering.issues},
                delivery=lease.held.delivery,
            )
