"""Which lines are comments, by the ending of the file's name."""


def _endings(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PROSE = _endings("md markdown mdx rst adoc txt html xml csproj props svg")
_SLASHED = _endings(
    "c h cc cpp hpp cs css scss java js jsx mjs cjs ts tsx mts cts go rs kt kts scala swift php groovy gradle dart "
    "proto tf hcl sol vue svelte json json5 jenkinsfile"
)
_DASHED = _endings("sql lua hs")
_NOT_HASHED = _SLASHED - _endings("php tf hcl") | _DASHED


def is_comment(path: str, line: bytes) -> bool:
    """Whether the line is a comment by its first characters and the ending of the file's name."""
    start = line.lstrip()
    ending = path.rpartition("/")[2].rpartition(".")[2].lower()
    if ending in _PROSE:
        return start.startswith(b"<!--")
    if ending in _SLASHED and (start.startswith((b"//", b"/*", b"* ", b"*/")) or start == b"*"):
        return True
    if ending in _DASHED:
        return start.startswith(b"--")
    return start.startswith((b"#", b";")) and ending not in _NOT_HASHED
