"""Readygate: production readiness on pull requests."""
