"""Which policy texts judge: the newest that parse, so that a broken file never stops the judging."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import InvalidInput
from app.readiness.catalogue import Catalogue
from app.readiness.layering import build_policy
from app.readiness.policy import Layer, Policy
from app.readiness.policy_file import parse_policy


@dataclass(frozen=True, slots=True)
class Chosen:
    """The policy, the layers it came from, those of the given ones that parse, and notes for the reader."""

    policy: Policy
    layers: tuple[Layer, ...]
    sound: tuple[Layer, ...]
    notes: tuple[str, ...]


def choose_layers(layers: Sequence[Layer], known_good: Sequence[Layer], catalogue: Catalogue) -> Chosen:
    """Puts the last known good text of a layer in place of one that does not parse."""
    used: list[Layer] = []
    sound: list[Layer] = []
    notes: list[str] = []
    for layer in layers:
        try:
            parse_policy(layer, catalogue)
        except InvalidInput as error:
            good = next((known for known in known_good if known.name == layer.name), None)
            notes.append(_describe(layer, error, good))
            used += [good] if good else []
        else:
            sound.append(layer)
            used.append(layer)
    return Chosen(build_policy(used, catalogue), tuple(used), tuple(sound), tuple(notes))


def _describe(layer: Layer, error: InvalidInput, good: Layer | None) -> str:
    first = str(error.problems[0]) if error.problems else error.what
    instead = f"its last good version ({good.commit[:7]}) judges" if good else "it takes no part"
    return f"{layer.path}@{layer.commit[:7]} is broken, {instead}: {first}"
