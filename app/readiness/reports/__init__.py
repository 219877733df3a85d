"""Reports: one verdict told to the places where people look."""
