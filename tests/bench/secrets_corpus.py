"""Labelled files made at run time: forged secrets where people put them, and what only looks like one."""

import json
import random
import string
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import NamedTuple

from app.readiness.detectors.secrets.forge import forge
from app.readiness.detectors.secrets.pack import load_pack
from app.readiness.detectors.secrets.shapes import KEY_SHAPES

_ALNUM = string.ascii_letters + string.digits
_WORDS = [
    "window",
    "garden",
    "signal",
    "parser",
    "river",
    "copper",
    "thread",
    "market",
    "silver",
    "branch",
    "object",
    "header",
    "filter",
    "worker",
    "planet",
    "button",
    "ticket",
    "basket",
    "camera",
    "engine",
    "folder",
    "letter",
    "mirror",
    "number",
    "orange",
    "pocket",
    "rocket",
    "stream",
    "tunnel",
    "velvet",
]


class Case(NamedTuple):
    """One file; family is what the figures are summed by, label says how it was made."""

    family: str
    label: str
    path: str
    text: str
    is_secret: bool


def cases(seed: int = 5, rounds: int = 3) -> Iterator[Case]:
    """Always the same for one seed."""
    chance = random.Random(seed)
    for _ in range(rounds):
        yield from _of_providers(chance)
        yield from _of_assignments(chance)
        yield from _of_addresses(chance)
        yield from _of_headers(chance)
        yield from _look_alikes(chance)


def _random_value(chance: random.Random, alphabet: str, size: int) -> str:
    return "".join(chance.choices(alphabet, k=size))


def _leet(chance: random.Random) -> str:
    word = chance.choice(_WORDS).title() + chance.choice(_WORDS).title()
    return word.replace("e", "3").replace("o", "0") + chance.choice("!@#?*") + str(chance.randint(10, 99))


VALUES: dict[str, Callable[[random.Random], str]] = {
    "letters and digits": lambda chance: _random_value(chance, _ALNUM, chance.randint(20, 44)),
    "short letters and digits": lambda chance: "q4" + _random_value(chance, _ALNUM, 10) + "7Z",
    "hex": lambda chance: chance.randbytes(chance.choice((16, 20, 32))).hex(),
    "base64": lambda chance: b64encode(chance.randbytes(32)).decode(),
    "password": lambda chance: _random_value(chance, _ALNUM + "!#%*_-+", 12) + "7k!",
    "word with marks": _leet,
    "dashed": lambda chance: "-".join(
        _random_value(chance, string.ascii_lowercase + string.digits, 5) for _ in range(4)
    ),
}
NAMES = {
    "password": (
        "DB_PASSWORD",
        "dbPassword",
        "smtp_pass",
        "adminPasswd",
        "mysql_pwd",
        "password",
        "keystore.passphrase",
    ),
    "token": ("API_TOKEN", "accessToken", "client_secret", "apiKey", "X-Api-Key", "SECRET_KEY", "webhookSecret"),
}
FORMS = (
    ("python", "app/settings.py", '{n} = "{v}"\n'),
    ("python dict", "app/conf.py", 'CONFIG = {{\n    "{n}": "{v}",\n}}\n'),
    ("python environment", "app/run.py", 'os.environ["{n}"] = "{v}"\n'),
    ("javascript", "web/api.js", "const client = new Client({{ {n}: '{v}' }});\n"),
    ("typescript", "web/api.ts", "export const {n}: string = `{v}`;\n"),
    ("go", "cmd/main.go", '\t{n} := "{v}"\n'),
    ("java", "src/Login.java", '    private static final String {n} = "{v}";\n'),
    ("java call", "src/Setup.java", '    properties.setProperty("{n}", "{v}");\n'),
    ("ruby", "lib/login.rb", "{n} => '{v}'\n"),
    ("php", "wp/setup.php", "define('{n}', '{v}');\n"),
    ("c#", "Login.cs", 'var {n} = @"{v}";\n'),
    ("rust", "src/login.rs", 'const {n}: &str = "{v}";\n'),
    ("env", "deploy/app.conf", "{n}={v}\n"),
    ("shell", "deploy/run.sh", "export {n}={v}\n"),
    ("dockerfile", "Dockerfile", "FROM scratch\nENV {n}={v}\n"),
    ("yaml", "config/app.yml", "db:\n  {n}: {v}\n"),
    ("yaml quoted", "config/web.yaml", 'db:\n  {n}: "{v}"\n'),
    ("yaml list", "k8s/deploy.yaml", "env:\n  - name: {n}\n    value: {v}\n"),
    ("compose", "compose.yml", "environment:\n  - {n}={v}\n"),
    ("json", "config/app.json", '{{"host": "db", "{n}": "{v}"}}\n'),
    ("json in text", "web/body.js", 'const body = "{{\\"{n}\\": \\"{v}\\"}}";\n'),
    ("toml", "config/app.toml", '{n} = "{v}"\n'),
    ("ini", "config/app.ini", "[db]\n{n} = {v}\n"),
    ("properties", "app.properties", "spring.{n}={v}\n"),
    ("xml element", "config/app.xml", "<{n}>{v}</{n}>\n"),
    ("xml attribute", "web.config", '<add key="{n}" value="{v}" />\n'),
    ("terraform", "main.tf", '  {n} = "{v}"\n'),
    ("connection text", "src/Db.cs", 'var c = "Server=db4;User Id=sa;Password={v};";\n'),
    ("no ending", "notes/login", "{n}: {v}\n"),
    ("sql", "db/users.sql", "CREATE USER app IDENTIFIED BY '{v}';\n"),
)


