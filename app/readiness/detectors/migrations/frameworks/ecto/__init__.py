"""Migrations of Ecto."""
