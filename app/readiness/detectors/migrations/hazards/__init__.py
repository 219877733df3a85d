"""Hazards: what an operation does to those who use the database while it runs and after."""
