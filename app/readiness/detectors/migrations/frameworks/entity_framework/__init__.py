"""Migrations of Entity Framework Core."""
