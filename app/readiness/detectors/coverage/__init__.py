"""Coverage: what reports of tests say, mapped onto the repository and judged."""
