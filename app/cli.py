"""The command `readygate`: finds the command, and turns what goes wrong into a message and an exit status."""

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import version
from typing import NoReturn

from cyclopts import App, CycloptsError, UnknownCommandError

from app.errors import InvalidInput, ReadygateError

USAGE = 2
INCOMPLETE = 3
INTERRUPTED = 130
BROKEN_PIPE = 141

_COMMANDS = (
    ("check", "app.commands.check:check", "Judge a folder, a commit or a change."),
    ("coverage", "app.commands.coverage:coverage", "What coverage reports say, of files and of a change."),
    ("try", "app.commands.try_app:try_app", "Run the whole App on this machine against a stand-in for GitHub."),
    ("serve", "app.worker:serve", "Run web, worker and queue in one process."),
    ("web", "app.main:web", "Run the web half: webhooks, dashboard, API."),
    ("worker", "app.worker:worker", "Run the worker half: reviews, issues, clean-up."),
    ("doctor", "app.commands.doctor:doctor", "Say what is wrong with this installation and how to mend it."),
)

_GROUPS = (
    (
        "rules",
        "The catalogue of rules.",
        (
            ("list", "app.commands.rules:list_rules", "Every rule, one a line."),
            ("show", "app.commands.rules:show_rule", "What one rule asks, why, and how to meet it."),
            ("test", "app.commands.rules:run_rule_examples", "Run the examples that rules carry."),
            ("docs", "app.commands.rules:write_docs", "Write the rules reference."),
        ),
    ),
    (
        "policy",
        "The file rules.yml.",
        (
            ("validate", "app.commands.policy:validate", "Name every mistake with its line and column."),
            ("show", "app.commands.policy:show", "Every effective value and where it comes from."),
            ("schema", "app.commands.policy:schema", "The JSON Schema of rules.yml."),
        ),
    ),
    (
        "db",
        "The database of the App.",
        (
            ("upgrade", "app.commands.database:upgrade", "Bring the tables to this version."),
            ("backup", "app.commands.database:backup", "Write a copy that can be restored."),
            ("restore", "app.commands.database:restore", "Put a copy back."),
        ),
    ),
    (
        "deliveries",
        "Webhooks as they arrived.",
        (
            ("list", "app.commands.deliveries:list_deliveries", "The newest deliveries and what became of them."),
            ("replay", "app.commands.deliveries:replay", "Handle one delivery again."),
        ),
    ),
)


def build_app() -> App:
    """All commands by name; none is imported before it is asked for."""
    described = "Enforces production readiness on pull requests. Add --debug to see where an internal error comes from."
    app = App(
        name="readygate",
        help=described,
        version=lambda: version("readygate"),
        version_flags=["--version"],
        result_action="return_value",
        exit_on_error=False,
        print_error=False,
    )
    for name, place, text in _COMMANDS:
        app.command(place, name=name, help=text)
    for group, about, commands in _GROUPS:
        part = App(name=group, help=about, version_flags=[])
        for name, place, text in commands:
            part.command(place, name=name, help=text)
        app.command(part)
    return app


def run(arguments: Sequence[str]) -> int:
    """The exit status: 0 ready, 1 not ready, 2 wrong input, 3 incomplete or an internal error, 130 interrupted."""
    tokens = [word for word in arguments if word != "--debug"]
    is_debug = len(tokens) != len(arguments)
    try:
        # The parser would load a console with colours to print one word.
        result = print(version("readygate")) if tokens == ["--version"] else build_app()(tokens)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the report has seen enough; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:
        if is_debug:
            traceback.print_exc()
        return _explained(error)
    return result if isinstance(result, int) else 0


def _explained(error: Exception) -> int:
    if isinstance(error, UnknownCommandError):
        _say(_unknown(error))
        return USAGE
    if isinstance(error, CycloptsError):
        _say(f"{error}\n  `readygate --help` shows what there is.")
        return USAGE
    if isinstance(error, ReadygateError):
        _say(str(error))
        return USAGE if isinstance(error, InvalidInput) else INCOMPLETE
    # The text of an unforeseen error may hold repository content.
    _say(f"internal error ({type(error).__name__}), this is no verdict\n  Run it again with --debug and open an issue.")
    return INCOMPLETE


def _unknown(error: UnknownCommandError) -> str:
    """Cyclopts' own text imports every command to compare with."""
    words = [*(error.command_chain or ()), *(error.unused_tokens or ())]
    known = [name for name, _, _ in _COMMANDS] + [group for group, _, _ in _GROUPS]
    below = next((commands for group, _, commands in _GROUPS if words[:1] == [group]), None)
    if below is not None:
        words, known = words[1:], [name for name, _, _ in below]
    close = get_close_matches(words[0], known, 1) if words else []
    mend = f"Did you mean `{close[0]}`?" if close else f"There are: {', '.join(known)}."
    return f"there is no command `{words[0] if words else ''}`\n  {mend}"


def _say(text: str) -> None:
    # Not among the imports: it brings the engine along, which nobody waits for who asks for help.
    conceal = import_module("app.readiness.conceal").conceal
    print(f"readygate: {conceal(text)}", file=sys.stderr)


def main() -> NoReturn:
    # What a run allocates lives mostly to its end: looking for garbage every 700 objects is a tenth of a warm check.
    gc.set_threshold(50_000, 20, 20)
    # pydantic would read the metadata of every installed package to find what may change how it validates.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    status = run(sys.argv[1:])
    if sys.argv[1:2] == ["check"]:
        # Nothing is left to do but to take the interpreter apart, which takes as long as judging a tree again.
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
