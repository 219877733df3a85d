"""The pack: every format is found where its own recipe makes one, and nowhere in its own data files."""

from pathlib import Path

import pytest

from app.errors import InvalidInput
from app.readiness.detectors.secrets import pack as pack_module
from app.readiness.detectors.secrets.checksums import CHECKSUMS
from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.detectors.secrets.forge import fill, forge
from app.readiness.detectors.secrets.pack import Pattern, load_pack
from app.readiness.detectors.secrets.shapes import SHAPES
from app.readiness.status import Severity

DETECTOR = SecretsDetector(b"pack tests")
PATTERNS = load_pack().patterns


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_every_recipe_makes_what_its_pattern_finds(pattern: Pattern) -> None:
    for seed in range(5):
        content = f"first: 1\nvalue: 2\n{forge(pattern.id, str(seed))}\nlast: 3\n".encode()
        hits = [hit for hit in DETECTOR.scan("config/app.yml", content) if hit.kind == pattern.id]
        assert len(hits) == 1
        assert hits[0].severity is pattern.severity
        assert 3 <= hits[0].line <= hits[0].end_line


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_no_pattern_finds_a_token_whose_letters_are_all_the_same(pattern: Pattern) -> None:
    token = forge(pattern.id)
    flat = "".join(
        "x" if character.isalnum() and index > len(token) // 3 else character for index, character in enumerate(token)
    )
    hits = DETECTOR.scan("config/app.yml", flat.encode())
    assert pattern.id not in {hit.kind for hit in hits}


def test_pack_names_only_tests_that_exist() -> None:
    assert {pattern.text.checksum for pattern in PATTERNS} - {None} <= set(CHECKSUMS)
    assert {pattern.text.shape for pattern in PATTERNS} - {None} <= set(SHAPES)
    assert len({pattern.text.provider for pattern in PATTERNS}) >= 30


def test_every_kind_says_what_to_do_in_one_sentence() -> None:
    for kind in load_pack().kinds.values():
        assert kind.action[0].isupper()
        assert not kind.action.endswith(".")
        assert "http" not in kind.action


def test_pack_holds_no_secret_itself() -> None:
    for file in sorted(Path(pack_module.FOLDER).rglob("*")):
        if file.is_file() and file.suffix in {".py", ".yml"}:
            assert DETECTOR.scan(file.name, file.read_bytes()) == (), file.name


def test_fill_is_deterministic_and_keeps_the_rest() -> None:
    text = 'TOKEN = "{{secret:github-token}}" # {{secret:github-token}} {{secret:github-token:other}} {{ .Values.x }}\n'
    filled = fill(text)
    token = forge("github-token")
    assert filled == f'TOKEN = "{token}" # {token} {forge("github-token", "other")} {{{{ .Values.x }}}}\n'
    assert fill(text) == filled
    assert forge("github-token", "other") != token


def test_fill_refuses_an_unknown_kind() -> None:
    with pytest.raises(InvalidInput, match="no-such-kind"):
        fill("{{secret:no-such-kind}}")


def test_warn_tier_never_blocks() -> None:
    for pattern in PATTERNS:
        assert (pattern.severity is Severity.ERROR) == (pattern.text.tier == "block")
