"""Private keys in the places where people leave them."""

import base64
from collections.abc import Callable, Iterator
from random import Random

from cryptography.hazmat.primitives.serialization import PrivateFormat

from leaks import keys
from leaks.dice import Dice
from leaks.sample import CLOSE, OPEN, Sample, marked

KINDS: tuple[tuple[str, str, Callable[[Random], str]], ...] = (
    ("rsa", "block", keys.rsa_key),
    ("rsa in pkcs 8", "block", lambda draw: keys.rsa_key(draw, PrivateFormat.PKCS8)),
    ("ec", "block", keys.ec_key),
    ("ec in pkcs 8", "block", lambda draw: keys.ec_key(draw, PrivateFormat.PKCS8)),
    ("ed25519", "block", keys.edwards_key),
    ("openssh", "block", keys.openssh_key),
    ("dsa", "any", keys.dsa_key),
    ("encrypted rsa", "any", keys.encrypted_rsa_key),
    ("encrypted pkcs 8", "any", keys.encrypted_key),
    ("pgp", "any", keys.pgp_key),
    ("putty 2", "any", keys.putty_key),
    ("putty 3", "any", lambda draw: keys.putty_key(draw, 3)),
    ("ssh.com", "any", keys.commercial_ssh_key),
)


def indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def escaped(text: str) -> str:
    return text.replace('"', '\\"').replace("\n", "\\n")


def concatenated(text: str) -> str:
    return " +\n".join(f'    "{escaped(line)}\\n"' for line in text.splitlines())


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


# File kind, path, what stands before and after, how the key is written there.
PLACES: tuple[tuple[str, str, str, str, Callable[[str], str]], ...] = (
    ("key file", "deploy/server.key", "", "", str),
    ("key file", "id_rsa", "", "", str),
    ("key file of windows", "keys/prod.pem", "", "", lambda text: text.replace("\n", "\r\n")),
    ("yaml block", "config/keys.yml", "app:\n  private_key: |\n", "  port: 1\n", indented),
    ("json", "service.json", '{\n  "id": "7",\n  "private_key": "', '"\n}\n', escaped),
    ("env with breaks", ".env", 'PRIVATE_KEY="', '"\n', escaped),
    ("python string", "app/keys.py", 'PRIVATE_KEY = """', '"""\n', str),
    ("go string", "keys.go", "package keys\n\nconst privateKey = `", "`\n", str),
    ("javascript string", "src/keys.js", "export const key = `", "`;\n", str),
    ("java lines", "src/Keys.java", "String key =\n", ";\n", concatenated),
    ("shell here", "setup.sh", "cat > /etc/ssl/key <<EOF\n", "EOF\n", str),
    ("terraform here", "main.tf", "  private_key = <<-EOT\n", "  EOT\n", indented),
    ("markdown", "docs/setup.md", "Use this key:\n\n```\n", "```\n", str),
    ("kubernetes secret", "k8s/tls.yaml", "kind: Secret\ndata:\n  tls.key: ", "\n", encoded),
    ("test", "tests/test_keys.py", 'KEY = """\\\n', '"""\n', str),
    ("xml", "config.xml", "<config><privateKey>\n", "</privateKey></config>\n", str),
)


def key_samples() -> Iterator[Sample]:
    """Each kind in seven places, then the short forms that are no blocks."""
    for number, (form, tier, make) in enumerate(KINDS):
        for time in range(7):
            kind, path, before, after, write = PLACES[(number * 7 + time + number // 2) % len(PLACES)]
            text = write(make(Dice(f"key/{form}/{time}").random))
            yield Sample(
                "private key", form, kind, path, *marked(f"{before}{OPEN}{text}{CLOSE}{after}"), tier=_tier(tier, kind)
            )
    yield from _other()


def _tier(tier: str, kind: str) -> str:
    return "any" if kind in {"test", "markdown"} else tier


def _other() -> Iterator[Sample]:
    for time in range(4):
        dice = Dice(f"key/other/{time}")
        key = escaped(keys.rsa_key(dice.random, PrivateFormat.PKCS8))
        account = (
            f'{{\n  "type": "service_account",\n  "private_key_id": "{dice.text("hex", "40")}",\n'
            f'  "private_key": "{OPEN}{key}{CLOSE}",\n  "client_email": "a@shop.iam.gserviceaccount.com"\n}}\n'
        )
        yield _sample("google service account", "json", "sa.json", account)
        jwk = dice.fill('{"kty":"EC","crv":"P-256","x":"«url:43»","y":"«url:43»",\n "d":"⟦«url:43»⟧","use":"sig"}\n')
        yield _sample("jwk", "json", "jwk.json", jwk)
        guard = dice.fill("[Interface]\nAddress = 10.0.0.1/24\nPrivateKey = ⟦«bytes64:32»⟧\nListenPort = 51820\n")
        yield _sample("wireguard", "wireguard", "wg0.conf", guard)
        part = keys.rsa_key(dice.random).splitlines()
        cut = "\n".join(part[: 5 + time])
        yield _sample("rsa without an end", "text", "notes.txt", f"key of the server\n{OPEN}{cut}{CLOSE}\n")
        single = encoded(keys.rsa_key(dice.random))
        yield _sample("base64 of a block", "env", ".env", f"SSH_PRIVATE_KEY={OPEN}{single}{CLOSE}\n")
        inner = "".join(keys.ec_key(dice.random, PrivateFormat.PKCS8).splitlines()[1:-1])
        yield _sample("body without its armour", "java", "Keys.java", f'String privateKey = "{OPEN}{inner}{CLOSE}";\n')


def _sample(form: str, kind: str, path: str, text: str) -> Sample:
    return Sample("private key", form, kind, path, *marked(text))
