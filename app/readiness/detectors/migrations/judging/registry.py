"""Which judges look at which kind of operation, by database."""

from collections.abc import Iterator, Mapping

from app.readiness.detectors.migrations.judging import (
    compatibility,
    lock_window,
    modified_columns,
    mysql,
    postgres_columns,
    postgres_constraints,
    postgres_indexes,
    postgres_objects,
    rows,
    sqlite,
)
from app.readiness.detectors.migrations.judging.scene import Danger, Judge, Scene
from app.readiness.detectors.migrations.model import Dialect, Kind, Op

_SHARED: Mapping[Kind, tuple[Judge, ...]] = {
    Kind.CREATE_TABLE: (compatibility.judge_create_table,),
    Kind.DROP_TABLE: (compatibility.judge_drop_table,),
    Kind.DROP_COLUMN: (compatibility.judge_drop_column,),
    Kind.RENAME_COLUMN: (compatibility.judge_rename_column,),
    Kind.RENAME_TABLE: (compatibility.judge_rename_table,),
    Kind.MOVE_SCHEMA: (compatibility.judge_move_schema,),
    Kind.RENAME_OBJECT: (compatibility.judge_rename_object,),
    Kind.RENAME_CONSTRAINT: (compatibility.judge_rename_constraint,),
    Kind.RENAME_INDEX: (compatibility.judge_rename_index,),
    Kind.RENAME_ENUM_VALUE: (compatibility.judge_rename_enum_value,),
    Kind.TRUNCATE: (compatibility.judge_truncate,),
    Kind.DROP_DEFAULT: (compatibility.judge_drop_default,),
    Kind.DROP_OBJECT: (postgres_objects.judge_drop_object,),
    Kind.LOCK_TABLE: (postgres_objects.judge_lock,),
    Kind.REVOKE: (postgres_objects.judge_revoke,),
    Kind.UPDATE: (rows.judge_update,),
    Kind.DELETE: (rows.judge_update,),
    Kind.INSERT: (rows.judge_insert,),
    Kind.BEGIN: (rows.judge_begin,),
    Kind.COMMIT: (rows.judge_end,),
    Kind.ROLLBACK: (rows.judge_end,),
}
_POSTGRES: Mapping[Kind, tuple[Judge, ...]] = {
    Kind.CREATE_TABLE: (compatibility.judge_create_table, postgres_constraints.judge_new_foreign_keys),
    Kind.ADD_COLUMN: (postgres_columns.judge_add_column,),
    Kind.ALTER_TYPE: (postgres_columns.judge_alter_type,),
    Kind.MODIFY_COLUMN: (modified_columns.judge_modified_column,),
    Kind.SET_NOT_NULL: (postgres_columns.judge_set_not_null,),
    Kind.ADD_IDENTITY: (postgres_columns.judge_identity,),
    Kind.DROP_IDENTITY: (postgres_columns.judge_identity,),
    Kind.ADD_CONSTRAINT: (postgres_constraints.judge_add_constraint,),
    Kind.VALIDATE_CONSTRAINT: (postgres_constraints.judge_validate,),
    Kind.DROP_CONSTRAINT: (postgres_constraints.judge_drop_constraint,),
    Kind.CREATE_INDEX: (postgres_indexes.judge_create_index,),
    Kind.DROP_INDEX: (postgres_indexes.judge_drop_index,),
    Kind.REINDEX: (postgres_indexes.judge_reindex,),
    Kind.ATTACH_PARTITION: (postgres_indexes.judge_attach,),
    Kind.DETACH_PARTITION: (postgres_indexes.judge_detach,),
    Kind.NO_INHERIT: (postgres_indexes.judge_no_inherit,),
    Kind.CREATE_OBJECT: (postgres_objects.judge_create_object, postgres_constraints.judge_new_domain),
    Kind.ALTER_OBJECT: (postgres_constraints.judge_domain,),
    Kind.TABLE_OPTION: (postgres_objects.judge_table_option,),
    Kind.VACUUM: (postgres_objects.judge_vacuum,),
    Kind.CLUSTER: (postgres_objects.judge_cluster,),
    Kind.REFRESH_VIEW: (postgres_objects.judge_refresh,),
    Kind.DISABLE_TRIGGER: (postgres_objects.judge_disable_trigger,),
    Kind.ADD_ENUM_VALUE: (postgres_objects.judge_enum_value,),
}
_MYSQL: Mapping[Kind, tuple[Judge, ...]] = {
    Kind.ADD_COLUMN: (mysql.judge_add_column,),
    Kind.MODIFY_COLUMN: (mysql.judge_modify,),
    Kind.ADD_CONSTRAINT: (mysql.judge_add_constraint,),
    Kind.DROP_CONSTRAINT: (mysql.judge_drop_constraint,),
    Kind.CREATE_INDEX: (mysql.judge_create_index,),
    Kind.DROP_INDEX: (mysql.judge_drop_index,),
    Kind.TABLE_OPTION: (mysql.judge_table_option,),
    Kind.PARTITION: (mysql.judge_partition,),
    Kind.ALTER_TYPE: (postgres_columns.judge_alter_type,),
    Kind.SET_NOT_NULL: (postgres_columns.judge_set_not_null,),
}
_SQLITE: Mapping[Kind, tuple[Judge, ...]] = {
    Kind.ADD_COLUMN: (sqlite.judge_add_column,),
    Kind.CREATE_INDEX: (sqlite.judge_create_index,),
    Kind.MODIFY_COLUMN: (modified_columns.judge_modified_column,),
    Kind.SET_NOT_NULL: (postgres_columns.judge_set_not_null,),
}
_OF: Mapping[Dialect, Mapping[Kind, tuple[Judge, ...]]] = {
    Dialect.POSTGRES: {**_SHARED, **_POSTGRES},
    Dialect.MYSQL: {**_SHARED, **_MYSQL},
    Dialect.MARIADB: {**_SHARED, **_MYSQL},
    Dialect.SQLITE: {**_SHARED, **_SQLITE},
}


def judge_operation(op: Op, scene: Scene) -> Iterator[Danger]:
    """Every hazard of one operation on the way up."""
    if op.kind is Kind.DYNAMIC:
        yield Danger("not-analysed", op, f"{op.note or 'Cannot be read'}.")
        return
    if not op.resolved:
        yield Danger("not-analysed", op, f"{op.note or 'A name is computed'}.")
        return
    if scene.dialect.is_mysql:
        yield from mysql.judge_algorithm(op, scene)
    if scene.dialect is Dialect.POSTGRES:
        yield from lock_window.judge_lock_window(op, scene)
    for judge in _OF[scene.dialect].get(op.kind, ()):
        yield from judge(op, scene)
