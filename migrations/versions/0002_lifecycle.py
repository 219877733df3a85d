"""Priorities, the shared pace of writing, the life of installations, and indexes for what is asked every second.

The version before runs on this schema: nothing is taken away, and every new column has a default.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_UNDONE = sa.text("done < want")
_COLUMNS = (
    ("target", sa.Column("priority", sa.Integer(), nullable=False, server_default="0")),
    ("installation", sa.Column("state_since", sa.Float(), nullable=False, server_default="0")),
    ("installation", sa.Column("planned_until", sa.Float(), nullable=False, server_default="0")),
    ("repository", sa.Column("state_since", sa.Float(), nullable=False, server_default="0")),
    ("repository", sa.Column("reconciled_at", sa.Float(), nullable=False, server_default="0")),
)


def upgrade() -> None:
    for table, column in _COLUMNS:
        op.add_column(table, column)
    op.create_table(
        "write_slot",
        sa.Column("installation_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("creates", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("installation_id", "at"),
    )
    floor = op.create_table(
        "schema_floor",
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("revision"),
    )
    op.bulk_insert(floor, [{"revision": "0001"}])
    op.drop_index("ix_target_due", "target")
    op.create_index(
        "ix_target_waiting", "target", ["priority", "not_before"], sqlite_where=_UNDONE, postgresql_where=_UNDONE
    )
    op.drop_index("ix_delivery_state", "delivery")
    op.create_index("ix_delivery_waiting", "delivery", ["state", "received_at"])
    op.create_index("ix_run_head", "run", ["repository_id", "head_sha"])
    op.create_index("ix_verdict_created", "verdict", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_verdict_created", "verdict")
    op.drop_index("ix_run_head", "run")
    op.drop_index("ix_delivery_waiting", "delivery")
    op.create_index("ix_delivery_state", "delivery", ["state", "not_before"])
    op.drop_index("ix_target_waiting", "target")
    op.create_index("ix_target_due", "target", ["not_before", "lease_until"])
    op.drop_table("schema_floor")
    op.drop_table("write_slot")
    for table, column in reversed(_COLUMNS):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column.name)
