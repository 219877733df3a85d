import pytest
from asking import ask

from app.readiness.conditions.languages import LANGUAGES, language_of

WRITTEN = {
    "go": "package a\nvar x = 'needle'\n",
    "java": 'class A { String x = "needle"; }\n',
    "kotlin": 'val x = "needle"\n',
    "rust": 'fn a() { b("needle"); }\n',
    "php": "<?php $x = 'needle';\n",
    "csharp": 'class A { string x = "needle"; }\n',
    "swift": 'let x = "needle"\n',
    "scala": 'object A { val x = "needle" }\n',
    "c": 'char *x = "needle";\n',
    "cpp": 'auto x = "needle";\n',
    "lua": "x = 'needle'\n",
    "haskell": 'x = "needle"\n',
    "css": "a { color: needle; }\n",
    "html": "<p>needle</p>\n",
    "hcl": 'x = "needle"\n',
    "nix": '{ x = "needle"; }\n',
    "solidity": 'contract A { string x = "needle"; }\n',
    "elixir": 'defmodule A do\n  def x, do: "needle"\nend\n',
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_searched(language: str) -> None:
    rule = {"code": {"prefilter": ["needle"], language: {"regex": "needle"}}}
    for extension in LANGUAGES[language].extensions:
        text = WRITTEN.get(language, 'x = "needle"\n')
        assert language_of(f"a.{extension}") == language
        assert ask(rule, {f"a.{extension}": text}) == "implemented"
        assert ask(rule, {"a.txt": text}) == "missing"
