"""The formats of coverage reports, one reader each."""
