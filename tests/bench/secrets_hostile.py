"""Text made to slow a scanner of secrets down, without a secret in it."""

from collections.abc import Mapping

from app.readiness.detectors.secrets.pack import load_pack


def hostile_files(size: int) -> Mapping[str, bytes]:
    """Content of that size by name."""
    return {name: (unit * (size // len(unit) + 1))[:size] for name, unit in _units().items()}


def _units() -> Mapping[str, bytes]:
    literals = b" ".join(literal for pattern in load_pack().patterns for literal in pattern.literals)
    return {
        "keywords": b"password",
        "keywords in lines": b"password\n",
        "assignments": b"password='Sup3rS3cr3tValue'\n",
        "open assignments": b"password=",
        "open quotes": b'token = "a',
        "quotes": b"\"'",
        "line breaks": b"\n",
        "blanks": b"key \t",
        "addresses": b"http://",
        "open addresses": b"http://a:b",
        "key headers": b"-----BEGIN RSA PRIVATE KEY-----",
        "base64": b"QWxhZGRpbjpvcGVuIHNlc2FtZQ",
        "web tokens": b"eyJhbGciOiJIUzI1.",
        "every literal": literals + b"\n",
        "elements": b"<password ",
        "open web keys": b'{"kty":"EC","x":"a",',
        "open variables": b'"key" { default ',
        "open connections": b"host=a user=b password=",
        "open logins": b"mysql -u root -pAbcdefg ",
        "encoded headers": b"LS0tLS1CRUdJTi",
        "sealed values": b"key: Ag" + b"Qx7k" * 60 + b"\n",
        "zeroes": b"A",
        "hashes": b"values ('$2y$10$",
        "manifests": b"kind: Secret\n  a: QWxhZGRpbjpvcGVuIHNlc2FtZQ==\n",
    }
