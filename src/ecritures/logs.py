"""Logs: one event a line, with the request and the import it belongs to."""

from __future__ import annotations

import sys
from typing import Literal

import structlog

Level = Literal["info", "warning"]


def configure_logs(log_format: Literal["console", "json"], level: Level) -> None:
    """Send structured logs to standard error, readable or JSON.

    Tracebacks are plain: a renderer that prints local variables would print addresses with their
    signatures.
    """
    rendering: list[structlog.typing.Processor]
    if log_format == "json":
        rendering = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        rendering = [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *rendering,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
