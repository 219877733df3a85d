"""Migrations of Alembic."""
