"""From verdicts and documents to the issues that should exist."""
