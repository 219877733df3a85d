"""Tokens of providers in the places where people leave them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from leaks.dice import Dice
from leaks.sample import Sample, marked

HERE = Path(__file__).parent
PLACES_EACH = 5
# What is unmistakable without a name beside it: a literal start, which recipes break up to keep it out of the tree.
TELLS_ITSELF = re.compile(r"«\+»|«(crc62|grafana|jwt|bech32)|^[A-Za-z0-9._-]{4,}«")


@dataclass(frozen=True, slots=True)
class Token:
    """A line of providers.txt."""

    provider: str
    form: str
    name: str
    tier: str
    recipe: str

    @property
    def tells_itself(self) -> bool:
        return bool(TELLS_ITSELF.search(self.recipe))

    def fits(self, place: dict[str, Any]) -> bool:
        is_address = "://" in self.recipe or "&" in self.recipe
        is_split = place["kind"] == "concatenation"
        return (self.tells_itself or not (place.get("bare") or is_split)) and not (is_address and place.get("encoded"))


@cache
def tokens() -> tuple[Token, ...]:
    lines = (HERE / "providers.txt").read_text(encoding="utf-8").splitlines()
    return tuple(Token(*line.split(" ~ ")) for line in lines if not line.startswith("#"))


@cache
def places() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load((HERE / "places.yml").read_text(encoding="utf-8")))


def provider_samples() -> Iterator[Sample]:
    """Each token in five places, going round all places, so that every kind of file has as many."""
    turn = 0
    for number, token in enumerate(tokens()):
        taken = 0
        while taken < PLACES_EACH:
            place = places()[turn % len(places())]
            turn += 1
            if token.fits(place):
                taken += 1
                yield leak(token, place, f"{number}/{taken}")
        turn += number % 3


def leak(token: Token, place: dict[str, Any], number: str) -> Sample:
    dice = Dice(f"provider/{token.provider}/{token.form}/{number}")
    value = dice.fill(token.recipe)
    text, lines = marked(dice.fill(place["text"], value=value, provider=token.provider, **spellings(token.name)))
    kind, form = place["kind"], f"{token.provider} {token.form}"
    tier = "any" if kind.endswith("test") or kind == "markdown" else token.tier
    return Sample("provider token", form, kind, place["path"], text, lines, tier)


def spellings(name: str) -> dict[str, str]:
    """A name in capitals as the other tongues write it."""
    first, *rest = name.lower().split("_")
    small = name.lower()
    return {
        "NAME": name,
        "name": small,
        "camel": first + "".join(word.title() for word in rest),
        "kebab": small.replace("_", "-"),
        "dotted": small.replace("_", "."),
    }
