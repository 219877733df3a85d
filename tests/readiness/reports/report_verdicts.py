"""Verdicts for the tests of reports: rich, hostile, huge, ready."""

from dataclasses import replace
from typing import Any

from app.errors import Problem
from app.readiness.evidence import Evidence
from app.readiness.findings import Finding, fingerprint
from app.readiness.result import ComponentResult
from app.readiness.snapshot import Change, FileChange
from app.readiness.status import Conclusion, Confidence, Mode, Priority, Severity, Status
from app.readiness.verdict import (
    CategoryVerdict,
    PolicyNote,
    RuleVerdict,
    Stats,
    Verdict,
    WaiverVerdict,
)

HEAD = "9b2f11c0" * 5
BASE = "1f3c9a2d" * 5

# One string that tries everything at once; it is put wherever a verdict holds text from a repository.
HOSTILE = (
    "@org/team fixes #12 GH-1 <img src=x onerror=alert(1)> [x](javascript:alert(1)) ```\n# out\n- [ ] | a |\r"
    "https://evil.example www.evil.example a@evil.example </summary></details><script>alert(1)</script>"
    "<!-- {{ 7*7 }} {% raw %} ]]> &lt; \x1b[31m\x00\u202e\u2066\ufffe %0A::error::x ##[error]x \\ ` ~~~ \"'"
)


def a_rule(rule: str = "health-endpoint", **changes: Any) -> RuleVerdict:
    given: dict[str, Any] = {
        "id": rule,
        "title": f"Title of {rule}",
        "category": "deployment-containers",
        "priority": Priority.P1,
        "level": 2,
        "mode": Mode.RATCHET,
        "status": Status.IMPLEMENTED,
        "why": f"Without {rule} a rollout breaks.",
        "fix": f"Add `{rule}` to the service.",
    }
    return RuleVerdict(**(given | changes))


def a_finding(
    path: str = "src/app.py", line: int = 3, message: str = "A place that is wrong.", **changes: Any
) -> Finding:
    mark = fingerprint(*(part.encode(errors="replace").decode() for part in (path, str(line), message)))
    return replace(Finding(path, line, line, message, mark), **changes)


def a_verdict(*rules: RuleVerdict, **changes: Any) -> Verdict:
    given: dict[str, Any] = {
        "conclusion": Conclusion.SUCCESS,
        "complete": True,
        "score": 78,
        "level": 2,
        "policy": "5d41402abc4b2a76b9719d911017c592",
        "readygate": "0.1.0",
        "repository": "acme/shop",
        "head": HEAD,
        "rules": rules,
        "stats": Stats(files=5120, bytes=31_000_000, blobs_scanned=3, blobs_cached=5117, cpu_ms=41, wall_ms=400),
    }
    return Verdict(**(given | changes))


def ready() -> Verdict:
    """A healthy repository: 124 rules pass and 20 do not apply."""
    passed = [a_rule(f"rule-{number:03}") for number in range(124)]
    aside = [a_rule(f"other-{number:03}", status=Status.NOT_APPLICABLE) for number in range(20)]
    return a_verdict(*passed, *aside, score=100, level=4)


def rich() -> Verdict:
    """A change with something in every group of every report."""
    return a_verdict(
        *_blocking(),
        *_gaps(),
        *_the_rest(),
        conclusion=Conclusion.FAILURE,
        base=BASE,
        base_score=81,
        base_level=2,
        categories=(
            CategoryVerdict("deployment-containers", 80, implemented=4, partial=1),
            CategoryVerdict("database", 42, implemented=2, missing=2, unknown=1),
        ),
        waivers=(
            WaiverVerdict("audit-log", None, "Accepted until the new store is in.", "ada", "2027-03-01", verified=True),
            WaiverVerdict("database/query-*", "db/**", "Old reports only.", "grace", "2027-05-01"),
            WaiverVerdict("rate-limit", None, "Was behind the gateway.", "ada", "2025-01-31", expired=True),
        ),
        policy_note=PolicyNote(
            layers=("org acme/.github@1f3c9a2:rules.yml", "repository .github/rules.yml"),
            notes=("The organisation policy could not be read; the last known good one judged.",),
        ),
        warnings=("`data/dump.sql` is 25 MB, above the 20 MB limit of the secret scan.",),
        claims=(
            {
                "path": "STATUS.md",
                "line": 20,
                "kind": "status",
                "rule": "health-endpoint",
                "title": "Health endpoint",
                "claimed": "implemented",
                "value": None,
                "priority": "P1",
                "found": "missing",
                "agrees": False,
            },
            {
                "path": "STATUS.md",
                "line": 21,
                "kind": "status",
                "rule": "probes",
                "title": "A claim that holds",
                "claimed": "implemented",
                "value": None,
                "priority": "P1",
                "found": "implemented",
                "agrees": True,
            },
        ),
        planned=(
            {"path": "TODO.md", "line": 12, "rule": "hpa", "title": "Scale by load", "priority": "P1", "key": "k1"},
        ),
        coverage={"project": 81.324, "patch": 90.0, "base": 80.9, "threshold": 80, "source": "lcov.info"},
    )


