"""Operations judged against the schema they meet."""
