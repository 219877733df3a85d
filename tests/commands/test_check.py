"""`readygate check` on real repositories."""

import json
import re
from pathlib import Path

import pytest

KEY = "glp" + "at-" + "k7Qm2Xw9Rt4Ls8" + "Vb3Nz6"
LEAK = f'gitlab_token = "{KEY}"\n'
MINIMAL = "version: 1\nextends: readygate/minimal\nrules:\n"


def only(mode: str) -> str:
    return MINIMAL + f'  "*": off\n  no-secrets: {mode}\n'


def verdict(ran) -> dict:
    return json.loads(ran.out)


def test_a_ready_repository_is_0(project, readygate) -> None:
    head = project.commit({"README.md": "# Hello\n", ".github/rules.yml": only("block")})
    ran = readygate("check", project.path, "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    found = verdict(ran)
    assert found["schema"] == "readygate/verdict/v1"
    assert found["head"] == head
    assert found["base"] is None
    assert [rule["id"] for rule in found["rules"]] == ["no-secrets"]
    assert found["stats"]["wall_ms"] > 0
    assert found["stats"]["cpu_ms"] > 0


def test_a_blocking_rule_is_1_and_exit_zero_only_hides_that(project, readygate) -> None:
    project.commit({".github/rules.yml": only("block"), "config.ini": LEAK})
    ran = readygate("check", project.path, "--format", "json")
    assert ran.status == 1
    assert verdict(ran)["rules"][0]["findings"][0]["path"] == "config.ini"
    assert KEY not in ran.out
    assert readygate("check", project.path, "--exit-zero").status == 0


def test_only_what_the_change_brings_blocks_under_ratchet(project, readygate) -> None:
    base = project.commit({".github/rules.yml": only("ratchet"), "old.ini": LEAK})
    project.commit({"other.txt": "x\n"})
    assert readygate("check", project.path, "--base", base).status == 0
    project.write({"new.ini": LEAK.replace("k7Qm", "h5Td")})
    ran = readygate("check", project.path, "--base", base, "--format", "json")
    assert ran.status == 1
    found = verdict(ran)
    assert found["head"] is None
    assert found["base"] == base
    introduced = {item["path"]: item["introduced"] for item in found["rules"][0]["findings"]}
    assert introduced == {"old.ini": False, "new.ini": True}
    assert readygate("check", project.path, "--base", base, "--head", "HEAD").status == 0


def test_a_secret_that_was_removed_again_still_counts(project, readygate) -> None:
    base = project.commit({".github/rules.yml": only("block"), "a": "1\n"})
    leak = project.commit({"leak.ini": LEAK})
    (project.path / "leak.ini").unlink()
    project.commit({})
    for words in (["--head", "HEAD"], []):
        ran = readygate("check", project.path, "--base", base, *words, "--format", "json")
        assert ran.status == 1
        assert [item["commit"] for item in verdict(ran)["rules"][0]["findings"]] == [leak]


def test_the_policy_comes_from_the_base_side(project, readygate) -> None:
    base = project.commit({".github/rules.yml": only("block"), "a": "1\n"})
    project.commit({".github/rules.yml": only("off"), "leak.ini": LEAK})
    assert readygate("check", project.path).status == 0
    assert readygate("check", project.path, "--base", base).status == 1


def test_a_wrong_policy_is_2(project, readygate) -> None:
    base = project.commit({"a": "1\n", "leak.ini": LEAK, ".github/rules.yml": only("block")})
    project.commit({".github/rules.yml": "version: 1\nrulez: {}\n"})
    ran = readygate("check", project.path)
    assert ran.status == 2
    assert ran.out == ""
    assert ".github/rules.yml:2:1" in ran.err
    ran = readygate("check", project.path, "--base", base)
    assert ran.status == 2
    assert ".github/rules.yml:2:1" in ran.err
    assert ran.out


def test_a_change_can_mend_a_broken_policy(project, readygate) -> None:
    base = project.commit({"a": "1\n", ".github/rules.yml": "version: 1\nrulez: {}\n"})
    project.commit({".github/rules.yml": only("report")})
    ran = readygate("check", project.path, "--base", base, "--format", "json")
    assert ran.status == 0
    assert "rulez" in str(verdict(ran)["policy_note"]["notes"])


def test_rules_stand_in_for_the_organisation(project, readygate, tmp_path) -> None:
    project.commit({"leak.ini": LEAK})
    org = tmp_path / "org.yml"
    org.write_text(only("block"))
    assert readygate("check", project.path, "--rules", org).status == 1
    project.commit({".github/rules.yml": "version: 1\nrules: {no-secrets: report}\n"})
    assert readygate("check", project.path, "--rules", org).status == 0
    org.write_text("rules: [\n")
    assert readygate("check", project.path, "--rules", org).status == 2
    assert readygate("check", project.path, "--rules", tmp_path / "none.yml").status == 3


def test_one_rule_alone(project, readygate) -> None:
    project.commit({"a": "1\n"})
    ran = readygate("check", project.path, "--rule", "no-secrets", "--rule", "license", "--format", "json")
    assert {rule["id"] for rule in verdict(ran)["rules"]} <= {"no-secrets", "license"}
    ran = readygate("check", project.path, "--rule", "no-secretz")
    assert ran.status == 2
    assert "Did you mean `no-secrets`?" in ran.err


def test_a_rule_that_is_off_is_named(project, readygate) -> None:
    project.commit({".github/rules.yml": only("off")})
    ran = readygate("check", project.path, "--rule", "no-secrets")
    assert "turns `no-secrets` off" in ran.err


@pytest.mark.parametrize("name", ["text", "json", "sarif", "markdown", "github", "html", "junit"])
def test_every_format_has_the_same_status(name: str, project, readygate, tmp_path) -> None:
    project.commit({".github/rules.yml": only("block"), "config.ini": LEAK})
    ran = readygate("check", project.path, "--format", name)
    assert ran.status == 1
    assert ran.out.endswith("\n")
    assert KEY not in ran.out
    target = tmp_path / "report"
    ran_again = readygate("check", project.path, "--format", name, "--output", target)
    assert (ran_again.status, ran_again.out) == (1, "")
    assert target.stat().st_size > 0


def test_an_output_that_cannot_be_written_is_2(project, readygate, tmp_path) -> None:
    project.commit({"a": "1\n"})
    assert readygate("check", project.path, "--output", tmp_path / "none" / "report").status == 2


def test_folders_without_git_and_empty_repositories(project, readygate, tmp_path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "leak.ini").write_text(LEAK)
    (tmp_path / "plain" / ".github").mkdir()
    (tmp_path / "plain" / ".github" / "rules.yml").write_text(only("block"))
    ran = readygate("check", tmp_path / "plain", "--format", "json")
    assert ran.status == 1
    assert verdict(ran)["head"] is None
    assert readygate("check", project.path, "--format", "json").status in (0, 1)
    assert readygate("check", tmp_path / "plain", "--base", "main").status == 2
    assert readygate("check", project.path, "--base", "main").status == 2
    assert readygate("check", tmp_path / "none").status == 2


def test_a_base_like_an_option_and_a_file_called_help(project, readygate) -> None:
    commit = project.commit({".github/rules.yml": only("block"), "--help": "x\n"})
    project.git("update-ref", "refs/heads/-x", commit)
    project.commit({"a": "1\n"})
    for words in (["--base", "-x"], ["--base=-x"]):
        ran = readygate("check", project.path, *words, "--format", "json")
        assert ran.status == 0
        assert verdict(ran)["base"] == commit


def test_a_shallow_clone_is_3_and_never_a_pass(project, readygate, tmp_path) -> None:
    project.commit({"a": "1\n"})
    project.git("branch", "topic")
    project.commit({"b": "1\n"})
    project.git("checkout", "--quiet", "topic")
    project.commit({"c": "1\n"})
    project.git(
        "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{project.path}", str(tmp_path / "clone")
    )
    ran = readygate("check", tmp_path / "clone", "--base", "main", "--exit-zero")
    assert ran.status == 3
    assert "fetch-depth: 0" in ran.err


def test_a_policy_that_is_a_link_is_3(project, readygate, tmp_path) -> None:
    (tmp_path / "elsewhere.yml").write_text(only("off"))
    (project.path / ".github").mkdir()
    (project.path / ".github" / "rules.yml").symlink_to(tmp_path / "elsewhere.yml")
    project.commit({"a": "1\n"})
    assert readygate("check", project.path).status == 3


def test_the_second_run_scans_nothing_again(project, readygate, tmp_path) -> None:
    project.commit({".github/rules.yml": only("block"), "a.ini": LEAK, "b.py": "b = 1\n"})
    first = verdict(readygate("check", project.path, "--format", "json"))
    second = verdict(readygate("check", project.path, "--format", "json"))
    assert first["stats"]["blobs_scanned"] > 0
    assert second["stats"]["blobs_scanned"] == 0
    assert second["rules"] == first["rules"]
    fresh = verdict(readygate("check", project.path, "--format", "json", "--no-cache"))
    assert fresh["stats"]["blobs_cached"] == 0
    kept = b"".join(path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file())
    assert KEY.encode() not in kept
    assert {oct(path.stat().st_mode & 0o077) for path in (tmp_path / "cache" / "readygate").glob("key")} == {"0o0"}


def test_the_default_path_is_the_top_of_the_repository(project, readygate, monkeypatch) -> None:
    project.commit({".github/rules.yml": only("block"), "deep/er/a": "1\n", "leak.ini": LEAK})
    monkeypatch.chdir(project.path / "deep" / "er")
    assert readygate("check").status == 1
    assert readygate("check", ".").status in (0, 1)
    assert readygate("check", Path(), "--rule", "no-secrets", "--format", "json").out.find("leak.ini") == -1


def test_nothing_of_the_machine_in_the_report(project, readygate) -> None:
    project.commit({"README.md": "# Hello\n"})
    ran = readygate("check", project.path, "--format", "json")
    assert not re.search(re.escape(str(project.path)), ran.out)


def test_the_score_is_explained_when_asked(project, readygate) -> None:
    project.commit({"README.md": "# Hello\n", ".github/rules.yml": only("block")})
    ran = readygate("check", project.path, "--explain-score")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[-4:] == [
        "  no-secrets: implemented, 5 of 5",
        "  5 of 5 = 100 of 100",
        "",
        "All categories: 5 of 5 = 100 of 100",
    ]
    ran = readygate("check", project.path, "--explain-score", "--format", "json")
    assert ran.status == 2
    assert "--explain-score goes with --format text" in ran.err
