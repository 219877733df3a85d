"""SQL of three databases, read statement by statement into operations."""

from app.readiness.detectors.migrations.sql.reading import read_sql

__all__ = ["read_sql"]
