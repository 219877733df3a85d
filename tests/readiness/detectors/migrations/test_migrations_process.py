"""What is wrong with the order and history of migrations, and what the layouts of tools mean."""

import pytest
from judged_migrations import hazards, judge_change

from app.readiness.status import Status

PG = {"database": "postgresql"}
ORDERS = "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n"
V1 = {"db/migration/V1__orders.sql": ORDERS}


def found(
    added: dict[str, str], base: dict[str, str] | None = None, tip: dict[str, str] | None = None, gone: str = ""
) -> set[str]:
    before = {} if base is None else base
    after = {path: text for path, text in {**before, **added}.items() if path != gone}
    return hazards(judge_change(before, after, PG, tip=tip))


@pytest.mark.parametrize(
    "edited",
    [
        "-- a licence\ncreate table orders(id  bigint primary key,\n note TEXT);",
        'CREATE TABLE "orders" (id int8 PRIMARY KEY, note text); -- the same\n',
    ],
)
def test_a_merged_file_may_be_formatted_anew(edited: str) -> None:
    assert found({"db/migration/V1__orders.sql": edited}, V1) == set()


@pytest.mark.parametrize(
    "edited", [ORDERS.replace("text", "varchar(5)"), ORDERS + "INSERT INTO orders VALUES (1);", "SELECT 1;"]
)
def test_a_merged_file_must_not_mean_something_else(edited: str) -> None:
    assert found({"db/migration/V1__orders.sql": edited}, V1) == {"migration-edited"}


def test_a_merged_file_must_not_go() -> None:
    assert found({}, V1, gone="db/migration/V1__orders.sql") == {"migration-deleted"}


def test_a_repeatable_one_may_change() -> None:
    base = {**V1, "db/migration/R__views.sql": "CREATE OR REPLACE VIEW v AS SELECT 1;"}
    assert found({"db/migration/R__views.sql": "CREATE OR REPLACE VIEW v AS SELECT 2;"}, base) == set()
    assert found({"db/migration/R__views.sql": "DROP TABLE orders;"}, base) == {"drop-table"}


@pytest.mark.parametrize(
    ("path", "base", "expected"),
    [
        ("db/migration/V1__other.sql", "db/migration/V1__orders.sql", {"duplicate-version"}),
        ("db/migration/V1.5__other.sql", "db/migration/V2__orders.sql", {"out-of-order"}),
        ("db/migration/V1.10__other.sql", "db/migration/V1.9__orders.sql", set()),
        ("db/migrate/000002_a.up.sql", "db/migrate/000002_b.up.sql", {"duplicate-version"}),
        ("db/migrate/000001_a.up.sql", "db/migrate/000002_b.up.sql", {"out-of-order"}),
        ("db/migrate/000003_a.up.sql", "db/migrate/000002_b.up.sql", set()),
        ("prisma/migrations/20250101000000_a/migration.sql", "prisma/migrations/20260101000000_b/migration.sql", set()),
    ],
)
def test_versions_against_the_newest_of_the_base_branch(path: str, base: str, expected: set[str]) -> None:
    merged = {base: ORDERS, "prisma/migrations/migration_lock.toml": 'provider = "postgresql"'}
    assert found({path: "SELECT 1;"}, merged) == expected
    assert found({path: "SELECT 1;"}, {}, tip=merged) == expected


def test_a_pair_is_no_duplicate() -> None:
    base = {"m/migrations/1_a.up.sql": ORDERS, "m/migrations/1_a.down.sql": "DROP TABLE orders;"}
    pair = {
        "m/migrations/2_b.up.sql": "ALTER TABLE orders ADD x int;",
        "m/migrations/2_b.down.sql": "ALTER TABLE orders DROP x;",
    }
    assert found(pair, base) == set()
    del pair["m/migrations/2_b.down.sql"]
    assert found(pair, base) == {"irreversible-migration"}


def test_files_of_several_databases_and_empty_halves_are_no_duplicates() -> None:
    names = ("1_a.mysql.up", "1_a.postgres.up", "1_a.cockroach.up", "1_a.mysql.down")
    assert found({f"migrations/{name}.sql": "-- nothing\n" for name in names}) == set()


