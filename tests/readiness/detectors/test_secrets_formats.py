"""Every format of the pack is found wherever people write it, and none of its look-alikes is."""

from collections.abc import Iterator

import pytest

from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.detectors.secrets.forge import follow, forge
from app.readiness.detectors.secrets.pack import Pattern, load_pack

DETECTOR = SecretsDetector(b"format tests")
PATTERNS = load_pack().patterns
SEEDS = ("one", "two", "three")
LINES = {
    "alone.txt": "{value}",
    "app.env": "{name}={value}\n",
    "quoted.env": 'export {name}="{value}"\n',
    "app.yml": "service:\n  {name}: {value}\n",
    "quoted.yml": 'service:\n  - {name}: "{value}"\n',
    "container.yml": 'env:\n  - name: {name}\n    value: "{value}"\n',
    "app.json": '{{"name": 1, "{name}": "{value}", "last": true}}\n',
    "text.json": '{{"text": "{name}=\\"{value}\\"\\n"}}\n',
    "app.py": 'import os\n\nos.environ["{name}"] = "{value}"\n',
    "call.py": "client = Client({name}='{value}')\n",
    "app.ts": "const {name}: string = '{value}';\n",
    "call.js": 'config.set("{name}", "{value}");\n',
    "deploy.sh": "run --quiet {name}={value} || exit 1\n",
    "Dockerfile": "ENV {name} {value}\n",
    "app.xml": '<add key="{name}" value="{value}"/>\n',
    "notes.md": "Set `{name}` to `{value}` before the start.\n",
}


def places(pattern: Pattern, seed: str) -> Iterator[tuple[str, str]]:
    """(path, text) pairs with one valid token each; what is more than a value and its name stands alone."""
    token = forge(pattern.id, seed)
    if pattern.text.names:
        name, _, value = token.partition("=")
        yield from ((path, line.format(name=name, value=value)) for path, line in LINES.items() if "name" in line)
    elif pattern.text.format:
        yield from ((path, line.format(name="SETTING", value=token)) for path, line in LINES.items())
    else:
        path = "app.yml" if pattern.text.classes else "app.py"
        yield path, f"{token}\n"
        yield path, f"# first\n\n{token}\n# last\n"


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_a_token_is_found_wherever_it_is_written(pattern: Pattern) -> None:
    for seed in SEEDS:
        for path, text in places(pattern, seed):
            hits = [hit for hit in DETECTOR.scan(path, text.encode()) if hit.kind == pattern.id]
            assert len(hits) == 1, path
            assert hits[0].severity is pattern.severity, path


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_look_alikes_are_left_alone(pattern: Pattern) -> None:
    assert pattern.text.negatives
    for seed in SEEDS:
        for recipe in pattern.text.negatives:
            for line in ("{}", "value = '{}'\n", "{}\nlast: 1\n"):
                text = line.format(follow(recipe, seed))
                assert pattern.id not in {hit.kind for hit in DETECTOR.scan("config/app.yml", text.encode())}, recipe


def test_there_are_as_many_formats_as_promised() -> None:
    assert len(PATTERNS) >= 500
    assert len({pattern.text.provider for pattern in PATTERNS}) >= 360


def test_a_token_is_found_between_the_literals_of_all_formats() -> None:
    crowd = b" ".join(literal for pattern in PATTERNS for literal in pattern.literals) + b"\n"
    for kind in ("github-token", "datadog-api-key", "azure-marked-key", "private-key"):
        hits = DETECTOR.scan("app.py", 20 * crowd + forge(kind).encode() + b"\n" + 20 * crowd)
        assert [(hit.kind, hit.line) for hit in hits] == [(kind, 21)]
