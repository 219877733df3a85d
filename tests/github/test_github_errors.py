"""No credential survives in an error text."""

import pytest

from app.github.errors import GitHubError, redact
from app.github.transport import direct_transport

TAIL = "A1b2.c3D4-e5_" * 40


@pytest.mark.parametrize("prefix", ["ghs_", "ghp_", "gho_", "ghu_", "ghr_", "github_pat_"])
def test_tokens_are_redacted_whole(prefix):
    assert redact(f"got '{prefix}{TAIL}' here") == "got '[redacted]' here"


def test_jwt_is_redacted():
    assert redact("Bearer " + ".".join(["ey" + "JhbGci", "b" * 30, "c-_" * 20])) == "Bearer [redacted]"


def test_texts_are_cut_after_redaction():
    error = GitHubError(400, "ghs_" + TAIL + " x" * 300, where="GET /x?token=" + "ghp_" + TAIL)
    assert len(error.message) == 500
    assert "A1b2" not in str(error)
    assert error.where == "GET /x?token=[redacted]"


def test_ordinary_words_stay():
    assert redact("ghs_short and eyJ alone, ghost_town") == "ghs_short and eyJ alone, ghost_town"


@pytest.mark.parametrize(
    ("environment", "is_proxied"),
    [
        ({"HTTPS_PROXY": "http://127.0.0.1:3128"}, True),
        ({"ALL_PROXY": "127.0.0.1:3128"}, True),
        ({"HTTPS_PROXY": "http://127.0.0.1:3128", "NO_PROXY": "api.github.example"}, False),
        ({}, False),
    ],
)
async def test_proxy_of_the_environment_is_used(monkeypatch, environment, is_proxied):
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, text in environment.items():
        monkeypatch.setenv(name, text)
    transport = direct_transport("https://api.github.example")
    assert ("Proxy" in type(transport._pool).__name__) is is_proxied
    await transport.aclose()
