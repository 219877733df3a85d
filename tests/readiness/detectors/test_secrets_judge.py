"""Status, findings and identities over the hits of many files."""

from app.readiness.detectors.detector import Sighting
from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.detectors.secrets.forge import follow, forge
from app.readiness.result import RuleResult
from app.readiness.status import Severity, Status

DETECTOR = SecretsDetector(b"judge tests")


def judged(files: dict[str, str], passing: tuple[tuple[str, str, str], ...] = ()) -> RuleResult:
    sightings = [Sighting(path, DETECTOR.scan(path, text.encode())) for path, text in sorted(files.items())]
    sightings += [Sighting(path, DETECTOR.scan(path, text.encode()), commit) for commit, path, text in passing]
    return DETECTOR.judge("no-secrets", sightings, len(files))


def test_clean_files_are_evidence() -> None:
    result = judged({"a.py": "x = 1\n", "b.py": "y = 2\n"})
    assert result.status is Status.IMPLEMENTED
    assert [(line.path, line.line, line.text) for line in result.evidence] == [(".", 1, "no secret found in 2 files")]


def test_nothing_scanned_is_unknown() -> None:
    assert DETECTOR.judge("no-secrets", [], 0).status is Status.UNKNOWN


def test_a_blocking_secret_is_missing_with_place_kind_and_remedy() -> None:
    token = forge("github-token")
    result = judged({"src/a.py": f"\nx = '{token}'\n"})
    (finding,) = result.findings
    assert result.status is Status.MISSING
    assert [(line.path, line.line, line.text) for line in result.evidence] == [("src/a.py", 2, "GitHub token")]
    assert (finding.hazard, finding.severity, finding.start_line) == ("github-token", Severity.ERROR, 2)
    assert finding.message.startswith("GitHub token. Revoke the token in GitHub")
    assert token not in repr(result)


def test_warnings_alone_leave_the_rule_implemented() -> None:
    result = judged({"app.yml": follow("postgresql://app:{password:18}@db.internal.test:5432/app", "")})
    assert result.status is Status.IMPLEMENTED
    assert [finding.severity for finding in result.findings] == [Severity.WARNING]


def test_tests_and_documents_soften_unless_the_checksum_holds() -> None:
    stripe, github = forge("stripe-live-key"), forge("github-token")
    for path in ("tests/test_a.py", "docs/a.py", "README.md", "web/a.test.ts", "package-lock.json", ".env.example"):
        assert judged({path: stripe}).status is Status.IMPLEMENTED, path
        assert judged({path: github}).status is Status.MISSING, path
    assert judged({"src/latest/contest.py": stripe}).status is Status.MISSING


def test_a_moved_secret_is_not_new_and_a_copy_is() -> None:
    text = f"\nx = '{forge('stripe-live-key')}'\n"
    before = judged({"a.py": text}).findings
    moved = judged({"lib/b.py": "# more\n" + text}).findings
    copied = judged({"a.py": text, "b.py": text}).findings
    assert moved[0].fingerprint == before[0].fingerprint
    assert copied[0].fingerprint == before[0].fingerprint
    assert copied[1].fingerprint != before[0].fingerprint


def test_a_secret_that_only_passed_through_names_its_commit_once() -> None:
    text = forge("stripe-live-key")
    commit = "0123456789abcdef0123456789abcdef01234567"
    result = judged({"a.py": "x = 1"}, ((commit, "a.py", text), ("f" * 40, "b.py", text)))
    (finding,) = result.findings
    assert result.status is Status.MISSING
    assert finding.commit == commit
    assert "in commit 0123456" in finding.message


def test_a_secret_that_stays_is_not_reported_again_for_its_commits() -> None:
    text = forge("stripe-live-key")
    result = judged({"a.py": text}, (("a" * 40, "old.py", text),))
    assert [finding.path for finding in result.findings] == ["a.py"]


def test_a_secret_that_was_in_the_code_before_it_went_to_the_tests_is_an_error() -> None:
    text = forge("stripe-live-key")
    result = judged({"tests/a.py": text}, (("a" * 40, "src/a.py", text), ("b" * 40, "lib/a.py", text)))
    assert [(one.path, one.severity) for one in result.findings] == [
        ("tests/a.py", Severity.WARNING),
        ("lib/a.py", Severity.ERROR),
    ]


def test_a_forbidden_file_that_came_and_went_is_not_another_one_that_stays() -> None:
    passing = (("a" * 40, "b/terraform.tfstate", "{}"), ("b" * 40, "a/terraform.tfstate", "{ }"))
    result = judged({"a/terraform.tfstate": "{}"}, passing)
    assert [(one.path, one.commit) for one in result.findings] == [
        ("a/terraform.tfstate", None),
        ("b/terraform.tfstate", "a" * 40),
    ]


def test_a_comment_asks_and_allows_nothing() -> None:
    token = forge("github-token")
    comment = "# readygate: allow no-secrets because it is only a sample"
    for text in (f"x = '{token}'  {comment}\n", f"{comment}\nx = '{token}'\n"):
        result = judged({"a.py": text})
        (finding,) = result.findings
        assert (result.status, finding.severity, finding.needs_maintainer) == (Status.MISSING, Severity.ERROR, True)
        assert "a maintainer decides" in finding.message
        assert "sample" not in finding.message


def test_a_comment_elsewhere_or_without_a_reason_asks_nothing() -> None:
    token = forge("github-token")
    reason = "readygate: allow no-secrets because"
    for text in (
        f"# {reason} I say so\n\nx = '{token}'\n",
        f"x = '{token}'  # {reason}\n",
        f"x = '{token}' # gitleaks:allow",
    ):
        (finding,) = judged({"a.py": text}).findings
        assert not finding.needs_maintainer
        assert "maintainer" not in finding.message


def test_a_warning_needs_no_maintainer() -> None:
    text = f"x = '{forge('stripe-live-key')}'  # readygate: allow no-secrets because it is made up\n"
    assert [one.needs_maintainer for one in judged({"tests/a.py": text}).findings] == [False]


def test_forbidden_file_names_keep_their_identity_when_their_content_changes() -> None:
    first = judged({"infra/terraform.tfstate": "{}"}).findings
    second = judged({"infra/terraform.tfstate": '{"version": 4}'}).findings
    assert first[0].fingerprint == second[0].fingerprint
    assert first[0].severity is Severity.ERROR


def test_the_order_of_sightings_does_not_matter() -> None:
    text = forge("stripe-live-key")
    sightings = [Sighting(path, DETECTOR.scan(path, text.encode())) for path in ("a.py", "b.py", "c.py")]
    assert DETECTOR.judge("r", sightings, 3) == DETECTOR.judge("r", sightings[::-1], 3)
