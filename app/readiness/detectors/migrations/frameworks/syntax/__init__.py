"""Languages of programs read into calls and values."""
