"""The schema as Rails keeps it: `schema.rb`, `structure.sql`."""

import re

from app.readiness.conditions.code import LIMIT, syntax_tree
from app.readiness.detectors.migrations.frameworks.rails.migration import NEWEST, RailsLowering
from app.readiness.detectors.migrations.frameworks.syntax.reading import named
from app.readiness.detectors.migrations.frameworks.syntax.ruby import RubyReader
from app.readiness.detectors.migrations.frameworks.syntax.values import Call, Text, nested_calls
from app.readiness.detectors.migrations.model import Dialect, Migration
from app.readiness.detectors.migrations.places import is_schema_file
from app.readiness.formats.malformed import Malformed
from app.readiness.formats.source import Source

_VERSION = re.compile(r"version:\s*([\d_]+)|^\s*\('(\d{8,})'\)", re.MULTILINE)


def is_rails_schema(path: str, content: bytes) -> bool:
    return is_schema_file(path) and (path.endswith(".sql") or b"ActiveRecord::Schema" in content)


def read_rails_schema(source: Source, dialect: Dialect) -> Migration:
    """One migration that makes everything, with the version that the file names; raises `Malformed`."""
    lowering = RailsLowering(source, dialect, NEWEST)
    if source.path.endswith(".sql"):
        lowering.sql(Text(source.text, 1), Call("structure", line=1, end_line=len(source.lines)))
    else:
        if len(source.content) > LIMIT:
            raise Malformed(f"larger than {LIMIT:,} bytes")
        root = source.parse(syntax_tree)
        for call in nested_calls(RubyReader(root).run(named(root))):
            if call.name == "define" and call.block is not None:
                lowering.walk(call.block.statements)
    found = [(first or second).replace("_", "") for first, second in _VERSION.findall(source.text)]
    return Migration(
        source.path, "rails-schema", tuple(lowering.ops), line=source.path.rpartition("/")[0], version=max(found,
        default=""),
        repeatable=True, is_baseline=True,
    )  # fmt: skip
