"""Random text by recipe, the same in every run, so that no value has to stand in the tree."""

import base64
import binascii
import random
import re
import string
import uuid
from collections.abc import Callable
from urllib.parse import quote

ALNUM = string.ascii_letters + string.digits
ALPHABETS = {
    "an": ALNUM,
    "a": string.ascii_letters,
    "up": string.ascii_uppercase + string.digits,
    "lo": string.ascii_lowercase + string.digits,
    "lower": string.ascii_lowercase,
    "UPPER": string.ascii_uppercase,
    "d": string.digits,
    "d1": "123456789",
    "hex": "0123456789abcdef",
    "HEX": "0123456789ABCDEF",
    "b64": ALNUM + "+/",
    "url": ALNUM + "-_",
    "b32": string.ascii_uppercase + "234567",
}
WORDS = (
    "harbor",
    "kestrel",
    "marble",
    "quartz",
    "lantern",
    "otter",
    "willow",
    "ember",
    "falcon",
    "cobalt",
    "juniper",
    "saddle",
    "meadow",
    "copper",
    "thistle",
    "raven",
    "pebble",
    "walnut",
    "glacier",
    "cinder",
    "badger",
    "orchid",
)
HOSTS = ("db", "mail", "queue", "cache", "git", "ldap", "store", "search", "files", "build")
DOMAINS = ("northwind-labs.io", "kappelhoff.de", "brightfern.net", "ostrava-rail.cz", "lumenpost.org", "tidalworks.co")
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
# A recipe: alphabet and length, as in «an:36» or «hex:32-40», or the name of a form below, maybe with an argument.
PART = re.compile(r"«(?P<name>[A-Za-z0-9+-]*[A-Za-z0-9+])(?::(?P<argument>[^»|]*))?(?P<filters>(?:\|[a-z0-9]+)*)»")


class Dice:
    """Draws that depend on nothing but the label."""

    def __init__(self, label: str) -> None:
        self.random = random.Random(f"leaks/1/{label}")

    def text(self, alphabet: str, length: str) -> str:
        low, _, high = length.partition("-")
        count = self.random.randint(int(low), int(high or low))
        return "".join(self.random.choices(ALPHABETS[alphabet], k=count))

    def fill(self, template: str, **known: str) -> str:
        """The template with every «part» drawn or put in; «+» joins what must not stand together in the tree."""
        return PART.sub(lambda part: self._part(part, known), template)

    def _part(self, part: re.Match[str], known: dict[str, str]) -> str:
        name, argument = part["name"], part["argument"] or ""
        if name in known:
            value = known[name]
        elif name in ALPHABETS:
            value = self.text(name, argument)
        else:
            draw: Callable[[str], str] = getattr(self, f"draw_{name.replace('+', 'nothing')}")
            value = draw(argument)
        for rendering in part["filters"].split("|")[1:]:
            value = RENDERINGS[rendering](value)
        return value

    def draw_nothing(self, _: str) -> str:
        return ""

    def draw_uuid(self, _: str) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def draw_word(self, _: str) -> str:
        return self.random.choice(WORDS)

    def draw_host(self, _: str) -> str:
        return f"{self.random.choice(HOSTS)}.{self.random.choice(DOMAINS)}"

    def draw_pick(self, choices: str) -> str:
        return self.random.choice(choices.split(","))

    def draw_crc62(self, prefix: str) -> str:
        """GitHub's and npm's form: 30 random characters, then their CRC32 in six digits to the base 62."""
        body = self.text("an", "30")
        rest, digits = binascii.crc32(body.encode()), ""
        for _ in range(6):
            rest, digit = divmod(rest, 62)
            digits = BASE62[digit] + digits
        return prefix + body + digits

    def draw_crc62wrong(self, prefix: str) -> str:
        """As above, with a last digit that cannot be right."""
        token = self.draw_crc62(prefix)
        return token[:-1] + BASE62[(BASE62.index(token[-1]) + 7) % 62]

    def draw_grafana(self, _: str) -> str:
        """32 characters, then the CRC32 of prefix and body in hex, its lowest byte first."""
        body = "glsa" + "_" + self.text("an", "32")
        return f"{body}_{binascii.crc32(body.encode()).to_bytes(4, 'little').hex()}"

    def draw_bech32(self, prefix: str) -> str:
        """Age's form: 32 bytes in bech32, in capitals, under that prefix."""
        data = [self.random.randrange(32) for _ in range(51)] + [self.random.choice((0, 16))]
        low = prefix.lower()
        rest = 1
        for value in [*(ord(c) >> 5 for c in low), 0, *(ord(c) & 31 for c in low), *data, *[0] * 6]:
            top, rest = rest >> 25, (rest & 0x1FFFFFF) << 5 ^ value
            for bit, factor in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
                rest ^= factor if top >> bit & 1 else 0
        data += [(rest ^ 1) >> 5 * (5 - place) & 31 for place in range(6)]
        return f"{prefix}1{''.join(BECH32[value] for value in data).upper()}"

    def draw_bytes64(self, count: str) -> str:
        """That many random bytes in base64."""
        return base64.b64encode(self.random.randbytes(int(count))).decode()

    def draw_jwt(self, algorithm: str) -> str:
        """A web token with three readable claims and a random signature."""
        head = f'{{"alg":"{algorithm or "HS256"}","typ":"JWT"}}'
        claims = f'{{"sub":"{self.text("d", "8")}","name":"{self.draw_word("")}","exp":{self.text("d1", "10")}}}'
        size = 256 if (algorithm or "HS").startswith("RS") else 32
        parts = (head.encode(), claims.encode(), self.random.randbytes(size))
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)

    def draw_weak(self, _: str) -> str:
        """What people make up for a login nobody else was to see."""
        return self.fill(
            self.random.choice(
                (
                    "«word»«d:4»",
                    "«word|title»«d:2»",
                    "«word»",
                    "«word|title»«word|title»",
                    "«word|title»«d:3»!",
                    "«lo:8»",
                    "«an:9»",
                )
            )
        )

    def draw_basic(self, _: str) -> str:
        """A login as it stands behind `Basic` in a header."""
        return base64.b64encode(self.fill("«word»:«an:14»").encode()).decode()

    def draw_dockerauth(self, _: str) -> str:
        """A registry login as Kubernetes wraps it: base64 in JSON in base64."""
        return base64.b64encode(
            f'{{"auths":{{"{self.draw_host("")}":{{"auth":"{self.draw_basic("")}"}}}}}}'.encode()
        ).decode()

    def draw_password(self, _: str) -> str:
        """As people and password makers choose them."""
        return self.fill(
            self.random.choice(
                (
                    "«an:16-22»",
                    "«an:12»",
                    "«word|title»«d:4»!",
                    "«an:5»#«an:6»!«d:2»",
                    "«word»-«word»-«word»-«d:2»",
                    "«UPPER:1»«lower:5»«d:3»$«a:4»",
                    "«hex:32»",
                    "«bytes64:24»",
                    "«word|title»«word|title»«d:3»",
                    "«a:8»_«d:4»_«an:5»",
                )
            )
        )


RENDERINGS: dict[str, Callable[[str], str]] = {
    "title": str.title,
    "upper": str.upper,
    "b64": lambda value: base64.b64encode(value.encode()).decode(),
    "quoted": lambda value: quote(value, safe=""),
    "escaped": lambda value: value.replace("\n", "\\n"),
    "start": lambda value: value[: max(12, len(value) // 4)],
    "rest": lambda value: value[max(12, len(value) // 4) :],
    "half1": lambda value: value[: len(value) // 2],
    "half2": lambda value: value[len(value) // 2 :],
}
