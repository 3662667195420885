"""Logs of the service: lines for people, or JSON for machines, on standard error."""

from __future__ import annotations

import logging
import sys

import structlog


def configure_logs(log_format: str, level: int = logging.INFO) -> None:
    """Choose the form of the logs of this process, and how grave they must be to be written."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
