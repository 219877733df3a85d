"""What stands in the blocks and clauses of Elixir."""

from ast_grep_py import SgNode

from app.readiness.detectors.migrations.frameworks.syntax.reading import child_of, named


def statements_of(block: SgNode) -> list[SgNode]:
    """Those of a `do` block, without what stands after `else`, `rescue` and the like."""
    return [
        child
        for child in named(block)
        if child.kind() not in ("else_block", "rescue_block", "after_block", "catch_block")
    ]


def body_of(node: SgNode) -> list[SgNode]:
    """The statements of a `do` block or of `do:` and `else:`."""
    block = child_of(node, "do_block")
    if block is not None:
        return statements_of(block)
    listed = child_of(node, "arguments")
    keywords = child_of(listed, "keywords") if listed is not None else None
    pairs = named(keywords) if keywords is not None else []
    return [named(pair)[-1] for pair in pairs if named(pair)[0].text().strip() in ("do:", "else:")]


def names_of(target: SgNode) -> tuple[str, ...]:
    """The names that a pattern binds."""
    inner = named(target)
    if target.kind() == "arguments" and len(inner) == 1 and inner[0].kind() == "tuple":
        inner = named(inner[0])
    return tuple(child.text() for child in inner) if inner else (target.text(),)


def clause_of(clause: SgNode) -> list[SgNode]:
    """The statements after the arrow."""
    body = child_of(clause, "body")
    return named(body) if body is not None else []
