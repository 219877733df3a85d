"""Log lines: one JSON object each, with the delivery, repository and head they belong to."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from app.github.errors import redact

_QUIET = ("httpx", "httpcore", "arq", "alembic", "uvicorn.access", "asyncio", "hpack", "aiosqlite")


def set_up_logs(log_format: str, level: str) -> None:
    """`json` or `text` on standard error; libraries' own chatter only from warnings on."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    last: list[Any] = [structlog.processors.format_exc_info, _redact, renderer]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Tokens in any text, exceptions included; our own short messages stay as they are."""
    for key, value in event.items():
        if isinstance(value, str) and ("gh" in value or "eyJ" in value):
            event[key] = redact(value) if key != "exception" else _redact_lines(value)
    return event


def _redact_lines(text: str) -> str:
    return "\n".join(redact(line) for line in text.splitlines())
