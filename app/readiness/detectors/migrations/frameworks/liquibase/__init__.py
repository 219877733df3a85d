"""Changelogs of Liquibase."""
