"""Files without a credential that look as if they had one."""

from collections.abc import Iterator
from pathlib import Path

from leaks import keys
from leaks.dice import Dice
from leaks.form_samples import NAMES, read_forms
from leaks.provider_samples import places, spellings, tokens
from leaks.sample import Sample, marked

HERE = Path(__file__).parent
PLACES_EACH = 5
# A family apart: where a token's name is near, a scanner may fairly report a value that the provider never made.
NEAR = "near miss"
# What a documented format does not allow.
BROKEN = (
    ("too short", "«value|start»"),
    ("ellipsis", "«value|start»..."),
    ("blank inside", "«value|start» «value|rest»"),
)


def harmless_samples() -> Iterator[Sample]:
    # A form without a drawn part is the same each time, and counts once.
    yield from {(sample.path, sample.text): sample for sample in read_forms("harmless.yml")}.values()
    yield from _placeholders()
    yield from _near_misses()
    for time in range(6):
        draw = Dice(f"public/{time}").random
        yield Sample("public key", "public key", "pem", "key.pub.pem", keys.public_key(draw))
        yield Sample("public key", "certificate", "pem", "ca.crt", keys.certificate(draw))


def _placeholders() -> Iterator[Sample]:
    """Each in five places under usual names; quotes are left out where they would end the string."""
    named = [place for place in places() if not place.get("bare") and place["kind"] != "concatenation"]
    values = (HERE / "placeholders.txt").read_text(encoding="utf-8").splitlines()
    for number, value in enumerate(values):
        for time in range(PLACES_EACH):
            place = named[(number * PLACES_EACH + time) % len(named)]
            name = tuple(NAMES)[(number * 5 + time * 7) % len(NAMES)]
            words = {
                **spellings(name),
                "provider": "shop",
                "value": value.replace("'", "") if "'" in place["text"] else value,
            }
            text, _ = marked(Dice(f"placeholder/{value}/{time}").fill(place["text"], **words))
            yield Sample("placeholder", value, place["kind"], place["path"], text)


def _near_misses() -> Iterator[Sample]:
    """Documented tokens cut, elided or broken, in places that name them not."""
    bare = [place for place in places() if place.get("bare") and place["kind"] in {"markdown", "plain text", "csv"}]
    strict = [token for token in tokens() if token.tier == "block"]
    for number, token in enumerate(strict):
        form, breaking = BROKEN[number % len(BROKEN)]
        dice = Dice(f"near/{token.form}/{number}")
        value = dice.fill(breaking, value=dice.fill(token.recipe))
        place = bare[number % len(bare)]
        text, _ = marked(dice.fill(place["text"], value=value, provider=token.provider))
        yield Sample(NEAR, f"{form}: {token.provider} {token.form}", place["kind"], place["path"], text)
    for number, prefix in enumerate(("ghp", "gho", "ghs", "npm") * 2):
        dice = Dice(f"near/checksum/{number}")
        text, _ = marked(
            dice.fill(bare[number % len(bare)]["text"], value=dice.draw_crc62wrong(prefix + "_"), provider="x")
        )
        yield Sample(NEAR, f"wrong checksum: {prefix}", bare[number % len(bare)]["kind"], "notes.md", text)