REVISION = '''"""r"""
from alembic import op

revision = "{revision}"
down_revision = {parent}


def upgrade():
    op.execute("SELECT 1")


def downgrade():
    pass
'''


def revision(name: str, parent: str) -> dict[str, str]:
    return {f"alembic/versions/{name}.py": REVISION.format(revision=name, parent=parent)}


def test_two_heads_of_alembic() -> None:
    base = {**revision("aaa", "None"), **revision("bbb", '"aaa"')}
    assert found(revision("ccc", '"bbb"'), base) == set()
    assert found(revision("ccc", '"aaa"'), base) == {"multiple-heads"}
    assert found({**revision("ccc", '"aaa"'), **revision("ddd", '("bbb", "ccc")')}, base) == set()
    assert found(revision("ccc", '"aaa"'), revision("aaa", "None"), tip=base) == {"multiple-heads"}


DJANGO = """from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "{parent}")]
    operations = []
"""


def test_two_heads_of_django() -> None:
    base = {f"shop/migrations/{n}.py": DJANGO.format(parent=p) for n, p in (("0002_b", "0001_a"), ("0001_a", "0000_z"))}
    assert found({"shop/migrations/0003_c.py": DJANGO.format(parent="0002_b")}, base) == set()
    assert found({"shop/migrations/0002_c.py": DJANGO.format(parent="0001_a")}, base) == {"multiple-heads"}


def test_a_table_of_another_file_of_the_change_is_new() -> None:
    added = {
        "db/migration/V2__lines.sql": "CREATE TABLE lines (id bigint);",
        "db/migration/V3__index.sql": "CREATE INDEX i ON lines (id); ALTER TABLE lines DROP COLUMN id;",
    }
    assert found(added, V1) == set()


def test_expand_and_contract_in_one_change() -> None:
    sql = "ALTER TABLE orders ADD COLUMN remark text; ALTER TABLE orders DROP COLUMN note;"
    assert found({"db/migration/V2__x.sql": sql}, V1) == {"drop-column", "expand-and-contract"}


CONCURRENT = "CREATE INDEX CONCURRENTLY i ON a (b);"
REFUSED = {"concurrently-in-transaction"}
LAYOUTS = [
    # path, text, what it gives
    ("db/migrations/2_x.sql", "-- migrate:up\nDROP TABLE a;\n-- migrate:down\nDROP TABLE b;", {"drop-table"}),
    ("db/migrations/2_x.sql", f"-- migrate:up transaction:false\n{CONCURRENT}\n-- migrate:down\n", set()),
    ("db/migrations/2_x.sql", f"-- migrate:up\n{CONCURRENT}\n-- migrate:down\nDROP INDEX i;", REFUSED),
    ("sql/2_x.sql", "-- +goose Up\nSELECT 1;\n-- +goose Down\nDROP TABLE b;", set()),
    ("sql/2_x.sql", "-- +goose Up\nDROP TABLE b;\n-- +goose Down\nSELECT 1;", {"drop-table"}),
    ("sql/2_x.sql", f"-- +goose NO TRANSACTION\n-- +goose Up\n{CONCURRENT}\n-- +goose Down\nSELECT 1;", set()),
    ("sql/2_x.sql", f"-- +goose Up\n{CONCURRENT}\n-- +goose Down\nSELECT 1;", REFUSED),
    ("sql/2_x.sql", "-- +goose Up\n-- +goose StatementBegin\nDROP TABLE a;\n-- +goose StatementEnd\n-- +goose Down",
     {"drop-table"}),
    ("sql/2_x.sql", "-- +goose Up\nDROP TABLE b;", {"drop-table", "irreversible-migration"}),
    ("db/migration/V2__x.sql", CONCURRENT, set()),
    ("db/migration/V2__x.sql", f"SELECT 1; {CONCURRENT}", REFUSED),
    ("db/migration/U2__x.sql", "DROP TABLE a;", set()),
    ("prisma/migrations/20260101000000_x/migration.sql", CONCURRENT, set()),
    ("prisma/migrations/20260101000000_x/migration.sql", f"SELECT 1; {CONCURRENT}", REFUSED),
    ("drizzle/0002_x.sql", "DROP TABLE a;--> statement-breakpoint\nSELECT 1;", {"drop-table"}),
    ("migrations/0002_x.down.sql", "DROP TABLE a;", set()),
    ("migrations/0002_x.up.sql", "DROP TABLE a;", {"drop-table"}),
    ("migrations/2026-01-01-000000_x/up.sql", CONCURRENT, REFUSED),
    ("migrations/2026-01-01-000000_x/down.sql", "DROP TABLE a;", set()),
    ("supabase/migrations/20260101000000_x.sql", "DROP TABLE a;", {"drop-table"}),
    ("db/schema.sql", "DROP TABLE a;", set()),
    ("queries/orders.sql", "DROP TABLE a;", set()),
    ("tests/migrations/0002_x.sql", "DROP TABLE a;", set()),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "expected"), LAYOUTS)
