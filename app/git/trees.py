"""Trees opened one by one: what differs between two of them costs only the folders that differ."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.git.errors import GitError
from app.git.reader import ObjectReader

FILE_LIMIT = 100_000
FOLDER_LIMIT = 100_000
DEPTH_LIMIT = 4_096
_TREE = b"40000"
Leaf = tuple[bytes, str]
"""Mode and object id, both as git writes them."""


class Irregular(GitError):
    """A tree that no git writes, such as one with a name twice: git itself must say what it means."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One path that is not the same on both sides: its raw name, and what is there, None for nothing."""

    name: bytes
    old: Leaf | None
    new: Leaf | None


def read_tree(reader: ObjectReader, tree: str) -> dict[bytes, Leaf]:
    """What lies in one folder, by name; raises `GitError`, and `Irregular` for a name that is there twice."""
    kind, content = reader.read_object(tree)
    if kind != "tree":
        raise GitError(f"the object {tree} is a {kind}, not a folder")
    rows: dict[bytes, Leaf] = {}
    width, position, count = len(tree) // 2, 0, 0
    while position < len(content):
        end = content.find(b"\0", position)
        mode, _, name = content[position:end].partition(b" ")
        position = end + 1 + width
        if end < 0 or not name or b"/" in name or position > len(content):
            raise Irregular(f"the tree {tree} is damaged")
        rows[name] = (mode, content[end + 1 : position].hex())
        count += 1
    if len(rows) != count:
        raise Irregular(f"the tree {tree} holds a name twice")
    return rows


def differences(reader: ObjectReader, old: str, new: str, limit: int = FILE_LIMIT) -> list[Difference]:
    """Every path that differs between two trees, in git's order; folders that are equal are not opened.

    Raises `GitError` above `limit` paths or 100,000 folders.
    """
    found: list[Difference] = []
    waiting: list[tuple[bytes, str | None, str | None]] = [(b"", old, new)]
    opened = 0
    while waiting:
        prefix, before, after = waiting.pop()
        if before == after:
            continue
        opened += 1
        olds = read_tree(reader, before) if before else {}
        news = read_tree(reader, after) if after else {}
        for name, was, now in _pairs(olds, news):
            folders = _folder(was), _folder(now)
            if any(folders):
                waiting.append((prefix + name + b"/", *folders))
            leaves = None if folders[0] else was, None if folders[1] else now
            if any(leaves):
                found.append(Difference(prefix + name, *leaves))
        if len(found) > limit or opened > FOLDER_LIMIT or prefix.count(b"/") > DEPTH_LIMIT:
            raise GitError(f"the change touches more than {limit:,} files or {FOLDER_LIMIT:,} folders")
    return sorted(found, key=lambda difference: difference.name)


def _pairs(olds: dict[bytes, Leaf], news: dict[bytes, Leaf]) -> Iterator[tuple[bytes, Leaf | None, Leaf | None]]:
    for name in sorted(olds.keys() | news.keys()):
        was, now = olds.get(name), news.get(name)
        if was != now:
            yield name, was, now


def _folder(leaf: Leaf | None) -> str | None:
    return leaf[1] if leaf is not None and leaf[0] in (_TREE, b"040000") else None


def find_leaf(reader: ObjectReader, tree: str, path: str) -> Leaf | None:
    """What lies at a path, None when nothing or a folder does."""
    *folders, name = path.encode().split(b"/")
    here = tree
    for folder in folders:
        below = _folder(read_tree(reader, here).get(folder))
        if below is None:
            return None
        here = below
    found = read_tree(reader, here).get(name)
    return None if _folder(found) else found
