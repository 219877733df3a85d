"""Hostile files read safely into plain values with line numbers."""
