"""What other tools say of the same SQL: squawk's findings, libpg_query's statements."""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

SQUAWK = Path(sys.executable).with_name("squawk")

MEANS: Mapping[str, frozenset[str]] = {
    rule: frozenset(ours.split())
    for rule, ours in {
        "adding-field-with-default": "add-column-volatile-default add-generated-column add-column-default",
        "adding-foreign-key-constraint": "add-foreign-key",
        "adding-not-nullable-field": "add-not-null-column set-not-null",
        "adding-required-field": "add-not-null-column",
        "adding-serial-primary-key-field": "add-primary-key add-serial-column",
        "ban-alter-domain-with-add-constraint": "add-domain-constraint",
        "ban-create-domain-with-constraint": "add-domain-constraint",
        "ban-alter-identity": "change-identity",
        "ban-concurrent-index-creation-in-transaction": "concurrently-in-transaction",
        "ban-drop-column": "drop-column",
        "ban-drop-constraint": "drop-constraint drop-primary-key",
        "ban-drop-database": "drop-database",
        "ban-drop-default": "drop-default add-not-null-column",
        "ban-drop-extension": "drop-extension",
        "ban-drop-function": "drop-function",
        "ban-drop-schema": "drop-schema",
        "ban-drop-sequence": "drop-sequence",
        "ban-drop-table": "drop-table",
        "ban-drop-type": "drop-type drop-domain",
        "ban-drop-view": "drop-view",
        "ban-set-schema": "set-schema",
        "ban-truncate-cascade": "truncate-table",
        "ban-uncommitted-transaction": "uncommitted-transaction",
        "changing-column-type": "change-column-type",
        "constraint-missing-not-valid": (
            "add-foreign-key add-check-constraint add-exclusion-constraint add-primary-key add-unique-constraint "
            "validate-in-same-transaction set-not-null"
        ),
        "disallowed-unique-constraint": "add-unique-constraint",
        "renaming-column": "rename-column",
        "renaming-object": (
            "rename-object rename-constraint rename-index rename-type rename-view rename-schema rename-enum-value"
        ),
        "renaming-table": "rename-table",
        "require-concurrent-index-creation": "create-index",
        "require-concurrent-index-deletion": "drop-index",
        "require-concurrent-partition-detach": "detach-partition",
        "require-concurrent-reindex": "reindex",
        "transaction-nesting": "transaction-nesting",
    }.items()
}
"""Squawk's findings about safety by the hazards that say the same; its rules of style and timeouts are not here."""


def ask_squawk(texts: Sequence[str], folder: Path) -> list[list[tuple[str, int]]]:
    """For each text the rules that fire by default, with their 1-based lines."""
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number:05}.sql")
        paths[-1].write_text(text)
    done = subprocess.run(
        [str(SQUAWK), "--reporter", "json", *map(str, paths)], capture_output=True, text=True, check=False, timeout=120
    )
    found: list[list[tuple[str, int]]] = [[] for _ in texts]
    for one in json.loads(done.stdout):
        found[int(Path(one["file"]).stem)].append((one["rule_name"], one["line"] + 1))
    return found


EXPLAINED: Sequence[tuple[str, str, str]] = (
    (
        "a new table is empty",
        r"(?i)(create\s+(temp(orary)?\s+)?table (if not exists )?(fresh|scratch|t|lines|s\.t|copy)\b)",
        "*",
    ),
    ("the same in other words", r"(?i)(materialized view mv|into copy)", "require-concurrent-index-creation"),
    (
        "what this change added nobody uses yet",
        r"(?i)add column (x int|remrk text);",
        "ban-drop-column renaming-column",
    ),
    ("what this change made is its own", r"(?i)create (view|type) fresh", "ban-drop-view ban-drop-type"),
    ("made again at once", r"(?i)drop (view|function) .*; create (view|function)", "ban-drop-view ban-drop-function"),
    ("a view stands in for the table", r"(?i)rename to .*; create view orders .* commit", "renaming-table"),
    (
        "the same value for each row",
        r"(?i)default (timezone\('utc', now\(\)\)|\(1\.5 \* 2\)|current_date)",
        "adding-field-with-default",
    ),
    ("computed when it is read", r"(?i)\) virtual", "adding-field-with-default"),
    ("it rewrites, under another name", r"(?i)as identity", "adding-field-with-default"),
    (
        "the rows stay as they are",
        r"(?i)alter column (code|note|total|made|at|ip|bits|qty) type",
        "changing-column-type",
    ),
    ("it is not null already", r"(?i)alter column owner set not null", "adding-not-nullable-field"),
    (
        "nothing relies on being refused",
        r"(?i)(drop constraint (c\b|qty_fits|a_b_check)|alter domain)",
        "ban-drop-constraint",
    ),
    ("null may take its place", r"(?i)alter column note drop default", "ban-drop-default"),
    ("it is not validated", r"(?i)not valid", "ban-alter-domain-with-add-constraint"),
    ("a constant with a sign", r"DEFAULT -1", "adding-field-with-default"),
    ("a type of values, which no table has to keep", r"ALTER ATTRIBUTE", "changing-column-type"),
    ("nobody calls a trigger by its name", r"ALTER TRIGGER", "renaming-object"),
    ("no type", r"DROP (OPERATOR|CAST)", "ban-drop-type"),
    ("it ends no transaction", r"TO SAVEPOINT", "transaction-nesting"),
    ("the parent alone is instant", r"(?i)on only parts", "require-concurrent-index-creation"),
)
"""Squawk's findings that are none: why, for which SQL, and which of its rules (`*` for all)."""


def explanation(rule: str, text: str) -> str:
    """Why a finding of squawk's is not ours, or ""."""
    for why, pattern, rules in EXPLAINED:
        if (rules == "*" or rule in rules.split()) and re.search(pattern, text, re.DOTALL):
            return why
    return ""
