"""The tables; GitHub's ids are 64-bit, times are seconds since 1970 UTC, nothing here validates."""

from sqlalchemy import BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Columns that came later need a default in the database: the version before does not name them.
_ZERO = {"server_default": "0"}
_UNDONE = text("done < want")


class Delivery(SQLModel, table=True):
    """One webhook as it arrived, slim: only the fields the jobs use, as JSON."""

    __tablename__ = "delivery"
    guid: str = Field(primary_key=True, max_length=64)
    event: str = Field(max_length=64)
    action: str = Field(default="", max_length=64)
    installation_id: int | None = Field(default=None, sa_type=BigInteger)
    repository_id: int | None = Field(default=None, sa_type=BigInteger)
    fields: str = Field(default="{}", sa_type=Text)
    via: str = Field(default="webhook", max_length=16)
    state: str = Field(default="received", max_length=16)
    tries: int = 0
    not_before: float = 0.0
    received_at: float
    finished_at: float | None = None
    error: str = Field(default="", sa_type=Text)

    __table_args__ = (
        Index("ix_delivery_waiting", "state", "received_at"),
        Index("ix_delivery_received", "received_at"),
    )


class Installation(SQLModel, table=True):
    """One installation of the App; secret_key keys the fingerprints of secrets found there.

    state_since is when its state changed; planned_until is up to when background work has been spread. The row with
    id 0 is the App itself, and holds nothing but its rate gate.
    """

    __tablename__ = "installation"
    id: int = Field(primary_key=True, sa_type=BigInteger)
    account: str = Field(default="", max_length=100)
    state: str = Field(default="active", max_length=16)
    secret_key: str = Field(max_length=64)
    listed_at: float = 0.0
    gate_until: float = 0.0
    state_since: float = Field(default=0.0, sa_column_kwargs=_ZERO)
    planned_until: float = Field(default=0.0, sa_column_kwargs=_ZERO)


class WriteSlot(SQLModel, table=True):
    """When something was or will be written for an installation, for the pace that all its workers share."""

    __tablename__ = "write_slot"
    installation_id: int = Field(primary_key=True, sa_type=BigInteger)
    at: float = Field(primary_key=True)
    creates: bool


class Repository(SQLModel, table=True):
    """A repository the App has been told of, by GitHub's id: names change.

    reconciled_at is when its open pull requests and its default branch were last compared with what was judged.
    """

    __tablename__ = "repository"
    id: int = Field(primary_key=True, sa_type=BigInteger)
    installation_id: int = Field(sa_type=BigInteger, index=True)
    owner: str = Field(max_length=100)
    name: str = Field(max_length=100)
    private: bool = True
    archived: bool = False
    default_branch: str = Field(default="", max_length=255)
    state: str = Field(default="active", max_length=16)
    state_since: float = Field(default=0.0, sa_column_kwargs=_ZERO)
    reconciled_at: float = Field(default=0.0, sa_column_kwargs=_ZERO)

    __table_args__ = (Index("ix_repository_name", "owner", "name"),)


class Target(SQLModel, table=True):
    """Something to keep judged: a pull request, branch, merge group, or the issues of a repository.

    Work is due while done < want; whoever holds the lease does it. attempt grows with each re-run, delivery is the
    newest one that asked. priority orders what is due, see app/store/priorities.py.
    """

    __tablename__ = "target"
    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(sa_type=BigInteger)
    kind: str = Field(max_length=16)
    name: str = Field(max_length=255)
    detail: str = Field(default="{}", sa_type=Text)
    want: int = 1
    done: int = 0
    attempt: int = 1
    tries: int = 0
    not_before: float = 0.0
    lease_by: str = Field(default="", max_length=64)
    lease_until: float = 0.0
    delivery: str = Field(default="", max_length=64)
    error: str = Field(default="", sa_type=Text)
    priority: int = Field(default=0, sa_column_kwargs=_ZERO)

    __table_args__ = (
        UniqueConstraint("repository_id", "kind", "name", name="uq_target"),
        # Of the many targets few are undone, and the sweep looks for those every second.
        Index("ix_target_waiting", "priority", "not_before", sqlite_where=_UNDONE, postgresql_where=_UNDONE),
    )


class Run(SQLModel, table=True):
    """One attempt's check run: the intent is stored before the first POST, check_run_id after it."""

    __tablename__ = "run"
    external_id: str = Field(primary_key=True, max_length=64)
    target_id: int = Field(index=True)
    repository_id: int = Field(sa_type=BigInteger)
    head_sha: str = Field(max_length=64)
    policy: str = Field(default="", max_length=64)
    check_run_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    posts: int = 0
    posted_at: float = 0.0
    state: str = Field(default="intended", max_length=16)

    __table_args__ = (Index("ix_run_head", "repository_id", "head_sha"),)


class VerdictRow(SQLModel, table=True):
    """A verdict as JSON, schema readygate/verdict/v1."""

    __tablename__ = "verdict"
    id: int | None = Field(default=None, primary_key=True)
    repository_id: int = Field(sa_type=BigInteger)
    kind: str = Field(max_length=16)
    name: str = Field(max_length=255)
    head_sha: str = Field(max_length=64)
    external_id: str = Field(max_length=64, index=True)
    conclusion: str = Field(max_length=16)
    score: int
    level: int
    document: str = Field(sa_type=Text)
    created_at: float

    __table_args__ = (
        Index("ix_verdict_subject", "repository_id", "kind", "name", "created_at"),
        Index("ix_verdict_created", "created_at"),
    )


class IssueRow(SQLModel, table=True):
    """The link between a gap and its issue; the key is unique, so a gap never has two."""

    __tablename__ = "issue"
    key: str = Field(primary_key=True, max_length=160)
    repository_id: int = Field(sa_type=BigInteger, index=True)
    number: int | None = Field(default=None, sa_type=BigInteger)
    state: str = Field(default="open", max_length=16)
    closed_by: str | None = Field(default=None, max_length=16)
    digest: str = Field(default="", max_length=64)
    posts: int = 0
    posted_at: float = 0.0
    created_at: float


class KnownGood(SQLModel, table=True):
    """The last policy text of a repository that parsed, so that a broken one never stops the judging."""

    __tablename__ = "known_good"
    repository_id: int = Field(primary_key=True, sa_type=BigInteger)
    layer: str = Field(primary_key=True, max_length=16)
    path: str = Field(max_length=255)
    commit: str = Field(max_length=64)
    text: str = Field(sa_type=Text)


class SchemaFloor(SQLModel, table=True):
    """The oldest revision whose code still runs on this database: a newer schema need not stop an older version."""

    __tablename__ = "schema_floor"
    revision: str = Field(primary_key=True, max_length=32)
