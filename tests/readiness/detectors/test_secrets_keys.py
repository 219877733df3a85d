"""Private keys in every format and wrapping are found, and their public halves are not."""

import json
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.detectors.secrets.forge import follow, forge
from app.readiness.status import Severity

DETECTOR = SecretsDetector(b"key tests")
EDWARDS = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CURVE = ec.derive_private_key(7**80, ec.SECP256R1())
BLOCK = CURVE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
PUBLIC = CURVE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def kinds(path: str, text: str) -> list[tuple[str, Severity]]:
    return [(hit.kind, hit.severity) for hit in DETECTOR.scan(path, text.encode())]


def escaped(text: str) -> str:
    return text.replace('"', '\\"').replace("\n", "\\n")


def in_lines(text: str, joint: str) -> str:
    return joint.join(f'"{escaped(line)}\\n"' for line in text.splitlines())


WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "escaped": escaped,
    "java": lambda text: "String key =\n    " + in_lines(text, " +\n    ") + ";\n",
    "php": lambda text: "$key = " + in_lines(text, " .\n  ") + ";\n",
    "windows": lambda text: text.replace("\n", "\r\n"),
    "indented": lambda text: "".join(f"    {line}\n" for line in text.splitlines()),
}


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("kind", ["private-key", "openssh-private-key", "putty-private-key"])
def test_a_key_is_found_however_it_is_written(kind: str, written: str) -> None:
    text = WRITTEN[written](forge(kind))
    assert kinds("src/Keys.txt", text) == [(kind, Severity.ERROR)]


def test_an_openssh_key_whose_head_is_full_of_zeroes_is_found() -> None:
    text = EDWARDS.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    assert len(text) < 450
    assert kinds("deploy/key", text) == [("openssh-private-key", Severity.ERROR)]
    assert kinds("deploy/key", text.replace(text[-100:-60], "A" * 40)) == []


def test_short_words_that_the_body_of_a_key_holds_by_chance_do_not_matter() -> None:
    text = EDWARDS.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    for word, found in (("toDo", 1), ("sOpS", 1), ("Fake", 1), ("eXample", 0)):
        held = text[:-100] + word + text[-100 + len(word) :]
        assert len(kinds("deploy/key", held)) == found, word


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_key_that_ssh_keygen_made_is_found(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "key"
    subprocess.run(("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", str(file)), check=True)
    assert kinds("deploy/key", file.read_text()) == [("openssh-private-key", Severity.ERROR)]
    assert kinds("deploy/key.pub", file.with_suffix(".pub").read_text()) == []


@pytest.mark.parametrize("written", WRITTEN)
def test_a_key_under_a_passphrase_warns_however_it_is_written(written: str) -> None:
    body = forge("private-key").partition("\n")[2]
    dashes = "-" * 5
    headers = f"Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,{'0123456789ABCDEF' * 2}\n\n"
    head = f"{dashes}BEGIN RSA PRIVATE KEY{dashes}\n{headers}"
    assert kinds("src/Keys.txt", WRITTEN[written](head + body)) == [("encrypted-private-key", Severity.WARNING)]


def test_a_key_in_base64_is_decoded_once() -> None:
    once = b64encode(BLOCK.encode()).decode()
    assert kinds(".travis.yml", f"env: KEY={once}\n") == [("encoded-private-key", Severity.ERROR)]
    assert kinds("app.yml", f"key: {b64encode(PUBLIC.encode()).decode()}\n") == []
    assert kinds("app.yml", f"data: {b64encode(once.encode()).decode()}\n") == []


@pytest.mark.parametrize("kind", ["EC", "OKP", "RSA"])
def test_a_web_key_is_private_by_its_member_d(kind: str) -> None:
    number = follow("{b64url:43}", kind)
    public = {"kty": kind, "kid": "7", "x": follow("{b64url:43}", "x")}
    for key in ({**public, "d": number}, {"d": number, **public}):
        for text in (json.dumps(key), json.dumps({"keys": [public, key]}), json.dumps(json.dumps(key))):
            assert kinds("keys.json", text) == [("json-web-key", Severity.ERROR)]
    assert kinds("keys.json", json.dumps({"keys": [public]})) == []
    assert kinds("keys.json", json.dumps({**public, "kty": "other", "d": number})) == []


def test_keys_of_other_programs_warn_when_they_are_encrypted() -> None:
    assert kinds("me.txt", forge("putty-encrypted-key")) == [("putty-encrypted-key", Severity.WARNING)]
    assert kinds("me.txt", forge("commercial-ssh-key")) == [("commercial-ssh-key", Severity.WARNING)]
