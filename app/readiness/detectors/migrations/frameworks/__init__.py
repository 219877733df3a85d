"""Migrations written as programs or as documents, lowered to operations."""
