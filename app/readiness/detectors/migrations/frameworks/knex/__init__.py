"""Migrations of Knex."""
