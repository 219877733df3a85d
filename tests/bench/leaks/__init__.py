"""Labelled files with and without leaked credentials, made at run time by an eye that never saw the patterns."""
