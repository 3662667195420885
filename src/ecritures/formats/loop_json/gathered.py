"""Anomalies of single lines, gathered in Python and recorded together: one by one is slow."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ecritures.formats.loop_json.decode import cleaned

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

_SCHEMA = {
    "line": pl.UInt32(),
    "column": pl.String(),
    "value": pl.String(),
    "expected": pl.String(),
}


class Found(NamedTuple):
    """What is wrong with a line."""

    line: int
    column: str | None = None
    value: str | None = None
    expected: str | None = None

    def storable(self) -> Found:
        """Return it without characters that are no text."""
        column, value = (one and cleaned(one) for one in (self.column, self.value))
        return self._replace(column=column, value=value)


class Gathered:
    """Gathers anomalies.

    Args:
        anomalies: Where they are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._found: dict[str, list[Found]] = defaultdict(list)

    def add(self, code: str, found: Found) -> None:
        """Take one."""
        self._found[code].append(found)

    def record(self) -> None:
        """Record them all."""
        for code, rows in self._found.items():
            shown = [one.storable() for one in rows]
            frame = pl.DataFrame(shown, schema=_SCHEMA, orient="row")
            self._anomalies.extend(code, frame)
        self._found.clear()
