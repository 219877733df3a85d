"""The view of Terraform blocks."""

from collections.abc import Iterator, Mapping

from app.readiness.conditions.sight import trim
from app.readiness.conditions.views.node import Node, ViewKind, is_named
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.marked import Marked
from app.readiness.formats.parsed import terraform_blocks
from app.readiness.formats.source import Source
from app.readiness.formats.terraform import Block
from app.readiness.patterns import compile_pattern

TERRAFORM = ("**/*.tf",)
_WORD = r"[a-z0-9]+"
# Words that stand in the name of nearly every type or module, and tell nothing of what it makes.
_PROVIDERS = frozenset({"aws", "awscc", "google", "azurerm", "azure", "digitalocean"})
_ADDRESSES = frozenset({"com", "org", "io", "git", "https", "github", "registry", "v1", "v2"})
_COMMON = (
    _PROVIDERS
    | _ADDRESSES
    | {"terraform", "module", "modules", "resource", "service", "instance", "main", "app", "data"}
)


def _terraform(source: Source, argument: str) -> Iterator[Node]:
    """A module from elsewhere is a doubt where its name or address shares a word with the types that are asked for."""
    wanted = _words(argument)
    doubted = ""
    for block in source.parse(terraform_blocks):
        if is_named(argument, block.type):
            value = {"labels": list(block.labels), **block.value}
            yield Node(value, Marked(value, block.marks), (), trim(" ".join((block.kind, *block.labels))))
        if block.kind == "module" and not wanted.isdisjoint(_makes(block)):
            doubted = trim(" ".join(block.labels))
    if doubted and not is_named(argument, "module"):
        raise Malformed(f"module {doubted} comes from elsewhere")


def _makes(module: Block) -> frozenset[str]:
    """The words that say what a module from elsewhere makes, none for one of this repository."""
    origin = module.value.get("source")
    if not isinstance(origin, str) or origin.startswith("."):
        return frozenset()
    return _words(" ".join((origin, *module.labels)))


def _words(text: str) -> frozenset[str]:
    found = compile_pattern(_WORD).finditer(text.lower().encode(errors="replace"))
    return frozenset(word for match in found if (word := match.group().decode()) not in _COMMON)


VIEWS: Mapping[str, ViewKind] = {"terraform": ViewKind(TERRAFORM, _terraform)}
