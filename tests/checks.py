"""What `make test` runs, in order: the quick checks first, pytest and its summary line last."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BENCH = ("bench", "warm_pull", "whole_tree", "git_server")
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("format", (str(BIN / "ruff"), "format", "--check", ".")),
    ("lint", (str(BIN / "ruff"), "check", ".")),
    ("types", (str(BIN / "mypy"),)),
    ("types of the bench", (str(BIN / "mypy"), *(f"tests/bench/{name}.py" for name in BENCH))),
    ("import contracts", (str(BIN / "lint-imports"),)),
    ("rule examples", (str(BIN / "readygate"), "rules", "test")),
    ("Readygate judges itself", (str(BIN / "readygate"), "check", ".", "--no-cache")),
)
TESTS = (sys.executable, "-m", "pytest", "tests", "-n", "2", "--dist", "loadgroup")


def main() -> int:
    """0 when every check and every test passed; a failing check does not keep the later ones from running."""
    failed = [name for name, command in CHECKS if not passes(name, command)]
    if "--only" in sys.argv:
        return 1 if failed else 0
    if failed:
        print(f"FAILED before the tests: {', '.join(failed)}", flush=True)
    tests = subprocess.run(TESTS, cwd=ROOT, check=False).returncode
    return 1 if failed or tests else 0


def passes(name: str, command: tuple[str, ...]) -> bool:
    """Prints one line for a check that passes, and all it said for one that does not."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name} ({seconds:.1f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
