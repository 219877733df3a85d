"""The migrations detector: the migrations of a change judged against the schema and the versions they meet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from app.readiness.detectors.detector import Trees
from app.readiness.detectors.migrations.places import is_named_migration, may_hold_migrations
from app.readiness.evidence import Evidence
from app.readiness.lazy import lazily
from app.readiness.result import RuleResult
from app.readiness.snapshot import Snapshot
from app.readiness.status import Status

# Grammars and judges of ten frameworks: only a change of migrations needs them.
whole_change = cast(Any, lazily("app.readiness.detectors.migrations.whole_change"))


@dataclass(frozen=True, slots=True)
class MigrationsDetector:
    """Judges a change as a whole, because a migration means nothing without the ones before it."""

    name: str = "migrations"
    version: str = "1"

    def wants(self, path: str, size: int) -> bool:
        """Whether the blob may be read."""
        return may_hold_migrations(path)

    def judge_trees(self, rule: str, trees: Trees, values: Mapping[str, Any]) -> RuleResult:
        """Without a change: whether there are migrations to judge at all. With one: what its migrations endanger."""
        touched = trees.change.files.values() if trees.change is not None else ()
        is_touched = any(may_hold_migrations(one.path) or may_hold_migrations(one.old_path) for one in touched)
        found = cast(RuleResult | None, whole_change.judge_change(rule, trees, values)) if is_touched else None
        return found or _audit(rule, trees.head)


def _audit(rule: str, head: Snapshot) -> RuleResult:
    """Migrations that ran are no danger any more: an audit says only where they are and that changes are judged."""
    found = [path for path, entry in head.entries.items() if entry.kind.is_readable and is_named_migration(path)]
    if not found:
        return RuleResult(rule, Status.NOT_APPLICABLE, missing_evidence="No migrations were found.")
    folders = {path.rpartition("/")[0] for path in found}
    words = (
        f"{_counted(len(found), 'file')} of migrations in {_counted(len(folders), 'folder')}; every change is judged"
    )
    return RuleResult(rule, Status.IMPLEMENTED, evidence=(Evidence(found[-1], 1, words),))


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
