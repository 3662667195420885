"""Moments as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def instant_text(moment: datetime) -> str:
    """Write a moment in ISO 8601, UTC, with exactly three decimals and `Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def instant_or_none(moment: datetime | None) -> str | None:
    """Write a moment, or nothing."""
    return None if moment is None else instant_text(moment)