def _of_providers(chance: random.Random) -> Iterator[Case]:
    """A token of each entry of the pack, in the quotes of a language or behind a name of a configuration."""
    for pattern in load_pack().patterns:
        token = forge(pattern.id, str(chance.random()))
        family = "key-block" if pattern.text.shape in KEY_SHAPES else "provider"
        is_plain = "\n" not in token and '"' not in token and "=" not in token and ":" not in token
        form = chance.choice(FORMS[:6]) if is_plain else ("as it is", "config/app.conf", "{v}\n")
        yield Case(family, f"{pattern.id} in {form[0]}", form[1], form[2].format(n="value", v=token), is_secret=True)


def _of_assignments(chance: random.Random) -> Iterator[Case]:
    for promise, names in NAMES.items():
        for form, path, text in FORMS:
            for label, make in VALUES.items():
                made = text.format(n=chance.choice(names), v=make(chance))
                yield Case("assignment", f"{promise}: {label} in {form}", path, made, is_secret=True)
    for label, make in VALUES.items():
        value = b64encode(make(chance).encode()).decode()
        manifest = f"apiVersion: v1\nkind: Secret\ndata:\n  password: {value}\n"
        yield Case("assignment", f"{label} in a manifest", "k8s/secret.yaml", manifest, is_secret=True)


def _of_addresses(chance: random.Random) -> Iterator[Case]:
    for scheme in ("postgres", "mysql+pymysql", "mongodb+srv", "redis", "amqp", "https", "ftp", "smtp", "ssh", "ldap"):
        for label in ("letters and digits", "short letters and digits", "hex", "dashed"):
            address = f"{scheme}://svc:{VALUES[label](chance)}@{chance.choice(_WORDS)}.corp-net.io/data"
            for form, path, text in (FORMS[0], FORMS[5], FORMS[12]):
                made = text.format(n="LOCATION", v=address)
                yield Case("address", f"{scheme}: {label} in {form}", path, made, is_secret=True)


def _of_headers(chance: random.Random) -> Iterator[Case]:
    for label, make in VALUES.items():
        login = b64encode(f"svc:{make(chance)}".encode()).decode()
        yield Case(
            "header",
            f"basic, {label}",
            "web/call.js",
            f"headers: {{ Authorization: 'Basic {login}' }}\n",
            is_secret=True,
        )
        yield Case(
            "header", f"curl, {label}", "run.sh", f"curl -u svc:{make(chance)} https://a.corp-net.io\n", is_secret=True
        )
    for label in ("letters and digits", "hex", "base64"):
        bearer = VALUES[label](chance)
        yield Case(
            "header", f"bearer, {label}", "web/call.py", f'h = {{"Authorization": "Bearer {bearer}"}}\n', is_secret=True
        )
    body = {"sub": str(uuid.UUID(int=chance.getrandbits(128))), "scope": "all", "exp": 1_900_000_000}
    parts = [
        b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "HS256", "typ": "JWT"}, body)
    ]
    token = ".".join([*parts, _random_value(chance, _ALNUM, 43)])
    yield Case("header", "web token", "web/call.go", f'token := "{token}"\n', is_secret=True)