def _blocking() -> list[RuleVerdict]:
    return [
        a_rule(
            "migrations-backward-compatible",
            category="database",
            priority=Priority.P0,
            blocking=True,
            worse_than_base=True,
            status=Status.PARTIAL,
            base_status=Status.IMPLEMENTED,
            reason="This change brings 2 findings.",
            findings=(
                a_finding(
                    "migrations/0042.sql",
                    7,
                    "Index built without CONCURRENTLY.",
                    introduced=True,
                    suggestion="CREATE INDEX CONCURRENTLY i ON t (a);",
                ),
                a_finding("migrations/0042.sql", 7, "A second word on the same line.", introduced=True),
                a_finding("migrations/0001.sql", 2, "An old table lock."),
            ),
        ),
        a_rule(
            "no-secrets",
            category="security",
            priority=Priority.P0,
            mode=Mode.BLOCK,
            blocking=True,
            status=Status.MISSING,
            reason="Mode is `block` and the gap stands.",
            findings=(
                a_finding(
                    "config/prod.env", 4, "A key of a cloud account.", introduced=True, commit="abcdef0123456789"
                ),
                a_finding("config/old.env", 1, "A key that was there before."),
            ),
        ),
    ]


def _gaps() -> list[RuleVerdict]:
    return [
        a_rule(
            "graceful-shutdown",
            status=Status.MISSING,
            base_status=Status.PARTIAL,
            worse_than_base=True,
            mode=Mode.REPORT,
            missing_evidence="No handler of SIGTERM was found.",
            evidence=(Evidence("src/server.py", 12, "serve_forever()"),),
        ),
        a_rule(
            "horizontal-autoscaling",
            status=Status.PARTIAL,
            base_status=Status.PARTIAL,
            missing_evidence="No HorizontalPodAutoscaler for 1 of 2 services.",
            components=(
                ComponentResult("services/api", Status.MISSING),
                ComponentResult("services/web", Status.IMPLEMENTED),
            ),
            evidence=(Evidence("deploy/web.yaml", 1, "kind: HorizontalPodAutoscaler"),),
            findings=(
                a_finding("deploy/api.yaml", 9, "No autoscaler names this Deployment.", severity=Severity.WARNING),
            ),
        ),
        a_rule(
            "restore-drill",
            category="backup-recovery",
            status=Status.UNKNOWN,
            mode=Mode.REPORT,
            missing_evidence="No file can show a restore drill.",
            confidence=Confidence.LOW,
        ),
    ]


def _the_rest() -> list[RuleVerdict]:
    return [
        a_rule("health-endpoint", evidence=(Evidence("src/app.py", 12, "GET /healthz"),)),
        a_rule("structured-logging", category="observability"),
        a_rule("service-mesh", status=Status.NOT_APPLICABLE),
        a_rule("audit-log", category="security", status=Status.MISSING, waived=True),
        a_rule(
            "query-timeouts",
            category="database",
            findings=(a_finding("db/reports.sql", 3, "No timeout.", waived=True),),
        ),
        a_rule("quiet-rule", mode=Mode.SHADOW, status=Status.MISSING, missing_evidence="Only admins see this."),
        a_rule("switched-off", mode=Mode.OFF, status=Status.MISSING),
    ]


def incomplete() -> Verdict:
    broken = a_rule("container-non-root-user", status=Status.ERROR, error="The Dockerfile parser ran out of time.")
    verdict = rich()
    return replace(verdict, complete=False, rules=(*verdict.rules, broken))