def test_layouts(path: str, text: str, expected: set[str]) -> None:
    lock = {"prisma/migrations/migration_lock.toml": 'provider = "postgresql"'}
    assert found({path: text}, lock) == expected


@pytest.mark.parametrize(
    ("neighbours", "path", "expected"),
    [
        ({"Cargo.toml": '[dependencies]\nsqlx = "0.8"'}, "migrations/2_x.sql", {"concurrently-in-transaction"}),
        ({"db/migration/V2__x.sql.conf": "executeInTransaction=false"}, "db/migration/V2__x.sql", set()),
        ({"migrations/2026_x/metadata.toml": "run_in_transaction = false"}, "migrations/2026_x/up.sql", set()),
        ({}, "migrations/2_x.sql", set()),
        ({"migrations/atlas.sum": "h1:x"}, "migrations/2_x.sql", {"concurrently-in-transaction"}),
    ],
)
def test_the_transaction_of_a_tool(neighbours: dict[str, str], path: str, expected: set[str]) -> None:
    sql = "SELECT 1; CREATE INDEX CONCURRENTLY i ON a (b);"
    assert found({**neighbours, path: sql}) == expected
    assert found({**neighbours, path: f"-- no-transaction\n{sql}"}) == (
        expected if "Cargo.toml" not in neighbours else set()
    )


def test_a_suggestion_is_the_line_itself() -> None:
    sql = "create index by_note\n  on orders (note);\nALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0);\n"
    sql += "DROP INDEX a; DROP INDEX b;\n"
    result = judge_change({}, {"migrations/1_x.sql": sql}, PG)
    assert {one.start_line: one.suggestion for one in result.findings} == {
        1: "create index concurrently by_note\n  on orders (note);",
        3: "ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0) NOT VALID;",
        4: None,
    }


def test_fingerprints_survive_moved_lines() -> None:
    results = [judge_change({}, {"migrations/1_x.sql": f"{above}DROP TABLE a;"}, PG) for above in ("", "-- x\n\n")]
    first, second = ([one.fingerprint for one in result.findings] for result in results)
    assert first == second


def test_the_status_without_and_with_a_change() -> None:
    assert judge_change({}, {}, PG).status is Status.NOT_APPLICABLE
    assert judge_change(V1, V1, PG).status is Status.IMPLEMENTED
    assert judge_change(V1, {**V1, "db/migration/V2__x.sql": "DROP TABLE orders;"}, PG).status is Status.MISSING


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("0002_change.sql", True),
        ("sql/002-change.sql", True),
        ("packages/api/db_migrations/change.sql", True),
        ("seeds/001_users.sql", False),
        ("change.sql", False),
        ("docs/01_intro.sql", False),
    ],
)
def test_numbered_files_are_migrations_wherever_they_lie(path: str, is_one: bool) -> None:
    assert found({path: "DROP TABLE orders;"}) == ({"drop-table"} if is_one else set())
