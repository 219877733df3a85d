"""Ciphertext that belongs into a repository, and keys that do not, in files called otherwise."""

import pytest

from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.detectors.secrets.forge import follow
from app.readiness.status import Severity

DETECTOR = SecretsDetector(b"sealed tests")
SEALED = """apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata:
  name: shop
spec:
  encryptedData:
    password: Ag{b64:400}
    api_token: Ag{b64:684}
"""
SOPS = "DB_PASSWORD=ENC[AES256_GCM,data:{b64:28},iv:{b64:44},tag:{b64:24},type:str]\n"
SOPS += "sops_version=3.8.1\nsops_mac=ENC[AES256_GCM,data:{b64:28}]\n"
SOPS_YAML = """database:
  password: ENC[AES256_GCM,data:{b64:28},iv:{b64:44},tag:{b64:24},type:str]
sops:
  age:
    - enc: |
        -----BEGIN AGE ENCRYPTED FILE-----
        {b64:64}
        -----END AGE ENCRYPTED FILE-----
  mac: ENC[AES256_GCM,data:{b64:88},iv:{b64:44},tag:{b64:24},type:str]
"""
PUTTY = "PuTTY-User-Key-File-3: ssh-rsa\r\nEncryption: {}\r\nComment: key\r\nPublic-Lines: 2\r\n{}\r\n"
PUTTY += "Private-Lines: 1\r\n{}\r\nPrivate-MAC: 00\r\n"


def kinds(path: str, text: str) -> list[tuple[str, Severity]]:
    return [(hit.kind, hit.severity) for hit in DETECTOR.scan(path, text.encode())]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("k8s/shop.yaml", SEALED),
        (".env", SOPS),
        (".env.production", SOPS),
        ("config/secrets.yaml", SOPS_YAML),
        ("vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n{hex:80}\n{hex:80}\n"),
    ],
)
def test_ciphertext_is_no_secret(path: str, text: str) -> None:
    assert kinds(path, follow(text, path)) == []


def test_a_secret_beside_ciphertext_is_one() -> None:
    plain = "---\nkind: ConfigMap\ndata:\n  password: {password:18}\n"
    assert len(kinds("k8s/shop.yaml", follow(SEALED + plain, ""))) == 1
    assert kinds(".env", follow("DB_PASSWORD={password:18}\nsops_version=3\n", ""))


@pytest.mark.parametrize(
    ("encryption", "found"), [("none", ["putty-private-key"]), ("aes256-cbc", ["putty-encrypted-key"])]
)
def test_a_key_of_putty_is_told_by_its_content(encryption: str, found: list[str]) -> None:
    text = PUTTY.format(encryption, follow("{b64:64}\r\n{b64:32}", "public"), follow("{b64:64}", "private"))
    assert [kind for kind, _ in kinds("notes/key.txt", text)] == found
    assert ("ssh-key-file", Severity.ERROR) in kinds("notes/key.ppk", text)
