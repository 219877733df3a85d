"""The secrets detector: credentials in the files of a repository."""
