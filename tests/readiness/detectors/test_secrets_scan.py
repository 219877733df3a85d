"""What a scan of one blob finds, leaves alone, and never gives away."""

import pickle
import traceback
from base64 import b64encode

import pytest

from app.errors import ReadygateError
from app.readiness.detectors import build_detectors
from app.readiness.detectors.detector import Hit
from app.readiness.detectors.secrets import detector as detector_module
from app.readiness.detectors.secrets.checksums import base62_crc32
from app.readiness.detectors.secrets.detector import LARGEST_BLOB, SecretsDetector
from app.readiness.detectors.secrets.forge import follow, forge
from app.readiness.detectors.secrets.scan import STRETCH, find_matches
from app.readiness.status import Severity

DETECTOR = SecretsDetector(b"scan tests")


def scan(path: str, text: str | bytes) -> tuple[Hit, ...]:
    return DETECTOR.scan(path, text if isinstance(text, bytes) else text.encode())


def kinds(path: str, text: str | bytes) -> list[str]:
    return [hit.kind for hit in scan(path, text)]


def test_builds_by_name() -> None:
    detectors = build_detectors(secret_key=b"one key")
    assert detectors["secrets"].name == "secrets"
    assert b"one key".decode() not in repr(detectors)


def test_a_token_is_found_at_its_line() -> None:
    (hit,) = scan("src/client.py", f'import x\n\nTOKEN = "{forge("github-token")}"\n')
    assert (hit.kind, hit.line, hit.end_line, hit.severity) == ("github-token", 3, 3, Severity.ERROR)


def test_crc_is_githubs() -> None:
    # The token GitHub published with its description of the format, in two halves so that no scanner trips over it.
    assert base62_crc32(b"zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ") == b"0mLq" + b"17"


@pytest.mark.parametrize("kind", ["github-token", "npm-token"])
def test_a_wrong_checksum_only_warns(kind: str) -> None:
    token = forge(kind)
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert [hit.severity for hit in scan("a.py", token)] == [Severity.ERROR]
    assert [hit.severity for hit in scan("a.py", wrong)] == [Severity.WARNING]


def test_the_same_value_has_the_same_key_and_another_key_hides_it() -> None:
    token = forge("stripe-live-key")
    (first,) = scan("a.py", token)
    (second,) = scan("b/c.yml", f"\n\n'{token}'")
    (other,) = SecretsDetector(b"another").scan("a.py", token.encode())
    assert first.key == second.key
    assert first.key != other.key
    assert len(first.key) == 32
    assert SecretsDetector(b"another").version != DETECTOR.version


def test_a_key_is_the_same_key_when_it_is_wrapped_differently() -> None:
    block = forge("private-key")
    as_json = '{"private_key": "' + block.replace("\n", "\\n") + '"}'
    assert {hit.key for hit in scan("a.json", as_json)} == {hit.key for hit in scan("a.pem", block)}
    (hit,) = scan("a.pem", block)
    assert hit.end_line > hit.line


