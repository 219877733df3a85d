"""Credentials in statements, commands, connection strings and pairs, each beside a look-alike that is none."""

from base64 import b64encode

import pytest

from app.readiness.detectors.secrets.detector import SecretsDetector
from app.readiness.detectors.secrets.forge import follow, forge

DETECTOR = SecretsDetector(b"statement tests")
TOKEN = follow("{alnum:32}", "token")
WORD = "Wal" + "nut68" + "57!"
DRAWN = "fq4m5X" + "5TfCUXa0"
LETTERS = "pzBFF" + "CgzxaEu"
DOLLAR = "Txglff" + "250$uRTc"
UUID = follow("{hex:8}-{hex:4}-4{hex:3}-a{hex:3}-{hex:12}", "uuid")
NOTHING: list[str] = []


def kinds(path: str, text: str) -> list[str]:
    return [hit.kind for hit in DETECTOR.scan(path, text.encode())]


# Path, text with a place for the value, the value, and one in the same place that nobody would call a secret.
STATEMENTS = (
    ("src/keys.c", '#define API_KEY "{}"\n', TOKEN, "API_KEY_HEADER"),
    ("App/Info.plist", "<key>apiKey</key>\n  <string>{}</string>\n", TOKEN, "Enter your key"),
    ("prod.json", '{{"values": [{{"key": "cookie_secret", "value": "{}"}}]}}\n', TOKEN, "cookies of the page"),
    ("values.json", '{{"environment": [{{"name": "SECRET_KEY", "value": "{}"}}]}}\n', TOKEN, "$(SECRET_KEY)"),
    ("main.tf", 'variable "db_password" {{\n  type = string\n  default = "{}"\n}}\n', WORD, "changeme"),
    ("config.edn", '{{:port 8080\n :app-secret "{}"}}\n', TOKEN, "application"),
    ("spec/a_spec.rb", "let(:api_token) {{ '{}' }}\n", TOKEN, "short-token1"),
    ("fetch.py", 'requests.get(url, auth=("anna", "{}"))\n', WORD, "password"),
    ("client.go", 'req.SetBasicAuth("anna", "{}")\n', WORD, "password"),
    ("Client.cs", 'c.Credentials = new NetworkCredential("anna", "{}");\n', WORD, "secret"),
    ("Main.java", 'DriverManager.getConnection(url, "shop", "{}");\n', WORD, "postgres"),
    ("Auth.java", 'if (password.equals("{}")) {{\n', WORD, "confirmation"),
    ("auth.js", "jwt.sign({{ id: user.id }}, '{}', options);\n", TOKEN, "your-secret"),
    ("crypto.js", "const aesKey = Buffer.from('{}', 'base64');\n", TOKEN + "x/8=", "key-of-the-session-store"),
    ("user.ps1", "$p = ConvertTo-SecureString '{}' -AsPlainText -Force\n", WORD, "$env:PASSWORD"),
    ("dump.sh", "mysqldump -u root -p'{}' shop > shop.sql\n", WORD, "$PASSWORD1"),
    ("release.sh", "docker login -u anna -p {} registry.shop.io\n", TOKEN, "$REGISTRY_TOKEN"),
    ("root.sh", "echo 'root:{}' | chpasswd\n", WORD, "$ROOTPW"),
    ("init.sql", "CREATE USER 'shop'@'%' IDENTIFIED BY '{}';\n", DOLLAR, "password1"),
    ("server.cfg", 'rcon_password "{}"\n', WORD, "password1"),
    ("TODO.txt", "login: root\npw: {}\n", DRAWN, "the usual one"),
    ("src/a.py", "# the admin password is {} until Friday\n", DRAWN, "checked1 later"),
    ("app.service", '[Service]\nEnvironment="DB_PASSWORD={}"\n', WORD, "%i"),
    ("pg.go", 'dsn := "host=db4 user=shop password={} dbname=shop"\n', DRAWN, "%s"),
    ("my.go", 'sql.Open("mysql", "shop:{}@tcp(db4.shop.io:3306)/shop")\n', DRAWN, "%s"),
    ("cache.json", '{{"redis": "a.windows.net:6380,password={},ssl=True"}}\n', TOKEN + "x8=", "redacted"),
    ("Db.java", 'String u = "jdbc:oracle:thin:shop/{}@db4.shop.io:1521:orcl";\n', DRAWN, "password"),
    ("README.md", "Open https://admin:{}@staging.shop.io/ to look.\n", DRAWN, "password"),
    (".pgpass.txt", "db4.shop.io:5432:shop:shop:{}\n", WORD, "password"),
    ("inventory/hosts", "web1 ansible_user=deploy ansible_password={}\n", WORD, "password"),
    (".fetchmailrc", "poll mail protocol imap\n  user 'anna' password '{}' ssl\n", WORD, "password"),
    (".msmtprc", "host mail\nuser anna\npassword {}\n", DRAWN, "password"),
)


@pytest.mark.parametrize(("path", "text", "value", "other"), STATEMENTS, ids=[row[0] for row in STATEMENTS])
def test_a_statement_is_found_and_its_look_alike_is_not(path: str, text: str, value: str, other: str) -> None:
    assert kinds(path, text.format(value))
    assert kinds(path, text.format(other)) == NOTHING


