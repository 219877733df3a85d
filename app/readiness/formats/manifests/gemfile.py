"""Ruby: Gemfile with its groups, gems.rb and gemspecs."""

from collections.abc import Iterator

from app.readiness.formats.manifests.dependency import Dependency
from app.readiness.formats.source import Source
from app.readiness.patterns import compile_pattern

_GEM = (
    r"^\s*(gem|\w+\.add_(?:runtime_|development_)?dependency)[\s(]+[\"']([\w.-]+)[\"'](?:\s*,\s*[\"']([^\"']*)[\"'])?"
)
_INLINE = r"\bgroups?(?::|\s*=>)\s*(\[[^\]]*\]|:\w+|[\"']\w+[\"'])"
_OPENS = r"^\s*(?:(group\b.*)|.*)\bdo\b(?:\s*\|[^|]*\|)?\s*(?:#.*)?$|^\s*(?:if|unless|case|begin)\b"
_ENDS = r"^\s*end\b"
_RUNTIME = r"\b(?:default|production)\b"
LINE = 1_000


def read_gemfile(source: Source) -> Iterator[Dependency]:
    """Gems; those that are only in groups other than the default and production are for development."""
    open_blocks: list[bool] = []
    for number, text in enumerate(source.lines, 1):
        line = text[:LINE].encode(errors="replace")
        found = compile_pattern(_GEM).search(line)
        if found:
            name, version = ((found.group(at) or b"").decode(errors="replace") for at in (2, 3))
            is_development = any(open_blocks) or b"development" in found.group(1) or _is_inline_development(line)
            yield Dependency("gem", name, version, number, is_development)
            continue
        opened = compile_pattern(_OPENS).search(line)
        if opened:
            group = opened.group(1)
            open_blocks.append(bool(group) and not compile_pattern(_RUNTIME).search(group))
        elif open_blocks and compile_pattern(_ENDS).search(line):
            open_blocks.pop()


def _is_inline_development(line: bytes) -> bool:
    found = compile_pattern(_INLINE).search(line)
    return bool(found) and not compile_pattern(_RUNTIME).search(found.group(1))