@pytest.mark.parametrize(
    "text",
    [
        "password: changeme123",
        "password: ${DB_PASSWORD_1}",
        "password: '{{ vault_db_password1 }}'",
        "api_key: <your-api-key-1>",
        "secret: xxxxxxxx12xxxxxxxx",
        'token = "${{ secrets.DEPLOY_TOKEN1 }}"',
        "client_secret: ENC[AES256_GCM,data:9fk2Lk1x8Q==,iv:8a]",
        "db_password = var.db_password1",
        "api_key: vault:secret/data/app#k1",
        "password: password123",
        "token_url: https://id.internal.test/oauth2/v1/token",
        "password_min_length: 12345678ab9",
        "public_key_token: b77a5c561934e089",
        "secret_name: prod-db1-a2b3",
        "apikey: /etc/keys/a1b2c3d4e5",
        "url: postgres://postgres:postgres@db:5432/app",
        "url: postgresql://app:s3cretPassw0rd@localhost:5432/app",
        "url: https://user:k9Lm2qX7vT@example.com/",
        "url: https://${USER}:${PASS}@files.internal.test/",
        "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
    ],
)
def test_placeholders_and_references_are_dropped(text: str) -> None:
    assert kinds("config/app.yml", text + "\n") == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("config/app.yml", "db:\n  password: {}\n"),
        (".env", "DB_PASSWORD={}\n"),
        ("app.properties", "spring.datasource.password = {}\n"),
        ("settings.json", '{{"clientSecret": "{}"}}'),
        ("main.tf", 'admin_password = "{}"\n'),
        ("app.ini", "api-key: '{}'"),
    ],
)
def test_an_assignment_in_a_config_file_warns(path: str, text: str) -> None:
    hits = [hit for hit in scan(path, text.format("k7" + "vQ2mZr8Wp4!x")) if hit.kind != "env-file"]
    assert [(hit.kind, hit.severity) for hit in hits] == [("secret-assignment", Severity.WARNING)]


@pytest.mark.parametrize(
    "words",
    [
        "\u30d1\u30b9\u30ef\u30fc\u30c9\u306e\u5909\u66f4",
        "\u0e23\u0e2b\u0e31\u0e2a\u0e1c\u0e48\u0e32\u0e19\u0e43\u0e2b\u0e21\u0e48",
    ],
)
def test_a_translation_is_no_secret(words: str) -> None:
    assert kinds("messages/ja.json", f'{{"change-password": "{words}"}}\n') == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("src/main.py", 'password = "k7{}"\n', ["secret-assignment"]),
        ("src/main.py", "password = k7{}\n", []),
        ("src/main.py", 'tag = "k7{}"\n', []),
        ("tests/test_main.py", 'password = "k7{}"\n', []),
    ],
)
def test_an_assignment_in_code_counts_when_it_is_quoted_and_told_so(path: str, text: str, expected: list[str]) -> None:
    assert kinds(path, text.format("vQ2mZr8Wp4x9")) == expected


def test_a_provider_token_is_not_reported_as_an_assignment_too() -> None:
    assert kinds("app.yml", f"github_token: {forge('github-token')}\n") == ["github-token"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".env", ["env-file"]),
        ("deploy/.env.production", ["env-file"]),
        (".env.example", []),
        (".env.sample", []),
        (".env.template", []),
        ("env.py", []),
        ("home/id_rsa", ["ssh-key-file"]),
        ("home/id_rsa.pub", []),
        ("certs/site.pfx", ["key-store-file"]),
        ("certs/site.P12", ["key-store-file"]),
        ("infra/terraform.tfstate", ["terraform-state"]),
        ("infra/terraform.tfstate.d/x", []),
    ],
)
def test_names_that_should_never_be_committed(path: str, expected: list[str]) -> None:
    assert DETECTOR.wants(path, 10)
    assert kinds(path, b"A=1\n") == expected


def test_a_key_store_is_found_although_it_is_binary() -> None:
    assert kinds("site.p12", b"\x30\x82\0\0binary") == ["key-store-file"]


def test_binary_content_is_skipped_and_utf16_is_not() -> None:
    token = forge("github-token")
    assert kinds("a.dat", b"\0\1" + token.encode()) == []
    assert kinds("a.ps1", f"$x = '{token}'\r\n".encode("utf-16")) == ["github-token"]


def test_wants_neither_large_files_nor_pictures() -> None:
    assert DETECTOR.wants("dump.sql", LARGEST_BLOB)
    assert not DETECTOR.wants("dump.sql", LARGEST_BLOB + 1)
    assert not DETECTOR.wants("logo.png", 10)


def test_content_above_the_limit_is_said_to_be_unscanned() -> None:
    small = SecretsDetector(b"k", size_limit=100)
    (hit,) = small.scan("a.txt", b"x" * 101)
    assert (hit.kind, hit.severity) == ("not-scanned", Severity.WARNING)


