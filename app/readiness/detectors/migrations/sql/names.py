"""Names as the database stores them."""

_DEFAULT_SCHEMAS = frozenset({"public", "dbo", "main"})


def plain_name(written: str) -> str:
    """One identifier in lower case without the quotes around it: `"Order"`, `` `order` `` and `[order]` are `order`."""
    name = written.strip()
    if name[1:] and name[0] + name[-1] in ('""', "``", "[]"):
        name = name[1:-1]
    return name.lower()


def table_name(*parts: str) -> str:
    """Schema and table, or the table alone; a default schema is left out."""
    names = [plain_name(part) for part in parts if part]
    if len(names) > 1 and names[-2] in _DEFAULT_SCHEMAS:
        names = names[-1:]
    return ".".join(names[-2:])
