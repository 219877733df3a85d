"""Which revision of the schema this version expects, read from the migrations without loading Alembic."""

import ast
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def migrations_folder() -> Path:
    """The top-level migrations folder of a checkout, or its copy in an installed package."""
    packaged = _PACKAGE / "_data" / "migrations"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "migrations"


@cache
def newest_revision() -> str:
    """The one that no other one follows; "" when there are no migrations."""
    follows = dict(_read(file) for file in (migrations_folder() / "versions").glob("*.py"))
    (newest,) = follows.keys() - follows.values() or {""}
    return newest


def _read(file: Path) -> tuple[str, str]:
    """(revision, the one before or "")."""
    named = {
        target.id: node.value.value
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return str(named["revision"]), str(named.get("down_revision") or "")
