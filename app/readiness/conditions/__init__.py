"""Condition kinds: the questions a rule can ask of a snapshot."""
