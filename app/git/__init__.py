"""Mirrors, snapshots and changes, read with git."""
