"""A small stand-in for GitHub on loopback."""
