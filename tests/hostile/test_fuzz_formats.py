"""Broken files of every format: each raises a doubt at most, in time; and values no reader expects."""

import re
import time
from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.readiness.catalogue import Catalogue, builtin_rules, load_catalogue, read_catalogue
from app.readiness.detectors import build_detectors
from app.readiness.evaluate import Inputs, evaluate
from app.readiness.snapshot import MemorySnapshot
from app.readiness.status import Status

BUILTIN = read_catalogue(builtin_rules())
# The examples of the rules are valid files of every format that is read.
CORPUS = sorted({(path, text) for rule in BUILTIN.rules.values() for one in rule.examples
                 for path, text in one.files.items()})  # fmt: skip
PIECES = (
    "&a [*a]", "*none", "!!python/name:os.system", "{" * 60, "[" * 900, "\t", "\0", "- " * 200, "9" * 400, "1e999",
    "-.inf", ".nan", "0x" + "f" * 5_000, "0b" + "1" * 20_000, "'", '"', '"""', "|", ">", "? ", "<<: {a: 1}\n",
    "<<: 3\n", "---\n", "...\n", "%YAML 9.9\n", "\ufeff", "\u2028", "null", "~", "{{ .a }}", "{{- range .a }}\n",
    "{{- end }}", "${a.b}", "[]", "{}", "[[", "]]", "\\", "\\u0000", '"\\ud800"', "<!DOCTYPE a [<!ENTITY b 'c'>]>",
    "&b;", "<a>", "</a>", "-->", "<!--", "FROM", "FROM x AS y\n", "COPY --from=0 a b\n", "RUN <<EOF\n", "EXPOSE 1 2\n",
    "```", "# ", "| a | b |\n|--|--|\n", "- [ ] ", "1. ", "$", "\n", "\r", "\r\n", " ", "=", ": ", ",", "-1", "1.5",
    "\x7f", "\x85", "a.b.c", "2026-02-30", "99:99:99", "1_000", "inf", "!", "!!binary x", "!!set {a}",
    "? {a: b}\n: c\n", "name:", "kind: Deployment\n", "apiVersion: v1\n", "spec:\n", "on: ", "jobs:\n",
    "services:\n", "[options]\n",
)  # fmt: skip
OPERATORS = """schema: readygate/rule/v1
id: values
title: Values
category: security-scanning
priority: P2
why: Every operator, asked of any value.
fix: Nothing.
message: {missing: Nothing.}
implemented:
  any:
    - {data: "json:a.json", select: "$..*", where: {a: {ge: 1, lt: 5}}}
    - {data: "json:a.json", where: {a: {gt_field: b}}}
    - {data: "toml:a.toml", where: {a: 1}}
    - {data: "toml:a.toml", where: {a: {in: [1, x], contains: 2, re: "1", not_re: "2"}}}
    - {data: "yaml:a.yaml", every: {a: {le: 3, gt: 0}}}
    - {data: "yaml:a.yaml", where: {a: {exists: true}}}
    - {data: "terraform:*", where: {a: {ge: 1}}}
examples:
  - {status: implemented, files: {a.yaml: "a: 1"}}
  - {status: implemented, files: {a.toml: "a = 1"}}
  - {status: missing, files: {a.yaml: "b: 1"}}
  - {status: missing, files: {b.py: y}}
"""


def broken(seed: int) -> tuple[str, str]:
    """A file of the corpus with a few pieces cut, doubled, moved or put in the place of words."""
    random = Random(seed)
    path, text = random.choice(CORPUS)
    for _ in range(random.randint(1, 5)):
        first = random.randint(0, len(text))
        last = min(len(text), first + random.randint(0, 60))
        words = [found.span() for found in re.finditer(r"[\w./-]+", text)]
        match random.randint(0, 4):
            case 0:
                text = text[:first] + random.choice(PIECES) + text[first:]
            case 1:
                text = text[:first] + text[last:]
            case 2:
                text = text[:last] + text[first:last] * random.randint(1, 40) + text[last:]
            case 3 if words:
                start, end = random.choice(words)
                text = text[:start] + random.choice(PIECES) + text[end:]
            case _:
                other = random.choice(CORPUS)[1]
                text = text[:first] + other[: random.randint(0, 200)] + text[first:]
    return path, text


def judge(files: dict[str, str], catalogue: Catalogue) -> None:
    inputs = Inputs(today=date(2026, 11, 20), detectors=build_detectors(secret_key=b"k" * 32))
    snapshot = MemorySnapshot({path: text.encode(errors="surrogatepass") for path, text in files.items()})
    started = time.process_time()
    results = evaluate(snapshot, catalogue, sorted(catalogue.rules), inputs).results
    assert time.process_time() - started < 5.0
    assert {name: result.error for name, result in results.items() if result.status is Status.ERROR} == {}


@settings(max_examples=150, derandomize=True, deadline=None, database=None,
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(st.integers(0, 2**32).map(broken))
def test_any_broken_file_is_no_crash(file: tuple[str, str]) -> None:
    judge(dict([file]), BUILTIN)


NUMBERS = ("9" * 400, "-" + "9" * 4_200, "1e999", "-1e999", "0.0", "true", "null", '"x"', "[1, [2]]", "{}", '"\\ud800"',
           "1.7976931348623157e309", "0" * 300, '""')  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS, ids=range(len(NUMBERS)))
def test_any_value_meets_any_operator(number: str) -> None:
    catalogue = load_catalogue({"security-scanning/values.yml": OPERATORS})
    judge({"a.json": f'{{"a": {number}, "b": 1}}'}, catalogue)
    judge({"a.yaml": f"a: {number}\nb: 1\n"}, catalogue)
    judge({"a.tf": f'resource "x" "y" {{\n  a = {number}\n}}\n'}, catalogue)
    for text in (number, "0x" + "f" * 5_000, "0b" + "1" * 20_000, "inf", "nan", "-0"):
        judge({"a.toml": f"a = {text}\n"}, catalogue)
