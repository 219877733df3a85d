"""One migration of Django: its class, what it depends on, and its operations."""

import ast
import re

from app.readiness.detectors.migrations.frameworks.django.operations import DjangoLowering
from app.readiness.detectors.migrations.frameworks.syntax.python import PythonReader, python_tree
from app.readiness.detectors.migrations.frameworks.syntax.reading import PAIR
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Value
from app.readiness.detectors.migrations.model import Dialect, Migration, Phase, Transaction
from app.readiness.formats.source import Source

_PATH = re.compile(r"(?:^|/)([^/]+)/(?:[^/]*migrations[^/]*)/(?:[^/]+/)*([^/]+)\.py$")


def is_django(path: str, content: bytes) -> bool:
    return (
        path.endswith(".py") and b"class Migration" in content and b"migrations" in content and b"operations" in content
    )


def read_django(source: Source, dialect: Dialect) -> Migration:
    """Raises `Malformed`."""
    tree = python_tree(source)
    app, name = _place(source.path)
    reader = PythonReader(tree)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == "Migration":
            reader.run(node.body)
    said = reader.names
    lowering = DjangoLowering(source, dialect, app, reader)
    lowering.transaction = Transaction.NONE if said.get("atomic") is False else Transaction.IMPLICIT
    lowering.phase = Phase.POST if said.get("is_post_deployment") is True else Phase.PRE
    operations = said.get("operations")
    if isinstance(operations, list):
        ignored = any(isinstance(item, Call) and item.name == "IgnoreMigration" for item in operations)
        lowering.assured = "IgnoreMigration" if ignored else ""
        lowering.take(operations)
    elif "operations" in said:
        lowering.dynamic(Call("operations", line=1, end_line=1), "the list of operations is computed")
    return Migration(
        source.path, "django", tuple(lowering.ops), line=app, version=name, id=f"{app}.{name}",
        parents=tuple(_ids(said.get("dependencies"), app)), replaces=tuple(_ids(said.get("replaces"), app)),
        transaction=lowering.transaction, reversible=lowering.is_reversible, is_baseline=said.get("initial") is True,
    )  # fmt: skip


def _place(path: str) -> tuple[str, str]:
    """The label of the app and the name of the migration, from its path."""
    found = _PATH.search(path)
    return (found[1].lower(), found[2]) if found else ("", path.rpartition("/")[2].removesuffix(".py"))


def _ids(value: Value, app: str) -> list[str]:
    items = value if isinstance(value, list) else []
    pairs = [item for item in items if isinstance(item, list) and len(item) == PAIR]
    return [
        f"{app}.{name}"
        for owner, name in pairs
        if isinstance(name, str) and isinstance(owner, str) and owner.lower() == app
    ]
