"""What the frameworks' files are lowered to: lines, directions, transactions, order, and what hostile files do."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from test_migrations_framework_cases import GROUPS, wrapped

from app.readiness.detectors.migrations.frameworks.choosing import read_program
from app.readiness.detectors.migrations.frameworks.django.settling import DjangoNames
from app.readiness.detectors.migrations.model import (
    DefaultKind,
    Dialect,
    Direction,
    Kind,
    Migration,
    Phase,
    Transaction,
)
from app.readiness.formats.source import Source

RAILS = "db/migrate/20240101000000_a.rb"
ALEMBIC = "alembic/versions/a.py"
DJANGO = "shop/migrations/0002_b.py"
ECTO = "priv/repo/migrations/20240101000000_a.exs"


def read(path: str, text: str, dialect: Dialect = Dialect.POSTGRES) -> Migration:
    found = read_program(Source(path, text.encode()), dialect)
    assert found is not None
    return found[0]


def rails(body: str, name: str = "change", head: str = "") -> Migration:
    return read(RAILS, f"class A < ActiveRecord::Migration[7.0]\n{head}def {name}\n{body}\nend\nend\n")


CLASS = "class A < ActiveRecord::Migration[7.0]\n"
SQL = "DROP TABLE a"
TEXTS = [
    (RAILS, f"{CLASS} def up\n  execute <<~SQL\n\n   {SQL}\n  SQL\n end\nend\n", 5),
    (ALEMBIC, f"from alembic import op\nrevision = '1'\ndef upgrade():\n  op.execute('''\n\n  {SQL}''')\n", 6),
    (DJANGO, f"class Migration(migrations.Migration):\n operations = [migrations.RunSQL(\n'''\n{SQL}''', '')]\n", 4),
    (ECTO, f'defmodule A do\n use Ecto.Migration\n def up do\n  execute """\n\n  {SQL}\n  """\n end\nend\n', 6),
    ("db/changelog/a.xml", f"<databaseChangeLog>\n<changeSet><sql>\n\n{SQL}</sql></changeSet></databaseChangeLog>", 4),
    ("db/changelog/a.sql", f"--liquibase formatted sql\n--changeset a:1\n\n{SQL};\n", 4),
    ("migrations/a.php", f"<?php //Illuminate\nclass A {{ function up() {{\nDB::statement('\n\n {SQL}');}} }}\n", 5),
    ("migrations/20240101000000_a.js", f"exports.up = (knex) => knex.raw(`\n\n{SQL}`);\n", 3),
    ("A.ts", f"class A implements MigrationInterface {{\n async up(q) {{\n  queryRunner.query(`\n{SQL}`); }} }}\n", 4),
    ("migrations/a.js", f"exports.up = (queryInterface) =>\n queryInterface.sequelize.query(`\n{SQL}`);\n", 3),
    ("A.cs", f'class A {{\n void Up(MigrationBuilder builder)\n {{\n  builder.Sql(@"\n\n{SQL}");\n }}\n}}\n', 6),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text", "line"), TEXTS, ids=[path for path, _, _ in TEXTS])
def test_sql_in_a_program_is_found_on_its_own_line(path: str, text: str, line: int) -> None:
    (op,) = read(path, text).up
    assert (op.kind, op.table, op.span.start_line) == (Kind.DROP_TABLE, "a", line)


def test_the_way_down_is_no_part_of_the_way_up() -> None:
    text = "from alembic import op\ndef upgrade():\n  op.drop_table('a')\ndef downgrade():\n  op.drop_table('b')\n"
    migration = read(ALEMBIC, text)
    assert [(op.table, op.direction) for op in migration.ops] == [("a", Direction.UP), ("b", Direction.DOWN)]
    assert migration.ops[0].batch != migration.ops[1].batch


def test_reversible_blocks_of_rails_know_their_direction() -> None:
    migration = rails("reversible do |dir|\ndir.up { drop_table :a }\ndir.down { drop_table :b }\nend\ndrop_table :c")
    assert [op.table for op in migration.up] == ["a", "c"]
    assert [op.table for op in migration.down] == ["b"]


def test_an_autocommit_block_has_no_transaction_and_what_follows_has() -> None:
    text = (
        "from alembic import op\nrevision = '1'\ndef upgrade():\n  op.drop_table('a')\n"
        "  with op.get_context().autocommit_block():\n    op.drop_table('b')\n    op.drop_table('c')\n"
        "  op.drop_table('d')\n"
    )
    ops = read(ALEMBIC, text).ops
    alone, within = Transaction.NONE, Transaction.IMPLICIT
    assert [op.transaction for op in ops] == [within, alone, alone, within]
    assert len({op.batch for op in ops}) == 4


def test_migrations_without_a_transaction_commit_each_statement() -> None:
    migration = rails("drop_table :a\ndrop_table :b", head="disable_ddl_transaction!\n")
    assert migration.transaction is Transaction.NONE
    assert len({op.batch for op in migration.ops}) == 2


def test_changes_of_one_alter_block_are_one_statement() -> None:
    body = "alter table(:a) do\n   add :b, :text\n   remove :c\n  end\n"
    text = f"defmodule A do\n use Ecto.Migration\n def change do\n  {body} end\nend\n"
    ops = read(ECTO, text).ops
    assert [op.kind for op in ops] == [Kind.ADD_COLUMN, Kind.DROP_COLUMN]
    assert len({op.statement for op in ops}) == 1


def test_revisions_of_alembic_name_all_their_parents() -> None:
    text = "from alembic import op\nrevision = 'm'\ndown_revision = ('a', 'b')\ndef upgrade():\n  pass\n"
    migration = read(ALEMBIC, text)
    assert (migration.id, migration.parents) == ("m", ("a", "b"))


def test_migrations_of_django_name_parents_of_their_app_and_what_they_replace() -> None:
    text = (
        "from django.db import migrations\nclass Migration(migrations.Migration):\n"
        "  replaces = [('shop', '0001_a'), ('shop', '0002_b')]\n"
        "  dependencies = [('auth', '0001_initial'), ('shop', '0000_z')]\n  operations = []\n"
    )
    migration = read("src/shop/migrations/0003_squashed.py", text)
    assert (migration.line, migration.id) == ("shop", "shop.0003_squashed")
    assert (migration.parents, migration.replaces) == (("shop.0000_z",), ("shop.0001_a", "shop.0002_b"))


def test_migrations_after_the_deployment_are_of_another_phase() -> None:
    text = "class A < Gitlab::Database::Migration[2.1]\ndef up\ndrop_table :a\nend\nend\n"
    assert read("db/post_migrate/20240101000000_a.rb", text).ops[0].phase is Phase.POST


REVERSIBLE = [
    ("add_column :a, :b, :text", True),
    ("remove_column :a, :b, :text", True),
    ("remove_column :a, :b", False),
    ("change_column :a, :b, :text", False),
    ("change_column_default :a, :b, from: 1, to: 2", True),
    ("change_column_default :a, :b, 2", False),
    ("drop_table :a", False),
    ("drop_table(:a) { |t| t.text :b }", True),
    ("execute 'DROP TABLE a'", False),
    ("up_only { execute 'DROP TABLE a' }", True),
]


@pytest.mark.parametrize(("body", "is_reversible"), REVERSIBLE)
def test_what_rails_can_undo_by_itself(body: str, is_reversible: bool) -> None:
    assert rails(body).reversible is is_reversible


def test_names_of_django_are_settled_by_the_migrations_before() -> None:
    head = "from django.db import migrations, models\nclass Migration(migrations.Migration):\n  operations = ["
    first = read(
        DJANGO,
        head
        + "migrations.CreateModel('Thing', [('owner', models.ForeignKey('auth.User', models.CASCADE)),"
        + " ('tags', models.ManyToManyField('shop.Tag'))], options={'db_table': 'things'})]\n",
    )
    names = DjangoNames()
    names.settle(first)
    removed = [
        names.settle(read(DJANGO, f"{head}migrations.RemoveField('thing', '{field}')]\n")).ops[0]
        for field in ("owner", "tags")
    ]
    assert [(op.kind, op.table, op.column) for op in removed] == [
        (Kind.DROP_COLUMN, "things", "owner_id"),
        (Kind.DROP_TABLE, "things_tags", ""),
    ]


DEFAULTS = [
    ("default: 1", DefaultKind.CONST),
    ("default: ''", DefaultKind.CONST),
    ("default: -> { 'now()' }", DefaultKind.STABLE),
    ("default: -> { 'random()' }", DefaultKind.VOLATILE),
    ("default: nil", DefaultKind.NONE),
]


@pytest.mark.parametrize(("option", "kind"), DEFAULTS)
def test_a_default_is_told_apart_and_says_what_it_is(option: str, kind: DefaultKind) -> None:
    column = rails(f"add_column :a, :b, :text, {option}").ops[0].definition
    assert column is not None
    assert column.default is kind
    assert bool(column.default_text) is (kind is not DefaultKind.NONE)


def test_a_name_that_is_computed_leaves_the_operation_unresolved() -> None:
    op = rails('remove_column "#{x}_things", :b').ops[0]
    assert (op.kind, op.resolved) == (Kind.DROP_COLUMN, False)


HOSTILE = {
    "nested calls": (RAILS, CLASS + "def up\n" + "a(" * 300 + ")" * 300 + "\nend\nend\n"),
    "too deep": (RAILS, CLASS + "def up\n" + "a(" * 3000 + ")" * 3000 + "\nend\nend\n"),
    "itself": (RAILS, CLASS + "def up\nup\nend\nend\n"),
    "loops": (
        RAILS,
        "class A < ActiveRecord::Migration[7.0]\ndef up\n"
        + "[1,2,3,4,5,6,7,8,9].each { |x| " * 9 + "drop_table x" + " }" * 9 + "\nend\nend\n",
    ),
    "python depth": (ALEMBIC, "from alembic import op\ndef upgrade():\n  x = " + "(" * 5000 + ")" * 5000 + "\n"),
    "python sum": (ALEMBIC, "from alembic import op\ndef upgrade():\n  op.execute('a'" + "+'b'" * 3000 + ")\n"),
    "xml depth": ("db/changelog/a.xml", "<databaseChangeLog>" + "<a>" * 5000),
    "xml entity": ("db/changelog/a.xml", '<!DOCTYPE a [<!ENTITY b "c">]><databaseChangeLog/>'),
    "yaml aliases": ("db/changelog/a.yaml", "databaseChangeLog: &a [*a, *a]\n"),
    "yaml scalar": ("db/changelog/a.yaml", "databaseChangeLog: 1\n"),
    "json": ("db/changelog/a.json", '{"databaseChangeLog": [{"changeSet": 1}, 2]}'),
    "binary": (DJANGO, "class Migration\0 migrations operations"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_harms_nobody_and_passes_for_nothing_it_is_not(name: str) -> None:
    path, text = HOSTILE[name]
    for migration in read_program(Source(path, text.encode()), Dialect.POSTGRES) or ():
        assert all(op.kind in (Kind.DYNAMIC, Kind.CODE, Kind.DROP_TABLE) for op in migration.ops)


def texts() -> Iterator[tuple[str, str]]:
    for group in GROUPS.values():
        for case in group["cases"]:
            text: Any = case["text"] if "text" in case else wrapped(group, case["code"])
            yield case.get("path", group["path"]), text


def test_no_mutilated_file_raises() -> None:
    chance = random.Random(7)
    for path, text in texts():
        first = chance.randrange(len(text))
        last = first + chance.randrange(1, 12)
        sign = chance.choice(
            ["'", '"', "(", ")", "{", "}", "#{", "end", "<<~SQL", "`", "->", "|>", ":", "\\", "&", "*"]
        )
        for broken in (text[:first], text[first:], text[:first] + text[last:], text[:first] + sign + text[first:]):
            for migration in read_program(Source(path, broken.encode()), Dialect.POSTGRES) or ():
                assert all(op.span.start_line >= 1 for op in migration.ops)
