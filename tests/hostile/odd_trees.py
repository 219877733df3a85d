"""Trees that no person makes: damaged objects, impossible names, nested copies, a configuration that wants to run."""

from collections.abc import Callable

from trees import FILE, MODULE, Repository, Tree, service_alone

_TREE = b"40000"
PLAN = b"# Todo\n" + b"".join(b"- [ ] item %d, in words as long as people write them in their plans\n" % n
                              for n in range(250))  # fmt: skip
# Whatever git would run or fetch when it believed the configuration of the repository it reads.
WISHES = {
    "protocol.ext.allow": "always", "protocol.allow": "always", "remote.origin.url": "ext::touch hit",
    "remote.origin.promisor": "true", "extensions.partialClone": "origin", "core.gitProxy": "touch hit",
    "remote.origin.vcs": "ext", "url.ext::touch hit .insteadOf": "https://", "core.alternateRefsCommand": "touch hit",
    "uploadpack.packObjectsHook": "touch hit", "alias.cat-file": "!touch hit", "alias.ls-files": "!touch hit",
    "credential.helper": "!touch hit", "gpg.program": "touch hit", "log.showSignature": "true",
    "core.hooksPath": "hooks", "core.pager": "touch hit", "core.worktree": "/", "include.path": "/nonexistent",
    "core.fsmonitor": "touch hit", "core.sshCommand": "touch hit", "filter.x.process": "touch hit",
    "filter.x.required": "true", "diff.x.textconv": "touch hit", "diff.x.xfuncname": "((a*)*)*$",
    "diff.orderFile": "/dev/zero", "diff.submodule": "log", "diff.algorithm": "patience", "diff.context": "50",
    "diff.interHunkContext": "99", "diff.noprefix": "true", "diff.relative": "true", "color.ui": "always",
    "core.quotePath": "false", "submodule.recurse": "true", "core.untrackedCache": "true",
}  # fmt: skip


def _copies(name: bytes, content: bytes) -> Callable[[Repository], None]:
    """100,000 paths of one blob in five small trees."""

    def finish(repository: Repository) -> None:
        below, mode, names = repository.write_loose(b"blob", content), FILE, name
        for _ in range(5):
            rows = b"".join(b"%s %s\0%s" % (mode, names % n, bytes.fromhex(below)) for n in range(10))
            below, mode, names = repository.write_loose(b"tree", rows), _TREE, b"f%d"
        repository.add_rows((_TREE, b"copies", below))

    return finish


def _deeper(depth: int) -> Callable[[Repository], None]:
    def finish(repository: Repository) -> None:
        below, mode, name = repository.write_loose(b"blob", b"x = 1\n"), FILE, b"x.py"
        for _ in range(depth):
            below = repository.write_loose(b"tree", b"%s %s\0%s" % (mode, name, bytes.fromhex(below)))
            mode, name = _TREE, b"d"
        repository.add_rows((_TREE, b"deep", below))

    return finish


def _long_names(repository: Repository) -> None:
    blob = repository.write_loose(b"blob", b"x = 1\n")
    repository.add_rows((FILE, b"y" * 65_535 + b".py", blob), (FILE, b"z" * 5_000 + b".yaml", blob))


def _conflicts(repository: Repository) -> None:
    """A file and a folder of one name, names that differ in case only, absolute and empty steps."""
    blob = repository.write_loose(b"blob", b"x = 1\n")
    inner = repository.write_loose(b"tree", b"100644 x.py\0" + bytes.fromhex(blob))
    repository.add_rows(
        (FILE, b"both", blob), (_TREE, b"both", inner), (FILE, b"Case.py", blob), (FILE, b"case.py", blob),
        (FILE, b"/etc.py", blob), (FILE, b".", blob), (_TREE, b"x/y", inner), (FILE, b"a//b.py", blob),
        (MODULE, b"Dockerfile", "ab" * 20), (MODULE, b"nothing", "00" * 20),
    )  # fmt: skip


def _lies(repository: Repository) -> None:
    """Objects that hold less than they declare, at which git can fall silent, and others cut in half."""
    rows = [(FILE, b"lie%d.py" % n, repository.write_loose(b"blob", b"v = %d\n" % n, declared=5_000)) for n in range(2)]
    for number in range(30):
        name = repository.write_loose(b"blob", b"value = %d\n" % number * 1_000)
        path = repository.git_dir / "objects" / name[:2] / name[2:]
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        rows.append((FILE, b"cut%d.py" % number, name))
    repository.add_rows(*rows)


def _large(repository: Repository) -> None:
    """400 MB of text in a few kilobytes each."""
    rows = [(FILE, b"large%d.txt" % n, repository.write_loose(b"blob", b"%d\n" % n + b"abc def ghi\n" * 1_600_000))
            for n in range(20)]  # fmt: skip
    repository.add_rows(*rows)


def _wishing(repository: Repository) -> None:
    for key, value in WISHES.items():
        repository.git("config", key, value)
    inside = repository.git_dir
    (inside / "hooks").mkdir(exist_ok=True)
    for hook in ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman"):
        (inside / "hooks" / hook).write_text("#!/bin/sh\ntouch hit\n")
        (inside / "hooks" / hook).chmod(0o755)
    for name, text in {"objects/info/alternates": "/nonexistent\n../../../../\n", "info/grafts": "x\n",
                       "info/attributes": "* filter=x diff=x\n"}.items():  # fmt: skip
        (inside / name).parent.mkdir(exist_ok=True)
        (inside / name).write_text(text)
    (repository.path / "README.md").write_text("# Changed\n")
    (repository.path / "new.py").write_text("x = 1\n")


ODD_TREES = (
    Tree("copies-of-a-plan", service_alone, finish=_copies(b"a%d.md", PLAN), checked_out=False),
    Tree("deeper-folders", service_alone, finish=_deeper(4_000), checked_out=False),
    Tree("long-names", service_alone, finish=_long_names, checked_out=False),
    Tree("conflicts", service_alone, finish=_conflicts, checked_out=False),
    Tree(
        "lies", service_alone, finish=_lies, checked_out=False, doubtful=("no-secrets",), warns=("lie0.py", "cut9.py")
    ),
    Tree("large-texts", service_alone, finish=_large, checked_out=False),
    Tree("wishing", service_alone, finish=_wishing),
)
