"""Migrations of TypeORM."""
