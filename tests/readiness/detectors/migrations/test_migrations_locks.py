"""What a real PostgreSQL locks, copies and reads for each statement, beside what our hazards say of it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from judged_migrations import hazards, judge_sql

from app.readiness.detectors.migrations.hazards.hazard import BUILD, REWRITE, SCAN
from app.readiness.detectors.migrations.hazards.table import HAZARDS

BASE = """
CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, note text, code varchar(10), total numeric(10,2), qty integer NOT NULL,
  made timestamp,
  at timestamp(3) with time zone, ip cidr, bits varbit(8), user_id bigint, state varchar(20) NOT NULL DEFAULT 'new',
  known text, CONSTRAINT known_set CHECK (known IS NOT NULL), CONSTRAINT late CHECK (qty > 0) NOT VALID);
CREATE INDEX orders_note ON orders (note);
CREATE UNIQUE INDEX orders_qty ON orders (qty);
"""
ROWS = """
INSERT INTO users SELECT n FROM generate_series(1, 500) n;
INSERT INTO orders SELECT n, 'a', 'b', 1, n, now(), now(), '10.0.0.0/8', B'1', n, 'new', 'c'
  FROM generate_series(1, 500) n;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER there BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();
"""
ACTIONS = """
    ADD COLUMN x int
    ADD COLUMN x int DEFAULT 5
    ADD COLUMN x int NOT NULL DEFAULT 5
    ADD COLUMN x timestamptz DEFAULT now()
    ADD COLUMN x date DEFAULT CURRENT_DATE
    ADD COLUMN x jsonb NOT NULL DEFAULT '{}'::jsonb
    ADD COLUMN x text[] DEFAULT ARRAY[]::text[]
    ADD COLUMN x timestamp DEFAULT timezone('utc', now())
    ADD COLUMN x uuid DEFAULT gen_random_uuid()
    ADD COLUMN x double precision DEFAULT random()
    ADD COLUMN x timestamptz DEFAULT clock_timestamp()
    ADD COLUMN x bigserial
    ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY
    ADD COLUMN x int GENERATED ALWAYS AS (qty * 2) STORED
    ADD COLUMN x int CHECK (x > 0)
    ADD COLUMN x int UNIQUE
    DROP COLUMN note
    RENAME COLUMN note TO remark
    RENAME TO purchases
    ALTER COLUMN qty TYPE bigint
    ALTER COLUMN qty TYPE int4
    ALTER COLUMN code TYPE varchar(20)
    ALTER COLUMN code TYPE varchar(5)
    ALTER COLUMN code TYPE varchar
    ALTER COLUMN code TYPE text
    ALTER COLUMN code TYPE text USING code::text
    ALTER COLUMN code TYPE text USING lower(code)
    ALTER COLUMN known TYPE varchar
    ALTER COLUMN known TYPE varchar(100)
    ALTER COLUMN total TYPE numeric(12,2)
    ALTER COLUMN total TYPE numeric
    ALTER COLUMN total TYPE numeric(12,3)
    ALTER COLUMN total TYPE numeric(8,2)
    ALTER COLUMN made TYPE timestamp(3)
    ALTER COLUMN at TYPE timestamptz
    ALTER COLUMN at TYPE timestamp(6) with time zone
    ALTER COLUMN ip TYPE inet
    ALTER COLUMN bits TYPE varbit(16)
    ALTER COLUMN bits TYPE varbit(4)
    ALTER COLUMN code SET NOT NULL
    ALTER COLUMN known SET NOT NULL
    ALTER COLUMN qty SET NOT NULL
    ALTER COLUMN qty DROP NOT NULL
    ALTER COLUMN code SET DEFAULT 'x'
    ALTER COLUMN state DROP DEFAULT
    ALTER COLUMN code SET STATISTICS 500
    ALTER COLUMN qty ADD GENERATED ALWAYS AS IDENTITY
    ADD CONSTRAINT c CHECK (qty > 0)
    ADD CONSTRAINT c CHECK (qty > 0) NOT VALID
    ADD CONSTRAINT c FOREIGN KEY (user_id) REFERENCES users (id)
    ADD CONSTRAINT c FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID
    ADD CONSTRAINT c UNIQUE (user_id)
    ADD CONSTRAINT c UNIQUE USING INDEX orders_qty
    ADD CONSTRAINT c EXCLUDE USING btree (user_id WITH =)
    VALIDATE CONSTRAINT late
    DROP CONSTRAINT late
    DROP CONSTRAINT orders_pkey
    SET UNLOGGED
    SET (fillfactor = 70)
    DISABLE TRIGGER there
    ENABLE ROW LEVEL SECURITY
    """
STATEMENTS = (
    *(f"ALTER TABLE orders {action.strip()}" for action in ACTIONS.strip().splitlines()),
    "CREATE INDEX i ON orders (qty)",
    "CREATE UNIQUE INDEX i ON orders (user_id)",
    "DROP INDEX orders_note",
    "REINDEX INDEX orders_note",
    "REINDEX TABLE orders",
    "TRUNCATE orders",
    "DROP TABLE orders",
    "CLUSTER orders USING orders_pkey",
    "LOCK TABLE orders",
    "CREATE TRIGGER other BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f()",
    "COMMENT ON TABLE orders IS 'x'",
)
LOCKS = """
SELECT upper(regexp_replace(replace(mode, 'Lock', ''), '(?<!^)([A-Z])', ' \\1', 'g')) FROM pg_locks
WHERE pid = pg_backend_pid() AND relation = $1 AND granted
"""
STRENGTH = (
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)
LONG = frozenset({BUILD, REWRITE, SCAN})
# Only SHARE UPDATE EXCLUSIVE: reads and writes go on while it scans.
LETS_WORK = frozenset(STRENGTH[:4])


@pytest.fixture
async def orders(postgres: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that finds some rows."""
    connection = await asyncpg.connect(postgres)
    await connection.execute("CREATE SCHEMA of_migrations; SET search_path = of_migrations")
    await connection.execute(BASE + ROWS)
    yield connection
    await connection.execute("DROP SCHEMA of_migrations CASCADE")
    await connection.close()


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_our_words_are_what_postgresql_does(orders: asyncpg.Connection, statement: str) -> None:
    table = await orders.fetchval("SELECT 'orders'::regclass::oid")
    change = orders.transaction()
    await change.start()
    before = await _state(orders, table)
    await orders.execute(statement)
    after = await _state(orders, table)
    strongest = max((row[0] for row in await orders.fetch(LOCKS, table)), key=STRENGTH.index)
    await change.rollback()
    is_long = after != before and "TRUNCATE" not in statement and "DROP TABLE" not in statement
    found = [
        HAZARDS[name] for name in hazards(judge_sql({"sql": f"{statement};"}, {"database": "postgresql", "base": BASE}))
    ]
    said_long = any(one.lasts in LONG and "L" in one.why for one in found)
    assert said_long == (is_long and strongest not in LETS_WORK), (before, after, strongest)
    locks = [one.lock for one in found if "L" in one.why and one.lock]
    assert not locks or any(strongest in lock for lock in locks), (strongest, locks)
    assert found or not is_long or strongest in LETS_WORK


async def _state(connection: asyncpg.Connection, table: int) -> tuple[object, ...]:
    """What changes when a table is copied or read as a whole."""
    node = await connection.fetchval("SELECT relfilenode FROM pg_class WHERE oid = $1", table)
    scans = await connection.fetchval("SELECT seq_scan FROM pg_stat_xact_all_tables WHERE relid = $1", table)
    return node, scans
