"""The migrations detector: what a change of the schema does to the version that is still running."""