def wrong_policy() -> Verdict:
    problems = (
        Problem(
            "`mode` must be one of off, shadow, report, ratchet, block", ".github/rules.yml", 7, 11, "write `block`"
        ),
        Problem("unknown key `rulez`", "acme/.github:rules.yml", 2, 1),
    )
    return replace(rich(), policy_note=PolicyNote(problems=problems))


def hostile(text: str = HOSTILE) -> Verdict:
    """Every text field holds the hostile string; rule ids and categories too, for rules of an organisation."""
    findings = (
        a_finding(text, 3, text, introduced=True, suggestion=text),
        a_finding(f"ok/{text}", 5, text, commit=text, severity=Severity.WARNING),
    )
    shape: dict[str, Any] = {
        "title": text,
        "category": text,
        "why": text,
        "fix": text,
        "reason": text,
        "missing_evidence": text,
        "evidence": (Evidence(text, 3, text),),
        "components": (ComponentResult(text, Status.MISSING),),
    }
    return a_verdict(
        a_rule(f"a{text}", blocking=True, status=Status.MISSING, findings=findings, **shape),
        a_rule(f"b{text}", status=Status.ERROR, error=text, **shape),
        a_rule(f"c{text}", status=Status.MISSING, worse_than_base=True, **shape),
        a_rule(f"d{text}", status=Status.PARTIAL, findings=findings, **shape),
        a_rule(f"e{text}", status=Status.UNKNOWN, **shape),
        a_rule(f"f{text}", status=Status.MISSING, waived=True, findings=findings, **shape),
        a_rule(f"g{text}", **shape),
        a_rule(f"h{text}", status=Status.NOT_APPLICABLE, **shape),
        conclusion=Conclusion.FAILURE,
        complete=False,
        repository=text,
        head=text,
        base=text,
        policy=text,
        readygate=text,
        categories=(CategoryVerdict(text, 10, missing=3),),
        waivers=(
            WaiverVerdict(f"f{text}", None, text, text, text),
            WaiverVerdict(text, text, text, text, text, expired=True),
        ),
        policy_note=PolicyNote(layers=(text,), notes=(text,), problems=(Problem(text, text, 1, 1, text),)),
        warnings=(text,),
        claims=(
            {
                "path": text,
                "line": 1,
                "kind": "status",
                "rule": None,
                "title": text,
                "claimed": text,
                "value": text,
                "priority": None,
                "found": text,
                "agrees": False,
            },
        ),
        planned=({"path": text, "line": 1, "rule": None, "title": text, "priority": "P1", "key": text},),
        coverage={"project": 81.3, "patch": None, "base": None, "threshold": 80, "source": text},
    )


def huge(rules: int = 80, findings: int = 14, text: str = "<é`@>|") -> Verdict:
    """Far more than a check run can hold; every text is long and grows when it is escaped."""
    long = text * 400
    places = tuple(
        a_finding(f"{text * 20}/{number}.py", number + 1, long, introduced=True, suggestion=long)
        for number in range(findings)
    )
    shape: dict[str, Any] = {"status": Status.MISSING, "title": long, "why": long, "fix": long, "reason": long}
    return a_verdict(
        *(a_rule(f"rule-{number:03}", blocking=number % 2 == 0, findings=places, **shape) for number in range(rules)),
        conclusion=Conclusion.FAILURE,
        base=BASE,
    )


def a_change() -> Change:
    """The change of `rich`: a new migration, a touched server, a deleted and a renamed file, a policy file."""
    files = (
        FileChange("migrations/0042.sql", "migrations/0042.sql", "added", added=((1, 20),)),
        FileChange("src/server.py", "src/server.py", "modified", added=((40, 44),), deleted=((12, 12),)),
        FileChange("config/prod.env", "config/prod.env", "deleted", deleted=((1, 9),)),
        FileChange("config/new.env", "config/older.env", "renamed"),
        FileChange(".github/rules.yml", ".github/rules.yml", "modified", added=((7, 7),)),
    )
    return Change({file.path: file for file in files})


# The tags our own Markdown makes; everything else would come from the repository.
_BLOCKS = {"h2", "h3", "h4", "p", "ul", "li", "pre", "details", "summary", "blockquote"}
PAYLOAD_TAGS = frozenset(_BLOCKS | {"table", "thead", "tbody", "tr", "th", "td", "code", "strong", "em"})
