"""Logs: one event a line, with the request and the import it belongs to."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO, cast

import structlog

if TYPE_CHECKING:
    from ecritures.config.settings import LogFormat, LogLevel


class _StandardError:
    """Standard error, for a program that continues when its log cannot be written."""

    def write(self, text: str) -> None:
        """Write, ignoring failures: the disk may be full, or the reader gone."""
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        """Flush, ignoring failures."""
        with suppress(OSError):
            sys.stderr.flush()


def configure_logs(log_format: LogFormat, level: LogLevel) -> None:
    """Send structured logs to standard error, readable or JSON.

    Tracebacks are plain: a renderer that prints local variables would print addresses with their
    signatures.
    """
    rendering: list[structlog.typing.Processor]
    if log_format == "json" or (log_format == "auto" and not sys.stderr.isatty()):
        encode = json.JSONEncoder(default=repr).encode  # made once, because it is slow
        rendering = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(lambda event, **_options: encode(event)),
        ]
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
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _StandardError())),
        cache_logger_on_first_use=False,
    )