def test_base64_of_a_kubernetes_secret_is_looked_into_once() -> None:
    token = forge("slack-token")
    manifest = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: chat\ndata:\n  SLACK: {}\n  other: aGVsbG8gd29ybGQ=\n"
    once = manifest.format(b64encode(token.encode()).decode())
    twice = manifest.format(b64encode(b64encode(token.encode())).decode())
    assert [(hit.kind, hit.line) for hit in scan("k8s/secret.yaml", once)] == [("slack-token", 6)]
    assert kinds("k8s/secret.yaml", twice) == []
    assert kinds("k8s/config.yaml", once.replace("kind: Secret", "kind: ConfigMap")) == []


def test_a_generic_password_of_a_kubernetes_secret_is_seen() -> None:
    value = b64encode(b"k7" + b"vQ2mZr8Wp4!x").decode()
    text = f"kind: Secret\nstringData: {{}}\ndata:\n  password: {value}\n"
    assert [(hit.kind, hit.line) for hit in scan("secret.yml", text)] == [("secret-assignment", 4)]
    known = b64encode(b"changeme-123456").decode()
    assert kinds("secret.yml", f"kind: Secret\ndata:\n  password: {known}\n") == []


def test_more_than_two_hundred_of_a_kind_are_one_hit() -> None:
    text = "\n".join(forge("github-token", str(seed)) for seed in range(250))
    (hit,) = scan("tokens.txt", text)
    assert (hit.kind, hit.line, hit.severity, hit.note) == ("github-token", 1, Severity.ERROR, "too many to list")
    assert hit.end_line >= 200


def test_a_secret_is_found_across_the_border_of_two_stretches() -> None:
    token = forge("private-key")
    for before in (STRETCH - 5, STRETCH - 400, STRETCH, 2 * STRETCH - 20):
        content = b"a \n" * (before // 3) + token.encode()
        hits = scan("big.txt", content)
        assert [(hit.kind, hit.line) for hit in hits] == [("private-key", before // 3 + 1)]


def test_overlong_keyword_files_still_show_the_real_one() -> None:
    text = "password: changeme1\n" * 5_000
    assert kinds("a.yml", text) == ["secret-assignment"]
    assert scan("a.yml", text)[0].severity is Severity.WARNING


@pytest.mark.parametrize(
    "text",
    [
        *(forge(kind, "canary") for kind in ("github-token", "private-key", "slack-webhook")),
        follow("DB_PASSWORD={password:20}", "canary"),
        follow("postgresql://app:{password:18}@db.internal.test:5432/app", "canary"),
    ],
    ids=["token", "key", "webhook", "assignment", "url"],
)
def test_no_part_of_a_value_shows_in_hits_matches_or_reprs(text: str) -> None:
    content = text.encode()
    matches = find_matches(content, "config", b"key").found
    shown = repr(scan("app.yml", content)) + repr(matches) + str(matches) + "".join(map(str, matches))
    assert matches
    assert not _shared(text, shown)
    assert repr(matches[0]) == matches[0].fingerprint
    with pytest.raises(TypeError, match="stays in the scanner"):
        pickle.dumps(matches[0])


def test_no_part_of_a_value_shows_in_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    canary = forge("github-token", "canary")

    def fail(content: bytes, file_class: str, secret_key: bytes, *, shows: bool) -> None:
        raise ValueError(content.decode())

    monkeypatch.setattr(detector_module, "find_matches", fail)
    with pytest.raises(ReadygateError) as caught:
        scan("a.py", canary)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "ValueError" in str(caught.value)
    assert caught.value.__context__ is None
    assert not _shared(canary, shown)


def _shared(value: str, shown: str) -> list[str]:
    """Stretches of eight characters that both texts hold, names of keys aside."""
    pieces = {value[start : start + 8] for start in range(len(value) - 7)}
    return sorted(piece for piece in pieces if piece in shown and any(character.isdigit() for character in piece))