@pytest.mark.parametrize("name", ["ROOTPW", "PASSWD", "PWD", "PASS", "MYSQL_PWD", "WIFI_PASSWORD", "psk", "smtppw"])
def test_short_names_of_passwords_tell(name: str) -> None:
    assert kinds("app.yml", f"{name}: {WORD}\n") == ["secret-assignment"]
    assert kinds("app.yml", f"{name}_file: {WORD}\n") == NOTHING


@pytest.mark.parametrize("value", [LETTERS, DRAWN, DOLLAR, UUID, TOKEN])
def test_values_that_nobody_writes_for_a_reader_count(value: str) -> None:
    assert kinds("src/a.go", f'const apiSecret = "{value}"\n') == ["secret-assignment"]


@pytest.mark.parametrize(
    "value", ["getUserName", "PasswordField", "prefix$SUFFIX", "$password1", "key-$name-12", "thistle"]
)
def test_names_and_references_do_not(value: str) -> None:
    assert kinds("src/a.go", f'const apiSecret = "{value}"\n') == NOTHING


def test_a_provider_is_told_by_names_of_any_style() -> None:
    name, _, value = forge("azure-named-storage-key").partition("=")
    for text in (
        f'{name.title().replace("_", "")} = "{value}"\n',
        f'variable "{name.lower()}" {{\n  description = "a, b"\n  default = "{value}"\n}}\n',
        f"<key>{name}</key>\n<string>{value}</string>\n",
        f"let(:{name.lower()}) {{ '{value}' }}\n",
    ):
        assert kinds("src/a.txt", text) == ["azure-named-storage-key"]
    name, _, value = forge("honeycomb-key").partition("=")
    assert kinds("a.js", f'const honeycombApiKey = "{value}";\n') == ["honeycomb-key"]
    assert kinds("a.js", f'const honeycombMonkey = "{value}";\n') != ["honeycomb-key"]


@pytest.mark.parametrize("path", ["tests/test_a.py", "examples/a.py", "src/a.test.js"])
def test_a_random_value_beside_a_strong_name_warns_in_tests_too(path: str) -> None:
    assert kinds(path, f'api_secret = "{TOKEN}"\n') == ["secret-assignment"]
    assert kinds(path, f'api_secret = "{DRAWN}"\n') == NOTHING
    assert kinds(path, f'cache_key = "{TOKEN}"\n') == NOTHING
    assert kinds("docs/a.md", f'api_secret = "{TOKEN}"\n') == NOTHING


def test_hashes_of_passwords_warn_in_login_files_and_dumps_alone() -> None:
    digest = "$2y$10$" + follow("{alnum:53}", "hash")
    assert kinds("etc/users", f"anna:{digest}\n") == ["password-hash"]
    assert kinds(
        "etc/shadow", "root:$6$" + follow("{alnum:8}", "s") + "$" + follow("{alnum:86}", "h") + ":1:0:9:7:::\n"
    )
    assert kinds("dump.sql", f"INSERT INTO users VALUES (1,'anna','{digest}');\n") == ["password-hash-in-dump"]
    assert kinds("dump.sql", f"1\tanna\t{digest}\t2026\n") == ["password-hash-in-dump"]
    assert kinds("src/a.py", f"PASSWORD_HASH = '{digest}'\n") == NOTHING


def test_what_manuals_print_and_what_is_public_or_sealed_is_left_alone() -> None:
    emulator = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq" + "/K1SZFPTOtr/KBHBeksoGMGw=="
    assert kinds(".envrc", f"AZURE=AccountName=devstoreaccount1;AccountKey={emulator};\n") == NOTHING
    assert kinds("pay.md", "curl -u sk_test_" + "4eC39HqLyjWDarjtT1zdp7dc:\n") == NOTHING
    assert kinds("vapid.json", f'{{"vapidPublicKey": "{TOKEN * 2}", "publicKey": "{TOKEN}="}}\n') == NOTHING
    sealed = "Ag" + follow("{b64:400}", "sealed")
    assert kinds("a.yml", f"kind: SealedSecret\nspec:\n  encryptedData:\n    password: {sealed}\n") == NOTHING
    assert kinds("a.yml", f"    password: {sealed}\n") == ["secret-assignment"]


@pytest.mark.parametrize("word", ["none", "true", "null", "admin", "changeme"])
def test_a_short_word_in_a_manifest_is_no_secret(word: str) -> None:
    value = b64encode(word.encode()).decode()
    assert kinds("a.yml", f"kind: Secret\ndata:\n  password: {value}\n") == NOTHING


@pytest.mark.parametrize(
    "value", ["[your password]", "TODO: set in production", "dummy-secret-value", "string", "changeme"]
)
def test_an_environment_file_of_placeholders_is_none(value: str) -> None:
    assert kinds("deploy/prod.env", f'export ADMIN_PASSWORD="{value}"\n') == NOTHING
    assert kinds("deploy/prod.env", f'A=1\nexport ADMIN_PASSWORD="{WORD}"\n')
