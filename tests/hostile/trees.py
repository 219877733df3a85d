"""Hostile trees, each beside a service in good order, written as real git repositories."""

import os
import subprocess
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path

SERVICE = {
    b"package.json": b'{"name": "shop", "dependencies": {"express": "^4.19.0"}}\n',
    b"src/server.js": b"const app = express();\napp.get('/health', (q, a) => a.json({ok: true}));\napp.listen(3000);\n",
    b"LICENSE": b"Apache License\nVersion 2.0, January 2004\n",
    b"README.md": b"# Shop\n",
    b".github/rules.yml": b"version: 1\nrules: {health-endpoint: block, no-secrets: block}\n",
}
FILE, LINK, MODULE = b"100644", b"120000", b"160000"
MIB = 1024 * 1024
GIB = 1024 * MIB
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d" * 32 + b"\nsize 2147483648\n"
BOMB = b"a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 10)
)
DEPLOYMENT = b"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\n"
_ENVIRONMENT = {
    **{f"GIT_{who}_{what}": value
       for who in ("AUTHOR", "COMMITTER")
       for what, value in (("NAME", "ann"), ("EMAIL", "ann@example.com"), ("DATE", "2026-01-01T00:00:00Z"))},
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


@dataclass(frozen=True)
class Tree:
    """One hostile tree.

    files: content by raw path, or (mode, content); a submodule's content is its commit. branch: what holds them.
    finish: what is done to the repository afterwards. checked_out: whether the files also stand in a work tree.
    doubtful: rules that must be `unknown`; every other rule must stand as it does for the service alone, but that
    what was missing or did not apply may be unknown where a file that counts could not be looked into.
    """

    name: str
    files: Callable[[], Iterator[tuple[bytes, bytes | tuple[bytes, bytes]]]]
    branch: str = "main"
    finish: Callable[["Repository"], None] | None = None
    checked_out: bool = True
    doubtful: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    is_only_on_disk: bool = False


@dataclass
class Repository:
    """A repository on disk; a bare one has no work tree."""

    path: Path
    branch: str = "main"

    def git(self, *arguments: str, stdin: bytes = b"") -> bytes:
        environment = {**os.environ, **_ENVIRONMENT}
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, input=stdin, capture_output=True, check=False, env=environment
        )
        assert done.returncode == 0, (arguments, done.stderr[-2000:])
        return done.stdout

    @property
    def head(self) -> str:
        return self.git("rev-parse", "--verify", "--end-of-options", f"refs/heads/{self.branch}").decode().strip()

    @property
    def git_dir(self) -> Path:
        inside = self.path / ".git"
        return inside if inside.exists() else self.path

    def write_loose(self, kind: bytes, content: bytes, *, declared: int | None = None) -> str:
        """An object whose header may lie about its size."""
        header = b"%s %d\0" % (kind, len(content) if declared is None else declared)
        name = sha1(header + content).hexdigest()
        path = self.git_dir / "objects" / name[:2] / name[2:]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(zlib.compress(header + content, 1))
        return name

    def commit_tree(self, tree: str) -> None:
        """Puts a commit of the tree on top of the branch."""
        commit = self.git("commit-tree", tree, "-p", self.head, "-m", "hostile").decode().strip()
        self.git("update-ref", f"refs/heads/{self.branch}", commit)

    def add_rows(self, *rows: tuple[bytes, bytes, str]) -> None:
        """Commits (mode, name, id) rows beside what the root holds, unchecked by git."""
        listed = self.git("ls-tree", "-z", f"refs/heads/{self.branch}").split(b"\0")[:-1]
        own = [(facts.split(b" ")[0], name, facts.split(b" ")[2].decode())
               for facts, _, name in (row.partition(b"\t") for row in listed)]  # fmt: skip
        ordered = sorted([*own, *rows], key=lambda row: row[1] + b"/" * (row[0] == b"40000" or row[0] == b"040000"))
        content = b"".join(
            b"%s %s\0%s" % (mode.lstrip(b"0"), name, bytes.fromhex(blob)) for mode, name, blob in ordered
        )
        self.commit_tree(self.write_loose(b"tree", content))

    def start(self) -> None:
        """A first commit, without files."""
        self.git("fast-import", "--quiet", stdin=b"".join(_stream(self.branch, {})))

    def add(self, files: Mapping[bytes, bytes | tuple[bytes, bytes]]) -> None:
        """Commits files on top of the branch; the work tree stays as it is."""
        self.git("fast-import", "--quiet", stdin=b"".join(_stream(self.branch, files, onto=self.head)))


