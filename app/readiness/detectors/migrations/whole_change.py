"""A change as a whole: its migrations judged against the schema, the versions and the history they meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.readiness.detectors.detector import Trees
from app.readiness.detectors.migrations.database import find_database
from app.readiness.detectors.migrations.history import in_order, schema_at
from app.readiness.detectors.migrations.judging.change import Database, judge_migrations
from app.readiness.detectors.migrations.merged import merged_migrations
from app.readiness.detectors.migrations.model import Kind, Migration
from app.readiness.detectors.migrations.parameters import Parameters, read_parameters
from app.readiness.detectors.migrations.places import is_schema_file, may_hold_migrations
from app.readiness.detectors.migrations.process import (
    Found,
    judge_edits,
    judge_heads,
    judge_reversal,
    judge_stages,
    judge_versions,
)
from app.readiness.detectors.migrations.reading import read_migrations
from app.readiness.detectors.migrations.telling import Telling, tell
from app.readiness.detectors.migrations.tree import Tree
from app.readiness.evidence import Evidence
from app.readiness.findings import Finding
from app.readiness.result import RuleResult
from app.readiness.snapshot import FileChange
from app.readiness.status import Severity, Status

_MOST_FILES = 20_000
_GONE = frozenset({"drop-column", "rename-column"})


def judge_change(rule: str, trees: Trees, values: Mapping[str, Any]) -> RuleResult | None:
    """What the migrations of the change endanger; None when it touches none."""
    if trees.change is None or trees.base is None:
        return None
    files = [one for one in trees.change.files.values() if _is_ours(one)]
    if not files:
        return None
    parameters = read_parameters(values, trees.deploy)
    change = _Change(Tree(trees.head), Tree(trees.base), Tree(trees.tip or trees.base), parameters)
    return change.judge(rule, files)


def _is_ours(change: FileChange) -> bool:
    """Not what says how the schema is: that follows from the migrations."""
    if is_schema_file(change.path):
        return False
    return may_hold_migrations(change.path) or may_hold_migrations(change.old_path)


@dataclass(slots=True)
class _Change:
    """One change: head, merge base, and the tip of the branch it goes to."""

    head: Tree
    base: Tree
    tip: Tree
    parameters: Parameters

    def judge(self, rule: str, files: Sequence[FileChange]) -> RuleResult | None:
        touched = [one.path for one in files if self.head.holds(one.path)]
        merged = self.base.candidates()
        database = find_database(self.parameters, self.head, [*merged[-40:], *touched])
        dialect = database.dialect
        added, edits = self._sort(files, database)
        earlier = [path for path in merged if path not in {one.old_path for one in files if one.status != "modified"}]
        judged = [one for one in added if not one.replaces and not (one.is_baseline and one.tool == "flyway")]
        ops = [op for one in judged for op in one.up]
        state = schema_at(self.base, earlier[-_MOST_FILES:], ops, dialect) if ops else None
        found: list[Found] = list(judge_migrations(state, in_order(judged), database)) if state is not None else []
        found += self._judge_process(added, edits, found)
        telling = Telling(rule, self.parameters, dialect, _assumption(database))
        findings = tell(telling, found, self.head.text)
        return _result(rule, findings, added, [*self.head.unread, *self.base.unread])

    def _sort(
        self, files: Sequence[FileChange], database: Database
    ) -> tuple[list[Migration], list[tuple[tuple[Migration, ...], tuple[Migration, ...]]]]:
        """Migrations that are new, and merged files that are not as they were."""
        added: list[Migration] = []
        edits = []
        for one in files:
            after = self._read(self.head, one.path, database)
            before = self._read(self.base, one.old_path, database) if one.status != "added" else ()
            known = {old.id for old in before}
            if not before:
                added += after
            elif len(before) > 1 or before[0].tool == "liquibase":
                added += [new for new in after if new.id not in known or new.repeatable]
            elif after and after[0].repeatable:
                added += after
            if before:
                edits.append((before, after))
        return added, edits

    def _read(self, tree: Tree, path: str, database: Database) -> tuple[Migration, ...]:
        content = tree.content(path) if may_hold_migrations(path) else None
        return read_migrations(path, content, database.dialect, tree.text) if content is not None else ()

    def _judge_process(
        self,
        added: Sequence[Migration],
        edits: Sequence[tuple[tuple[Migration, ...], tuple[Migration, ...]]],
        found: Sequence[Found],
    ) -> list[Found]:
        merged = list(merged_migrations(self.tip, added))
        dropped = [danger.op for _, danger in found if danger.hazard in _GONE]
        return [
            *judge_edits(edits),
            *judge_versions(added, merged),
            *judge_heads(added, merged),
            *judge_reversal(added, merged, self.head.text),
            *judge_stages(added, dropped),
        ]


def _assumption(database: Database) -> str:
    if database.version:
        return ""
    version = ".".join(str(part) for part in database.known_version[:2])
    who = "" if database.said else f"{database.dialect} "
    return f"(Judged for {who}{version if who else f'{database.dialect} {version}'}; the policy can name the version.)"


def _result(
    rule: str, findings: tuple[Finding, ...], added: Sequence[Migration], unread: Sequence[str]
) -> RuleResult | None:
    errors = [one for one in findings if one.severity is Severity.ERROR]
    if errors:
        evidence = tuple(
            Evidence(one.path, one.start_line, (one.hazard or "").replace("-", " ")) for one in errors[:20]
        )
        words = f"{len(errors)} unsafe operation{'s' if len(errors) > 1 else ''} in the migrations of this change."
        return RuleResult(rule, Status.MISSING, evidence=evidence, missing_evidence=words, findings=findings)
    if unread:
        return RuleResult(rule, Status.UNKNOWN, missing_evidence=f"`{unread[0]}` cannot be read.", findings=findings)
    if not added:
        return RuleResult(rule, Status.IMPLEMENTED, findings=findings) if findings else None
    count = sum(op.kind is not Kind.STATE for one in added for op in one.up)
    words = f"{count} operations of {len(added)} migrations judged, {len(findings)} warnings"
    return RuleResult(rule, Status.IMPLEMENTED, evidence=(Evidence(added[-1].path, 1, words),), findings=findings)
