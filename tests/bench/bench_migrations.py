"""How fast the migrations in some folders are read, and how much of them is not analysed.

    python -m tests.bench.bench_migrations PATH... [--dialect postgresql] [--show 20]

One line a framework: files, operations, operations not analysed, files a second; then the reasons, most frequent first.
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from app.readiness.detectors.migrations.frameworks.choosing import EXTENSIONS, read_program
from app.readiness.detectors.migrations.model import Dialect, Kind, Migration
from app.readiness.formats.source import Source

SKIPPED = {"node_modules", ".git", "vendor", "target"}


def files_in(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        wanted = (file for file in found if file.name.endswith(EXTENSIONS) and not SKIPPED & set(file.parts))
        yield from (file for file in wanted if file.is_file())


def read(path: Path, dialect: Dialect) -> tuple[Migration, ...] | None:
    return read_program(Source(str(path), path.read_bytes()), dialect)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--dialect", default=Dialect.POSTGRES, type=Dialect)
    parser.add_argument("--show", default=15, type=int, help="how many reasons and places")
    given = parser.parse_args()
    files: Counter[str] = Counter()
    operations: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    seconds: defaultdict[str, float] = defaultdict(float)
    reasons: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], str] = {}
    for path in files_in(given.paths):
        started = time.perf_counter()
        migrations = read(path, given.dialect)
        took = time.perf_counter() - started
        if not migrations:
            continue
        tool = migrations[0].tool
        files[tool] += 1
        seconds[tool] += took
        for migration in migrations:
            operations[tool] += len(migration.ops)
            for op in migration.ops:
                if op.kind is Kind.DYNAMIC or not op.resolved:
                    unread[tool] += 1
                    reasons[tool, op.note or "a name is computed"] += 1
                    places.setdefault((tool, op.note or "a name is computed"), f"{op.span.path}:{op.span.start_line}")
    for tool in sorted(files):
        share = unread[tool] / max(operations[tool], 1)
        print(
            f"{tool:16} {files[tool]:6} files {operations[tool]:7} operations"
            f" {unread[tool]:5} not analysed ({share:.2%})"
            f" {files[tool] / max(seconds[tool], 1e-9):8.0f} files/s"
        )
    for reason, count in reasons.most_common(given.show):
        print(f"{count:5} {reason[0]}: {reason[1]}  {places[reason]}")


if __name__ == "__main__":
    main()
