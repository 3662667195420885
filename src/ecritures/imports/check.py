"""Read a file and judge it: what `check` says, and the first half of every import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ecritures.model.anomalies import Anomalies

Progress = "Callable[[int, int], None]"  # bytes read, lines read


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What may be told about a file before reading it. None: find out."""

    format: str | None = None
    file_name: str | None = None  # the name to judge, when the file was stored under another
    siren: str | None = None
    closing_date: str | None = None
    regime: str | None = None
    group_by: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What reading a file has found."""

    file: str
    format: str
    layout: str
    encoding: str
    separator: str
    grouping: str
    lines: int
    entries: int
    debit_cents: int
    credit_cents: int
    conforming: bool
    importable: bool
    anomalies: Anomalies
    seconds: float
    details: dict[str, Any] = field(default_factory=dict)


def check_file(
    path: Path, options: CheckOptions, *, progress: Callable[[int, int], None] | None = None
) -> Report:
    """Read and judge a file; load nothing."""
    raise NotImplementedError
