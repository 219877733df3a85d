"""Detectors: questions too deep for YAML conditions."""
