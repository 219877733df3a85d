"""Secrets in texts that are no files: paths, branches, addresses."""

import pytest

from app.readiness.conceal import conceal, holds_secret
from app.readiness.detectors.secrets.forge import forge
from app.readiness.detectors.secrets.pack import load_pack

BLOCKING = [one.id for one in load_pack().patterns if one.text.tier == "block"]
PLAIN = [kind for kind in BLOCKING if forge(kind, "x").replace("_", "").replace("-", "").isalnum()]


@pytest.mark.parametrize("frame", ["{}", "at/{}/a.py", "`{}.py:3`", '{{"path":"a/{}/b","line":1}}', "{}\n{}\n{}"])
def test_every_plain_token_is_taken_out_wherever_it_stands(frame: str) -> None:
    assert len(PLAIN) > 50
    for kind in PLAIN:
        token = forge(kind, frame)
        text = frame.replace("{{", "{").replace("}}", "}").replace("{}", token)
        assert holds_secret(text.encode()), kind
        hidden = conceal(text)
        assert token not in hidden, kind
        assert hidden.count("[secret]") == text.count(token), kind


def test_other_texts_stay_as_they_are() -> None:
    text = "refs/heads/change/2026-11 at/é/\udcff: src/a.py:3 0123456789abcdef0123456789abcdef"
    assert conceal(text) == text
    assert not holds_secret(b"\xff\x00 plain")