def build(tree: Tree, path: Path) -> Repository:
    """The service and the hostile files in one commit."""
    path.mkdir(parents=True)
    repository = Repository(path, tree.branch)
    bare = () if tree.checked_out else ("--bare",)
    repository.git("init", "--quiet", "--initial-branch=main", *bare)
    files = {**SERVICE, **dict(tree.files())}
    repository.git("fast-import", "--quiet", stdin=b"".join(_stream(tree.branch, files)))
    if tree.checked_out:
        repository.git("symbolic-ref", "HEAD", f"refs/heads/{tree.branch}")
        repository.git("reset", "--quiet", "--hard")
    if tree.finish:
        tree.finish(repository)
    return repository


def _stream(branch: str, files: Mapping[bytes, bytes | tuple[bytes, bytes]], onto: str = "") -> Iterator[bytes]:
    yield b"commit refs/heads/%s\ncommitter ann <ann@example.com> 1767225600 +0000\ndata 0\n" % branch.encode()
    yield b"from %s\n" % onto.encode() if onto else b""
    for path, content in files.items():
        mode, data = content if isinstance(content, tuple) else (FILE, content)
        name = b'"%s"' % b"".join(b"\\%03o" % byte for byte in path)
        if mode == MODULE:
            yield b"M 160000 %s %s\n" % (data, name)
        else:
            yield b"M %s inline %s\ndata %d\n%s\n" % (mode, name, len(data), data)


def service_alone() -> Iterator[tuple[bytes, bytes | tuple[bytes, bytes]]]:
    """No file besides those of the service."""
    return iter(())


def _fixed(**files: bytes) -> Callable[[], Iterator[tuple[bytes, bytes | tuple[bytes, bytes]]]]:
    return lambda: iter([(name.encode(), content) for name, content in files.items()])


def _links() -> Iterator[tuple[bytes, tuple[bytes, bytes]]]:
    targets = {
        b"a": b"b", b"b": b"a", b"self": b"self", b"here": b".", b"src/up": b"..", b"deep/loop": b"../deep",
        b"Dockerfile": b"/etc/passwd", b"deployment.yaml": b"/dev/zero", b"other/package.json": b"../../../etc/passwd",
        b"nothing.py": b"no/such/file", b"CHANGELOG.md": b"CHANGELOG.md", b"odd": b"\xff\n",
    }  # fmt: skip
    return iter([(name, (LINK, target)) for name, target in targets.items()])


def _names() -> Iterator[tuple[bytes, bytes]]:
    odd = [
        b"--help", b"-x", b"--output=x", b"-", b"new\nline.py", b"a\rb.js", b"\xff\xfe.py", b"caf\xe9/\xe9.yml", b" ",
        b"a b'c\"d.py", b"$(id).sh", b"`id`.sh", b"tab\t.py", b"\x1b[31mred.py", b"\xe2\x80\xaegpj.exe.js", b"x" * 250,
        b"::error::x.py", b"HEAD", b"con.js", b"a\\b.py", b"%00.py", b"<img src=x>.md", b"@here.md", b"*.js", b":(top)",
        b"\xc3\xa9.py", b"e\xcc\x81.py", b"src/--help/-x.js", b"{{7*7}}.yml", b"src/server.js~",
    ]  # fmt: skip
    return ((name, b"value = 1\n") for name in odd)


def _many() -> Iterator[tuple[bytes, bytes]]:
    names = (b"a.py", b"b.yml", b"c.txt", b"Dockerfile")
    return ((b"d%d/e%d/%s" % (n % 300, n, names[n % 4]), b"a: %d\n" % (n % 500)) for n in range(100_000))


def _modules() -> Iterator[tuple[bytes, bytes | tuple[bytes, bytes]]]:
    yield (
        b".gitmodules",
        (
            b'[submodule "a"]\n\tpath = lib/a\n\turl = ext::sh -c touch% hit\n\tupdate = !touch hit\n'
            b'[submodule "../../x"]\n\tpath = lib/b\n\turl = -u./x\n[submodule "c"]\n\tpath = lib/c\n\turl = file:///etc\n'
        ),
    )
    for name in (b"lib/a", b"lib/b", b"lib/c", b"vendor/undeclared"):
        yield name, (MODULE, b"ab" * 20)


def _giant_on_disk(repository: Repository) -> None:
    with (repository.path / "giant.py").open("wb") as file:
        file.truncate(2 * GIB)
    with (repository.path / "src" / "giant.json").open("wb") as file:
        file.truncate(2 * GIB)


def _giant_in_git(repository: Repository) -> None:
    lie = repository.write_loose(b"blob", b"value = 1\n" * 100, declared=2 * GIB)
    repository.add_rows((FILE, b"giant.py", lie), (FILE, b"gone.py", "ab" * 20))


def _nested(repository: Repository) -> None:
    """Ten levels of ten names for one tree: ten thousand million files in a few hundred bytes."""
    below, mode = repository.write_loose(b"blob", b"x = 1\n"), FILE
    for _ in range(10):
        rows = b"".join(b"%s f%d\0%s" % (mode, n, bytes.fromhex(below)) for n in range(10))
        below, mode = repository.write_loose(b"tree", rows), b"40000"
    repository.add_rows((b"40000", b"bomb", below))


