"""The schema as the migrations made it."""
