"""The scan stays quick on ordinary changes and on input made to slow it down."""

import time

import pytest

from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.detectors.secrets.pack import load_pack

DETECTOR = SecretsDetector(b"speed tests")
MEGABYTE = 1 << 20
UNITS = {
    "token prefixes": b"ghp_",
    "keywords": b"password",
    "assignments": b"password='Sup3rS3cr3tValue'\n",
    "open assignments": b"password=",
    "quotes": b"\"'",
    "line breaks": b"\n",
    "addresses": b"http://",
    "open addresses": b"http://a:b",
    "database addresses": b"postgres://u:" + b"pAssw0rd9x@h/d ",
    "key headers": b"-----BEGIN RSA PRIVATE KEY-----",
    "encrypted key headers": b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n",
    "base64": b"QWxhZGRpbjpvcGVuIHNlc2FtZQ",
    "web tokens": b"eyJhbGciOiJIUzI1.",
    "key ids": b"AKIA" + b"QWERTYUIOPASDFGH ",
    "manifests": b"kind: Secret\n  a: QWxhZGRpbjpvcGVuIHNlc2FtZQ==\n",
    "every literal": b" ".join(literal for pattern in load_pack().patterns for literal in pattern.literals),
}


def quickest(path: str, content: bytes, rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.process_time()
        DETECTOR.scan(path, content)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("name", UNITS)
def test_a_hostile_megabyte_takes_less_than_half_a_second(name: str) -> None:
    content = (UNITS[name] * (MEGABYTE // len(UNITS[name]) + 1))[:MEGABYTE]
    DETECTOR.scan("warm.yml", b"warm")
    assert quickest("a.yml", content, 2) < 0.5


def test_a_change_of_thirty_files_takes_less_than_five_milliseconds() -> None:
    lines = [
        f"def handler_{number}(request, token_count={number}):  # see https://internal.test/{number}\n"
        for number in range(180)
    ]
    content = "".join(lines).encode()
    assert 30 * len(content) > 400_000
    assert 30 * quickest("src/handlers.py", content, 50) < 0.005