def _look_alikes(chance: random.Random) -> Iterator[Case]:
    hexed, identity = chance.randbytes(20).hex(), str(uuid.UUID(int=chance.getrandbits(128)))
    words = [chance.choice(_WORDS) for _ in range(4)]
    value = VALUES["short letters and digits"](chance)
    stand_ins = {
        "placeholder": (
            "changeme123", "<your-token-here>", "xxxxxxxxxxxxxxxx", "YOUR_API_KEY", "example-secret-1", "password123",
            "********", "TODO-replace-me1",
        ),
        "reference": (
            "${DB_PASSWORD}", "{{ vault_password1 }}", "%(password)s", "$(cat /run/secrets/db1)",
            "vault:secret/data/app#k1", "op://vault/item1/field", "ENC[AES256_GCM,data:9fk2Lk1x8Q==,iv:8a]",
            "#{ENV['TOKEN1']}",
        ),
        "identifier": (
            f"{words[0]}_{words[1]}_{words[2]}", f"{words[0]}{words[1].title()}2{words[2].title()}",
            f"{words[0]}.{words[1]}.v1", f"/etc/{words[0]}/{words[1]}.pem", f"{words[0]}-{words[1]}-01",
            f"https://id.{words[0]}.io/oauth2/v1/token",
        ),
    }  # fmt: skip
    for family, values in stand_ins.items():
        for stand_in in values:
            for form, path, text in (FORMS[0], FORMS[4], FORMS[12], FORMS[15], FORMS[19], FORMS[21]):
                made = text.format(n=chance.choice(NAMES["token"]), v=stand_in)
                yield Case(family, f"{stand_in.partition(words[0])[0][:12]} in {form}", path, made, is_secret=False)
    plain = (
        ("hash", "checksum", "build.gradle", f'sha256 = "{hexed}"\n'),
        ("hash", "commit", "app/version.py", f'COMMIT = "{hexed}"\n'),
        ("hash", "action", ".github/workflows/ci.yml", f"- uses: actions/checkout@{hexed}\n"),
        ("uuid", "id", "config/app.yml", f"tenant_id: {identity}\n"),
        ("uuid", "name", "app/ids.py", f'CLIENT_ID = "{identity}"\n'),
        ("lock", "npm", "package-lock.json", f'{{"integrity": "sha512-{b64encode(chance.randbytes(64)).decode()}"}}\n'),
        ("lock", "key", "poetry.lock", f'content-hash = "{hexed}"\ntoken = "{hexed}"\n'),
        ("test", "password", "tests/test_login.py", f'password = "{value}"\n'),
        ("test", "url", "tests/web/test_db.py", f'url = "postgresql://svc:{value}@127.0.0.1/app"\n'),
        ("test", "fixture", "spec/fixtures/login.json", f'{{"token": "{value}{value}"}}\n'),
        ("local", "database", "config/dev.yml", f"url: postgres://app:{value}@localhost:5432/app\n"),
        ("local", "loopback", "src/db.py", f'URL = "redis://:{value}@127.0.0.1:6379"\n'),
        ("local", "names", "compose.yml", "url: postgres://postgres:postgres@db:5432/app\n"),
        ("local", "example", "src/db.go", f'url := "https://user:{value}@example.com/"\n'),
        ("code", "call", "app/login.py", "password = get_password(user1, realm2)\n"),
        ("code", "attribute", "app/login.ts", "this.password = config.database.password1;\n"),
        ("code", "parameter", "app/login.go", "func login(password string, token2 string) error {\n"),
        ("code", "label", "web/login.tsx", '<input type="password" name="password" placeholder="Password 123" />\n'),
        ("code", "message", "app/errors.py", 'PASSWORD_ERROR = "password-too-short-8-chars"\n'),
        ("translation", "german", "src/lang/de.json", '{"password": "Passwort1", "token": "Zugangsschlüssel2"}\n'),
        ("public", "key", "config/app.yml", f"recaptcha_public_key: {value}{value}\n"),
        ("public", "pem", "a.pem", f"-----BEGIN PUBLIC KEY-----\n{b64encode(chance.randbytes(90)).decode()}\n-----END"),
    )  # fmt: skip
    for family, label, path, text in plain:
        yield Case(family, label, path, text, is_secret=False)
