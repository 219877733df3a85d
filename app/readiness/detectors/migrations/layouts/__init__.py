"""How tools lay out migrations in SQL: which files, which order, which way, which transaction."""
