"""The names that reports give to files, made alike: parts from the root down."""

import re
from collections.abc import Iterable

Parts = tuple[str, ...]
_DRIVE = re.compile(r"[A-Za-z]:(?=/|$)")
_SCHEME = re.compile(r"(?:file|webpack)://+")
# Files of other people, wherever a build machine keeps them.
_FOREIGN = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages|node_modules|bower_components|\.cargo/registry|\.cargo/git|\.rustup"
    r"|go/pkg/mod|\.m2/repository|\.gradle/caches|\.nuget/packages|rubygems|gems/ruby-[\d.]+|rustc/[0-9a-f]{40})/"
    r"|^/?(?:usr/(?:include|lib|lib64|local/(?:include|lib|go))|opt/(?:homebrew|hostedtoolcache)|Applications/Xcode[^/]*)/"
)


def parts_of(name: str) -> Parts:
    """Without drive, scheme, `.` and `..`; a name that climbs above its start keeps what is left."""
    text = _SCHEME.sub("/", name.strip().replace("\\", "/"), count=1)
    text = _DRIVE.sub("", text, count=1)
    parts: list[str] = []
    for part in text.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return tuple(parts)


def is_absolute(name: str) -> bool:
    text = name.strip().replace("\\", "/")
    return text.startswith(("/", "file://")) or bool(_DRIVE.match(text))


def is_foreign(name: str) -> bool:
    """Whether a file belongs to a package or to the system, by the folder it is in."""
    return bool(_FOREIGN.search(name.strip().replace("\\", "/")))


def joined(sources: Iterable[str], name: str) -> list[Parts]:
    """The name below each source root; alone where there is none, or where it needs none."""
    if is_absolute(name):
        return [parts_of(name)]
    below = [parts_of(source) + parts_of(name) for source in sources]
    return list(dict.fromkeys(below)) or [parts_of(name)]
