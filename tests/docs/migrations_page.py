"""docs/migrations.md, written from the table of hazards: run this file to write it anew."""

from collections.abc import Iterator
from pathlib import Path

from app.readiness.detectors.migrations.hazards.hazard import Hazard
from app.readiness.detectors.migrations.hazards.table import GROUPS
from app.readiness.detectors.migrations.judging.change import DEFAULT_VERSIONS
from app.readiness.detectors.migrations.parameters import SMALL
from app.readiness.status import Severity

PAGE = Path(__file__).parents[2] / "docs" / "migrations.md"

_HEAD = """<!-- Written by tests/docs/migrations_page.py from the hazards in app/readiness/detectors/migrations. -->

# Migrations

The rule `migrations-backward-compatible` judges each migration that a change adds: does the version that is still
running survive it, what does it lock and for how long, does it lose data, can it fail? Nothing is run or imported;
files are read as text.

    readygate check --base main --rule migrations-backward-compatible

## What is read

- SQL of PostgreSQL, MySQL, MariaDB and SQLite in the layouts of Flyway, sqlx, Prisma, Drizzle, dbmate, goose,
  sql-migrate, golang-migrate, Diesel and refinery, and any numbered or unnumbered `.sql` in a folder such as
  `migrations`.
- What frameworks write: `app/readiness/detectors/migrations/frameworks` lists them.
- Sections, the way back and the transaction are those of the tool: `-- +goose NO TRANSACTION`,
  `-- migrate:up transaction:false`, `-- no-transaction`, `executeInTransaction=false`, `run_in_transaction = false`.
  Of a plain `.sql` nobody knows the tool, so only its own `BEGIN` makes a transaction.

What cannot be read is a finding `not-analysed`. It is never taken to be safe.

## How it is judged

1. The schema at the merge base is replayed from the merged migrations that speak of the same names. So a new table
   may have what it likes, a longer `varchar` is known to be free, and a check that is validated spares a scan.
2. Each operation of the change meets that schema, and changes it for the next, across the files of the change.
3. Versions, heads and files that were merged are compared with the newest commit of the branch to merge into.
4. Only migrations that are new are judged. Changing a merged one is a finding if it then means something else.

Without `--base` nothing is judged: what already ran endangers nobody.

## Parameters

    rules:
      migrations-backward-compatible:
        mode: block
        with:
          database: postgresql        # mysql, mariadb, sqlite; else what the repository shows
          version: 16
          tables:
            orders: {rows: 200000000, hot: true}
            countries: {rows: 250}
    deploy: rolling                   # recreate: no two versions run at the same time
"""


def page() -> str:
    """The whole page."""
    versions = ", ".join(f"{dialect} {'.'.join(map(str, version))}" for dialect, version in DEFAULT_VERSIONS.items())
    parts = [
        _HEAD,
        f"- Where nobody says, the version is {versions}, and the finding says so.",
        f"- A lock of a table with at most {SMALL:,} rows that is not hot only warns.",
        "- `deploy: recreate` makes what only harms two versions side by side a warning. Locks and lost data "
        "stay errors.\n",
        "## Hazards\n",
        "The id is `findings[].hazard` in the JSON report. B breaks the running version, L locks for long or blocks, "
        "D loses data, I cannot be undone, F fails at run time, P makes slow, U is not known. What warns "
        "never blocks.\n",
    ]
    for title, group in GROUPS.items():
        parts += [f"### {title}\n", *_table(group), ""]
    return "\n".join(parts)


def _table(group: tuple[Hazard, ...]) -> Iterator[str]:
    yield "| id | what | why | | lock on PostgreSQL, and how long | safe way |"
    yield "|---|---|---|---|---|---|"
    for one in group:
        weight = "error" if one.severity is Severity.ERROR else "warns"
        lock = "; ".join(part for part in (one.lock, one.lasts) if part)
        what = f"{one.title}. {one.breaks}"
        way = " ".join(one.steps)
        if one.steps_elsewhere:
            way += f" Elsewhere: {' '.join(one.steps_elsewhere)}"
        yield f"| `{one.id}` | {what} | {one.why} | {weight} | {lock} | {way} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
