"""Checksums agree with what their authors published, and a token whose checksum fails is only warned of."""

import pytest

from app.readiness.detectors.secrets.checksums import CHECKSUMS
from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.detectors.secrets.forge import forge
from app.readiness.detectors.secrets.pack import Pattern, load_pack
from app.readiness.status import Severity

DETECTOR = SecretsDetector(b"checksum tests")
CHECKED = [pattern for pattern in load_pack().patterns if pattern.text.checksum]
# What the authors show in their own documents, in two halves so that no scanner trips over it.
PUBLISHED = {
    "bech32": "abcdef1qpzry9x8gf2tvdw0s3jn" + "54khce6mua7lmqqqxw",
    "strkey": "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KV" + "WLTJJFC7MGXUA74P7UJVSGZ",
    "base58": "5HueCGU8rMjxEXxiPuD5BDku4MkFq" + "eZyd4dZ1jvhTVqvbTLvyTJ",
    "confluent": "cfltT8d8RzkNseTMEDKcjNM1BZTFPHqRn/" + "dQm9q7w6SjzZ12wZfwjaJdipHZtDjw",
    "github": "ghp_zQWBuTSOoRi4A9spHcVY5ncns" + "DkxkJ0mLq17",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_tokens_pass_and_changed_ones_fail(name: str) -> None:
    token = PUBLISHED[name]
    assert CHECKSUMS[name](token.encode())
    last = "2" if token[-1] != "2" else "3"
    assert not CHECKSUMS[name]((token[:-1] + last).encode())


def test_every_checksum_is_used() -> None:
    assert {pattern.text.checksum for pattern in CHECKED} == set(CHECKSUMS)


@pytest.mark.parametrize("pattern", CHECKED, ids=lambda pattern: pattern.id)
def test_a_token_with_a_wrong_checksum_is_no_error(pattern: Pattern) -> None:
    token = forge(pattern.id)
    wrong = token[:-6] + token[-5] + token[-6] + token[-4:] if token[-5] != token[-6] else token[:-1] + "2"
    severities = {
        text: {hit.severity for hit in DETECTOR.scan("a.py", text.encode()) if hit.kind == pattern.id}
        for text in (token, wrong)
    }
    assert severities == {token: {Severity.ERROR}, wrong: {Severity.WARNING}}
