"""`readygate rules`."""

from pathlib import Path

import pytest

from app.commands.rules import show_rule
from app.readiness.catalogue import builtin_rules

RULE = """\
schema: readygate/rule/v1
id: team-file
title: A team file
category: house
priority: P2
why: Somebody has to answer.
fix: Write TEAM.md.
aliases: [team page]
implemented: {path: [TEAM.md]}
examples:
  - {status: implemented, files: {TEAM.md: "ann"}}
  - {name: none, status: STATUS, files: {README.md: "x"}}
"""


def write_rules(folder: Path, status: str) -> Path:
    (folder / "house").mkdir(parents=True)
    (folder / "house" / "team-file.yml").write_text(RULE.replace("STATUS", status))
    (folder / "categories.yml").write_text(
        "schema: readygate/categories/v1\ncategories:\n  - {id: house, title: House}\n"
    )
    return folder


def test_list_is_tab_separated_when_piped(readygate) -> None:
    ran = readygate("rules", "list")
    rows = [line.split("\t") for line in ran.out.splitlines()]
    files = list(builtin_rules().glob("*/*.yml"))
    assert ran.status == 0
    assert {len(row) for row in rows} == {5}
    assert sorted(row[0] for row in rows) == sorted(path.stem for path in files)


def test_show_finds_ids_and_says_what_is_near(readygate) -> None:
    ran = readygate("rules", "show", "no-secrets")
    assert ran.status == 0
    assert ran.out.startswith("no-secrets: ")
    assert "To meet it" in ran.out
    ran = readygate("rules", "show", "no-secretz")
    assert ran.status == 2
    assert "Did you mean `no-secrets`?" in ran.err


@pytest.mark.parametrize(("expected", "status"), [("missing", 0), ("implemented", 1)])
def test_examples_are_run(expected: str, status: int, readygate, tmp_path) -> None:
    ran = readygate("rules", "test", write_rules(tmp_path / "rules", expected))
    assert ran.status == status
    assert ("team-file example 2 (none): expected implemented, found missing" in ran.out) == bool(status)
    assert ran.out.splitlines()[-1] == f"2 examples of 1 rules and 0 facts, {status} failed"


def test_wrong_rule_files_are_2(readygate, tmp_path) -> None:
    folder = write_rules(tmp_path / "rules", "missing")
    path = folder / "house" / "team-file.yml"
    path.write_text(path.read_text() + "extra: 1\n")
    ran = readygate("rules", "test", folder)
    assert ran.status == 2
    assert "house/team-file.yml:13" in ran.err
    assert readygate("rules", "test", tmp_path / "none").status == 2


def test_docs_are_written_once_and_checked(readygate, tmp_path) -> None:
    folder = tmp_path / "docs"
    assert readygate("rules", "docs", folder, "--check").status == 1
    assert readygate("rules", "docs", folder).status == 0
    assert readygate("rules", "docs", folder, "--check").status == 0
    assert "no-secrets" in (folder / "README.md").read_text()
    page = next(path for path in folder.glob("*.md") if path.name != "README.md")
    page.write_text("old")
    (folder / "gone.md").write_text("gone")
    ran = readygate("rules", "docs", folder, "--check")
    assert ran.status == 1
    assert str(page) in ran.err
    assert "gone.md" in ran.err
    readygate("rules", "docs", folder)
    assert not (folder / "gone.md").exists()


def test_an_aspect_is_shown_with_its_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_rule("startup-endpoint") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("`startup-endpoint` is an aspect of `health-endpoint`: it is shown with it")
    assert "\nhealth-endpoint: Health endpoint\n" in shown
