"""Files with template expressions: read leniently, with a hole where the value is not known before rendering."""

from app.readiness.patterns import compile_pattern

HOLE = "\ue000"
_WHOLE_LINE = r"^[ \t]*(?:\{\{-?[^\n]*?-?\}\}[ \t]*)+$"
_INLINE = r"\{\{[^\n]*?\}\}"
_COMMENT = r"\{\{-?\s*/\*(?:[^*]|\*[^/])*\*/\s*-?\}\}"


def has_holes(content: bytes) -> bool:
    return b"{{" in content


def fill_holes(content: bytes) -> bytes:
    """Lines that are nothing but expressions become empty, expressions within a line become holes."""
    bare = compile_pattern(_COMMENT).sub(lambda found: b"\n" * found.group(0).count(b"\n"), content)
    bare = compile_pattern(_WHOLE_LINE).sub(b"", bare)
    return bytes(compile_pattern(_INLINE).sub(HOLE.encode(), bare))
