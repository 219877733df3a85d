"""ALTER TABLE: one operation for each action."""

from collections.abc import Callable, Mapping

from app.readiness.detectors.migrations.model import Constraint, ConstraintKind, Kind
from app.readiness.detectors.migrations.sql.alter_column import alter_column, change_column, modify_column
from app.readiness.detectors.migrations.sql.columns import read_column
from app.readiness.detectors.migrations.sql.constraints import (
    read_constraint,
    read_key,
    starts_constraint,
    starts_key,
)
from app.readiness.detectors.migrations.sql.cursor import Cursor, split, words_of
from app.readiness.detectors.migrations.sql.out import Out
from app.readiness.detectors.migrations.sql.partitions import read_partition_action
from app.readiness.detectors.migrations.sql.table_options import read_table_option

_COPYING = ("ALGORITHM", "LOCK")


def alter_table(cursor: Cursor, out: Out) -> None:
    """After ALTER TABLE."""
    cursor.if_exists()
    table = cursor.table()
    if not table:
        out.unread("an ALTER TABLE without a name")
        return
    actions = [Cursor(part) for part in split(cursor.tokens[cursor.at :])]
    options = tuple(_algorithm(action) for action in actions if action.key in _COPYING)
    start = len(out.ops)
    for action in actions:
        if action.at == 0:
            _read_action(action, out, table, options)
    if len(out.ops) == start:
        out.add(Kind.OTHER, table=table)


def _algorithm(action: Cursor) -> str:
    word = action.take_any(*_COPYING)
    action.take("=")
    return f"{word}={action.key}".lower()


def _read_action(action: Cursor, out: Out, table: str, options: tuple[str, ...]) -> None:
    read = _ACTIONS.get(action.key)
    start = len(out.ops)
    out.options = options
    if read is not None:
        action.skip()
        read(action, out, table)
    if len(out.ops) == start:
        action.at = 0
        if not read_table_option(action, out, table):
            out.unread(f"an action of ALTER TABLE that is not known: {words_of(action.tokens[:6])}", table=table)
    out.options = ()


def _add(action: Cursor, out: Out, table: str) -> None:
    if starts_constraint(action):
        out.add(Kind.ADD_CONSTRAINT, table=table, constraint=read_constraint(action))
    elif out.dialect.is_mysql and starts_key(action):
        name, index = read_key(action)
        out.add(Kind.CREATE_INDEX, table=table, name=name, index=index)
    elif action.sees("PARTITION"):
        action.at = 0
        read_partition_action(action, out, table)
    else:
        action.take("COLUMN")
        if_not_exists = action.if_not_exists()
        if action.key == "(":
            for part in split(action.brackets()):
                _add_column(Cursor(part), out, table, if_not_exists)
        else:
            _add_column(action, out, table, if_not_exists)


def _add_column(action: Cursor, out: Out, table: str, if_not_exists: bool) -> None:
    if starts_constraint(action):
        out.add(Kind.ADD_CONSTRAINT, table=table, constraint=read_constraint(action))
        return
    column = read_column(action)
    if column.name:
        out.add(
            Kind.ADD_COLUMN,
            table=table,
            column=column.name,
            definition=column,
            new_type=column.type,
            default=column.default,
            if_not_exists=if_not_exists,
        )


def _drop(action: Cursor, out: Out, table: str) -> None:
    word = action.take_any("CONSTRAINT", "CHECK", "INDEX", "KEY", "PRIMARY", "FOREIGN", "PARTITION")
    if word == "PARTITION":
        action.at = 0
        read_partition_action(action, out, table)
    elif word in ("CONSTRAINT", "CHECK", "PRIMARY", "FOREIGN"):
        _drop_constraint(action, out, table, word)
    elif word:
        out.add(Kind.DROP_INDEX, table=table, if_exists=action.if_exists(), name=action.name())
    else:
        action.take("COLUMN")
        if_exists = action.if_exists()
        column = action.name()
        if column:
            cascade = action.finds("CASCADE")
            out.add(Kind.DROP_COLUMN, table=table, column=column, if_exists=if_exists, cascade=cascade)


def _drop_constraint(action: Cursor, out: Out, table: str, word: str) -> None:
    kinds = {"CHECK": ConstraintKind.CHECK, "PRIMARY": ConstraintKind.PRIMARY, "FOREIGN": ConstraintKind.FOREIGN}
    action.take("KEY")
    if_exists = action.if_exists()
    name = action.name() or ("primary" if word == "PRIMARY" else "")
    constraint = Constraint(kinds.get(word, ConstraintKind.UNKNOWN), name=name)
    cascade = action.finds("CASCADE")
    out.add(Kind.DROP_CONSTRAINT, table=table, name=name, constraint=constraint, if_exists=if_exists, cascade=cascade)


def _rename(action: Cursor, out: Out, table: str) -> None:
    if action.take_any("TO", "AS"):
        out.add(Kind.RENAME_TABLE, table=table, new_name=action.table())
        return
    word = action.take_any("CONSTRAINT", "INDEX", "KEY") if action.ahead() != "TO" else ""
    if not word:
        action.take("COLUMN")
    old = action.name()
    if not action.take("TO"):
        # MySQL lets TO away: RENAME other_name.
        if old and action.is_done:
            out.add(Kind.RENAME_TABLE, table=table, new_name=old)
        return
    new = action.name()
    if word == "CONSTRAINT":
        out.add(Kind.RENAME_CONSTRAINT, table=table, name=old, new_name=new)
    elif word:
        out.add(Kind.RENAME_INDEX, table=table, name=old, new_name=new)
    else:
        out.add(Kind.RENAME_COLUMN, table=table, column=old, new_name=new)


def _alter(action: Cursor, out: Out, table: str) -> None:
    if action.take("CONSTRAINT") or action.take("CHECK"):
        out.add(Kind.ALTER_CONSTRAINT, table=table, name=action.name())
    elif action.take("INDEX"):
        name = action.name()
        out.add(Kind.ALTER_INDEX, table=table, name=name, options=(action.key.lower(),))
    else:
        action.take("COLUMN")
        alter_column(action, out, table)


def _validate(action: Cursor, out: Out, table: str) -> None:
    if action.take("CONSTRAINT"):
        out.add(Kind.VALIDATE_CONSTRAINT, table=table, name=action.name())


def _triggers(kind: Kind) -> Callable[[Cursor, Out, str], None]:
    def read(action: Cursor, out: Out, table: str) -> None:
        action.take_any("REPLICA", "ALWAYS")
        if action.take("TRIGGER"):
            out.add(kind, table=table, name=action.name())

    return read


_ACTIONS: Mapping[str, Callable[[Cursor, Out, str], None]] = {
    "ADD": _add,
    "DROP": _drop,
    "RENAME": _rename,
    "ALTER": _alter,
    "VALIDATE": _validate,
    "MODIFY": modify_column,
    "CHANGE": change_column,
    "ENABLE": _triggers(Kind.ENABLE_TRIGGER),
    "DISABLE": _triggers(Kind.DISABLE_TRIGGER),
}
