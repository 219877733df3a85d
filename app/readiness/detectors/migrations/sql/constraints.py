"""Constraints of a table, as CREATE TABLE and ALTER TABLE ADD have them."""

from app.readiness.detectors.migrations.model import Constraint, ConstraintKind, Index
from app.readiness.detectors.migrations.sql.columns import read_references
from app.readiness.detectors.migrations.sql.cursor import Cursor, split, words_of

_STARTS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE"})
_FOLLOWED_BY = {"PRIMARY": ("KEY",), "FOREIGN": ("KEY",), "CHECK": ("(",)}
_AFTER_UNIQUE = ("(", "KEY", "INDEX", "USING", "NULLS")
_MYSQL_KEYS = frozenset({"INDEX", "KEY", "FULLTEXT", "SPATIAL"})


def starts_constraint(cursor: Cursor) -> bool:
    """Whether a constraint comes next; a column may be called like one of its words."""
    if cursor.key not in _STARTS:
        return False
    after = cursor.ahead()
    if cursor.key in _FOLLOWED_BY:
        return after in _FOLLOWED_BY[cursor.key]
    return cursor.key == "CONSTRAINT" or after in _AFTER_UNIQUE or cursor.ahead(2) == "("


def starts_key(cursor: Cursor) -> bool:
    """Whether an index in the way of MySQL comes next: `KEY name (columns)`."""
    if cursor.key not in _MYSQL_KEYS:
        return False
    return any(cursor.ahead(distance) == "(" for distance in (1, 2, 3)) or cursor.ahead() in (
        "USING",
        "KEY",
        "INDEX",
        "IF",
    )


def read_key(cursor: Cursor) -> tuple[str, Index]:
    """An index in the way of MySQL: its name and what it is."""
    word = cursor.take_any("FULLTEXT", "SPATIAL")
    cursor.take_any("INDEX", "KEY")
    cursor.if_not_exists()
    name = "" if cursor.key in ("(", "USING") else cursor.name()
    if cursor.take("USING"):
        cursor.skip()
    columns = cursor.names()
    cursor.until(lambda key: key == ",")
    return name, Index(columns, method=word.lower())


def read_constraint(cursor: Cursor) -> Constraint:
    """The constraint up to a comma or the end; one that is no known kind has the kind UNKNOWN."""
    name = ""
    if cursor.take("CONSTRAINT"):
        cursor.if_not_exists()
        name = "" if cursor.key in _STARTS and cursor.ahead() in ("KEY", "(") else cursor.name()
    kind = _kind(cursor)
    if kind is ConstraintKind.CHECK:
        expression = words_of(cursor.brackets())
        return Constraint(kind, _null_checked(expression), name, expression=expression, not_valid=_is_not_valid(cursor))
    if kind is ConstraintKind.EXCLUDE:
        return Constraint(kind, (), name, expression=words_of(cursor.until(_ends)))
    if kind is ConstraintKind.NOT_NULL:
        return Constraint(kind, (cursor.name(),), name, not_valid=_is_not_valid(cursor))
    return _read_key_constraint(cursor, kind, name)


def _read_key_constraint(cursor: Cursor, kind: ConstraintKind, name: str) -> Constraint:
    cursor.take_any("KEY", "INDEX")
    if cursor.take("USING", "INDEX"):
        index = cursor.name()
        cursor.until(_ends)
        return Constraint(kind, (), name or index, using_index=index)
    cursor.if_not_exists()
    if cursor.take("NULLS"):
        cursor.take("NOT")
        cursor.take("DISTINCT")
    elif cursor.key not in ("(", "USING"):
        name = cursor.name() or name
    if cursor.take("USING"):
        cursor.skip()
    columns = cursor.names()
    references = read_references(cursor) if cursor.take("REFERENCES") else None
    return Constraint(kind, columns, name, references, not_valid=_is_not_valid(cursor))


def _kind(cursor: Cursor) -> ConstraintKind:
    if cursor.take("PRIMARY", "KEY"):
        return ConstraintKind.PRIMARY
    if cursor.take("FOREIGN", "KEY"):
        return ConstraintKind.FOREIGN
    if cursor.take("NOT", "NULL"):
        return ConstraintKind.NOT_NULL
    word = cursor.take_any("UNIQUE", "CHECK", "EXCLUDE")
    return ConstraintKind(word.lower()) if word else ConstraintKind.UNKNOWN


def _is_not_valid(cursor: Cursor) -> bool:
    """Reads the rest of the constraint; MySQL's NOT ENFORCED looks at no row either."""
    found = False
    while not cursor.is_done and not _ends(cursor.key):
        if cursor.take("NOT", "VALID") or cursor.take("NOT", "ENFORCED"):
            found = True
        else:
            cursor.skip_group()
    return found


def _ends(key: str) -> bool:
    return key in (",", ";")


def _null_checked(expression: str) -> tuple[str, ...]:
    """The column of `column is not null`, the one check that lets SET NOT NULL do without a scan."""
    words = expression.strip("() ").split()
    return (words[0].strip('"`(').lower(),) if words[1:] == ["is", "not", "null"] else ()


def null_checked_columns(expression: str) -> tuple[str, ...]:
    """All columns that an AND of such checks proves to be set."""
    found = [_null_checked(part) for part in expression.split(" and ")]
    return tuple(column for part in found for column in part)


def parts_of(cursor: Cursor) -> list[Cursor]:
    """What stands between the commas of the brackets that come next."""
    return [Cursor(part) for part in split(cursor.brackets())]