def _deep(repository: Repository) -> None:
    """Folders 1,500 deep."""
    below, mode, name = repository.write_loose(b"blob", b"x = 1\n"), FILE, b"x.py"
    for _ in range(1500):
        below = repository.write_loose(b"tree", b"%s %s\0%s" % (mode, name, bytes.fromhex(below)))
        mode, name = b"40000", b"d"
    repository.add_rows((b"40000", b"deep", below))


def _forbidden(repository: Repository) -> None:
    """Names git itself never writes: the folder above, its own folder, the same name twice, a mode nobody knows."""
    blob = repository.write_loose(b"blob", b"x = 1\n")
    inner = repository.write_loose(b"tree", b"100644 passwd\0" + bytes.fromhex(blob))
    repository.add_rows(
        (b"40000", b"..", inner), (b"40000", b".git", inner), (FILE, b"twice.py", blob), (FILE, b"twice.py", blob),
        (b"100000", b"mode.py", blob), (b"40000", b"hooks", inner),
    )  # fmt: skip


def _pipes(repository: Repository) -> None:
    os.mkfifo(repository.path / "pipe.py")
    (repository.path / "Procfile").unlink()
    os.mkfifo(repository.path / "Procfile")


def _configured(repository: Repository) -> None:
    """A repository whose own configuration, hooks and attributes want to run commands."""
    hit = "touch hit"
    for key in ("core.fsmonitor", "core.sshCommand", "diff.external", "filter.x.clean", "filter.x.smudge",
                "filter.x.process", "diff.x.textconv", "diff.x.command", "core.pager", "core.editor"):  # fmt: skip
        repository.git("config", key, hit)
    for hook in ("post-index-change", "reference-transaction", "pre-commit", "post-checkout"):
        (repository.git_dir / "hooks").mkdir(exist_ok=True)
        path = repository.git_dir / "hooks" / hook
        path.write_text(f"#!/bin/sh\n{hit}\n")
        path.chmod(0o755)
    (repository.path / "README.md").write_text("# Changed\n")


K8S = ("k8s-liveness-probe", "k8s-readiness-probe", "k8s-resource-requests-limits")
LONG = b"var a = 'x';" * (10 * MIB // 12)
TREES = (
    Tree("links", _links),
    Tree("names", _names),
    Tree("long-line", _fixed(**{"app.js": LONG, "src/app.min.js": LONG, "deployment.json": LONG, "a.md": LONG})),
    Tree("yaml-bomb", _fixed(**{"k8s/deployment.yaml": DEPLOYMENT + BOMB, "values.yaml": BOMB}), doubtful=K8S),
    Tree("deep-json", _fixed(**{"other/package.json": b"[" * (5 * MIB), "tsconfig.json": b'{"a":' * 400_000})),
    Tree("many-files", _many, checked_out=False),
    Tree("submodules", _modules),
    Tree("lfs", _fixed(**{"data.bin": LFS, "app.py": LFS, ".gitattributes": b"* filter=lfs -text\n"})),
    Tree("branch-named-like-an-option", _fixed(**{"a.py": b"1\n"}), branch="-x"),
    Tree("giant-on-disk", _fixed(), finish=_giant_on_disk, warns=("giant.py", "src/giant.json"),
         is_only_on_disk=True),
    Tree("giant-in-git", _fixed(), finish=_giant_in_git, checked_out=False, doubtful=("no-secrets",),
         warns=("giant.py", "gone.py")),
    Tree("crlf", lambda: iter([(name, text.replace(b"\n", b"\r\n")) for name, text in SERVICE.items()])),
    Tree("bom", lambda: iter([(name, b"\xef\xbb\xbf" + text) for name, text in SERVICE.items()])),
    Tree("utf-16", lambda: iter([(b"src/other.js", "app.get('/x')\n".encode("utf-16")), (b"n.py", b"\0" * MIB)])),
    Tree("no-utf-8", _fixed(**{"k8s/deployment.yaml": DEPLOYMENT + b"x: \xff\xfe\n", "b.py": b"\xff\xfe\xfd" * 999}),
         doubtful=K8S),
    Tree("deep-folders", _fixed(), finish=_deep, checked_out=False),
    Tree("forbidden-names", _fixed(), finish=_forbidden, checked_out=False),
    Tree("pipes", _fixed(Procfile=b"web: node\n"), finish=_pipes),
    Tree("commands", _fixed(**{".gitattributes": b"* filter=x diff=x\n"}), finish=_configured),
)  # fmt: skip
NESTED = Tree("nested", _fixed(), finish=_nested, checked_out=False)
POLICY_LINK = Tree("policy-link", lambda: iter([(b".github/rules.yml", (LINK, b"/dev/zero"))]), checked_out=False)
