"""The documents tell the truth: links resolve, settings, commands and permissions are real, pages are current."""

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import migrations_page
import pytest
import rules_yml_page
import yaml

from app import cli
from app.commands.rules import write_docs
from app.readiness.catalogue import builtin_rules, read_catalogue
from app.readiness.policy import Layer
from app.readiness.policy_file import parse_policy
from app.readiness.reports.formats import FORMATS
from app.settings import Settings

ROOT = Path(__file__).parents[2]
FOLDERS = ("docs", "deploy", ".github")
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(page for folder in FOLDERS for page in (ROOT / folder).rglob("*.md"))],
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
BINDING = re.compile(
    r"\b[AL]?GPL|General Public License|\bFSL|Functional Source|\bSSPL|Server Side Public|\bBUSL|Business Source"
    r"|Commons.Clause",
    re.IGNORECASE,
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(text: str) -> str:
    """The text without code, in which brackets are no links."""
    return re.sub(r"`[^`]*`", "", re.sub(r"(?m)^ {4,}.*$", "", text))


def anchors(text: str) -> set[str]:
    """What GitHub makes of headings."""
    headings = re.findall(r"(?m)^#{1,6} (.+)$", text)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", DOCUMENTS, ids=name_of)
def test_links_between_documents_resolve(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    broken = []
    for link in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", prose(text)):
        if re.match(r"(https?|mailto):", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        is_there = target.is_relative_to(ROOT) and target.exists()
        if not is_there or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


def test_every_page_is_reached_from_the_readme() -> None:
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        links = re.findall(r"\[[^\]]*\]\(([^)#\s]+)", prose(page.read_text(encoding="utf-8")))
        waiting += [(page.parent / link).resolve() for link in links if "://" not in link]
    assert [name_of(page) for page in DOCUMENTS if page not in seen] == []


def rows(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table whose header begins with this cell."""
    lines = iter(text.splitlines())
    assert any(line.startswith(f"| {heading} |") for line in lines), f"no table of {heading}"
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found[1:]


def test_every_setting_is_documented_with_its_default_and_none_is_invented() -> None:
    told = {row[0].strip("`"): row[1].strip("`") for row in rows(README, "variable")}
    fields = Settings.model_fields.items()
    defaults = {f"READYGATE_{name.upper()}": default_of(field.default) for name, field in fields}
    assert told == defaults


def default_of(value: object) -> str:
    reveal = getattr(value, "get_secret_value", None)
    return str(reveal() if reveal else value)


# Read by the container image, the Compose file and /version, not by the settings.
DEPLOYMENT = {"READYGATE_COMMIT", "READYGATE_VERSION", "READYGATE_PUBLISHED_PORT"}
# Read by tests/chaos/conftest.py and `make soak`.
DEVELOPMENT = {"READYGATE_CHAOS_SEED"}


@pytest.mark.parametrize("page", DOCUMENTS, ids=name_of)
def test_no_variable_is_invented(page: Path) -> None:
    known = {f"READYGATE_{name.upper()}" for name in Settings.model_fields} | DEPLOYMENT | DEVELOPMENT
    assert set(re.findall(r"READYGATE_[A-Z_]+[A-Z]", page.read_text(encoding="utf-8"))) <= known


def test_permissions_and_events_are_those_of_the_manifest() -> None:
    manifest = yaml.safe_load((ROOT / "app.yml").read_text(encoding="utf-8"))
    permissions = {row[0].strip("`"): row[1] for row in rows(README, "repository permission")}
    assert permissions == manifest["default_permissions"]
    assert [row[0].strip("`") for row in rows(README, "event")] == manifest["default_events"]


def test_formats_and_exit_statuses_are_those_of_the_command() -> None:
    told = [re.sub(r"[`]| \(the default\)", "", row[0]) for row in rows(README, "`--format`")]
    assert told == list(FORMATS)
    assert [row[0] for row in rows(README, "exit status")] == ["0", "1", "2", "3"]


def test_the_policy_of_the_readme_is_valid() -> None:
    block = README.split("\n## rules.yml\n")[1].split("    version: 1\n")[1]
    lines = ["version: 1"]
    for line in block.splitlines():
        if line and not line.startswith("    "):
            break
        lines.append(line[4:])
    policy = parse_policy(Layer("repository", "README.md", "\n".join(lines)), read_catalogue(builtin_rules()))
    assert {entry.pattern for entry in policy.entries} >= {"no-secrets", "backup-recovery/*"}
    assert len(policy.waivers) == len(policy.attestations) == 1


def commands() -> dict[str, set[str]]:
    """The names of the command: groups with their parts, plain commands with none."""
    plain = {name: set[str]() for name, _, _ in cli._COMMANDS}
    return plain | {group: {name for name, _, _ in parts} for group, _, parts in cli._GROUPS}


def named_commands(text: str) -> Iterator[tuple[str, str]]:
    """What follows `readygate` in code: in a span, or in an indented line."""
    spans = re.findall(r"`([^`\n]+)`", text) + re.findall(r"(?m)^ {4,}(.*)$", text)
    for span in spans:
        yield from re.findall(
            r"(?<![\w/-])(?:\.venv/bin/)?readygate +(?!readygate)([a-z][a-z-]*)(?: +([a-z][a-z-]*))?", span
        )


@pytest.mark.parametrize("page", [p for p in DOCUMENTS if p.parent.name != "rules"], ids=name_of)
def test_every_command_named_exists(page: Path) -> None:
    known = commands()
    unknown = [
        f"{first} {second}".strip()
        for first, second in named_commands(page.read_text(encoding="utf-8"))
        if first not in known or (known[first] and second and second not in known[first])
    ]
    assert unknown == []


def test_every_command_is_in_the_documents() -> None:
    told = {word for page in DOCUMENTS for word in named_commands(page.read_text(encoding="utf-8"))}
    wanted = {(name, part) for name, parts in commands().items() for part in parts}
    assert wanted <= told
    assert {name for name, parts in commands().items() if not parts} <= {first for first, _ in told}


def test_the_options_of_check_in_the_readme_exist() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", "check", "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    section = README.split("\n## Check your own repository\n")[1].split("\n## ")[0]
    assert set(re.findall(r"--[a-z][a-z-]+", section)) <= set(re.findall(r"--[a-z][a-z-]+", shown))


def test_the_generated_pages_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    status = write_docs(ROOT / "docs" / "rules", check=True)
    assert status == 0, capsys.readouterr().err
    assert rules_yml_page.PAGE.read_text(encoding="utf-8") == rules_yml_page.page()
    assert migrations_page.PAGE.read_text(encoding="utf-8") == migrations_page.page()


ARCHITECTURE = ROOT / "docs" / "architecture.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"


@pytest.mark.parametrize("page", [ARCHITECTURE, CONTRIBUTING, *(ROOT / "docs" / "decisions").glob("*.md")], ids=name_of)
def test_files_that_are_named_exist(page: Path) -> None:
    """Code spans that look like a file or folder of ours, from the top of the checkout."""
    spans = re.findall(r"`([\w./-]+)`", page.read_text(encoding="utf-8"))
    tops = {path.name for path in ROOT.iterdir()}
    named = {span for span in spans if "/" in span and span.split("/")[0] in tops}
    assert named or page.parent.name == "decisions"
    assert sorted(span for span in named if not (ROOT / span).exists()) == []


@pytest.mark.parametrize("folder", ["app", "app/readiness"])
def test_the_architecture_names_every_part(folder: str) -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    parts = [path for path in (ROOT / folder).iterdir() if path.is_dir() and not path.name.startswith("_")]
    assert [path.name for path in parts if f"{path.name}/" not in text] == []


def test_the_architecture_names_every_job_and_every_table() -> None:
    text = ARCHITECTURE.read_text(encoding="utf-8")
    jobs = [path.stem for path in (ROOT / "app" / "jobs").glob("*.py") if not path.stem.startswith("_")]
    assert [job for job in jobs if f"{job}.py" not in text] == []
    tables = re.findall(r'__tablename__ = "(\w+)"', (ROOT / "app/store/tables.py").read_text(encoding="utf-8"))
    assert [table for table in tables if f"`{table}`" not in text] == []


@cache
def tracked() -> list[Path]:
    """The files that git keeps; from a copy without git, those of the folders that are ours."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    paths = [ROOT / name for name in names if name] or [path for path in ROOT.rglob("*") if ".venv" not in path.parts]
    return [path for path in paths if path.is_file()]


# Put together here, so that this file does not name what it forbids. Package indexes are each user's own choice.
HOSTS = [".".join(parts) for parts in (("files", "pythonhosted"), ("pypi", "org"), ("registry", "npmjs"))]
HOSTS += ["arti" + "factory", "nexus" + "/repository", "--index" + "-url"]
MACHINE = ["/" + "work/", "/" + "root/", "/" + "home/", "/" + "Users/"]


def test_no_tracked_file_names_a_package_index_or_a_path_of_a_machine() -> None:
    found = []
    for path in tracked():
        text = path.read_bytes().decode("utf-8", "replace")
        forbidden = HOSTS if path.suffix == ".lock" else [*HOSTS, *MACHINE]
        found += [f"{name_of(path)}: {word}" for word in forbidden if word in text and not is_content(path, text, word)]
    assert found == []


def is_content(path: Path, text: str, word: str) -> bool:
    """Home folders inside rules, and pages that rules link to, are what repositories hold and not where we are."""
    lines = [line for line in text.splitlines() if word in line]
    return path.is_relative_to(ROOT / "rules") and all("http" in line or "home" in line for line in lines)


def locked() -> list[str]:
    names = re.findall(r"(?m)^([A-Za-z0-9_.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"))
    return sorted(set(names))


def licence_of(package: Distribution) -> str:
    """The licence as the package states it: an SPDX expression, else classifiers, else its first line."""
    stated = package.metadata.get_all("License-Expression") or []
    classifiers = [one for one in package.metadata.get_all("Classifier") or [] if one.startswith("License ::")]
    return "; ".join(
        stated or classifiers or [text.split("\n")[0] for text in package.metadata.get_all("License") or []]
    )


def test_no_dependency_at_run_time_has_a_licence_that_binds_our_users() -> None:
    unstated, refused, absent = [], [], []
    for name in locked():
        try:
            licence = licence_of(distribution(name))
        except PackageNotFoundError:
            absent.append(name)
            continue
        unstated += [] if licence else [name]
        refused += [f"{name}: {licence}"] if BINDING.search(licence) else []
    assert refused == []
    # Those whose metadata says nothing were looked at by hand: their licence files say so.
    assert unstated == []
    assert len(absent) * 10 < len(locked()), f"too few packages of requirements.lock are installed: {absent}"
