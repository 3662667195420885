"""What a document has against its schema: what all elements of a kind have is reported once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.habits import HABIT_LINES_MIN

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

KINDS_MAX = 1000
"""Of breaches held until the end of the document; the names of elements are the file's own."""
COLUMN_CHARS_MAX = 100
_FOUND = {"line": pl.UInt32, "column": pl.String, "value": pl.String}


@dataclass(slots=True)
class _Kind:
    """Breaches of one code about one thing, in containers of one kind."""

    count: int = 0
    rows: list[tuple[int, str | None, str]] = field(default_factory=list)


class Breaches:
    """Gathers the breaches of a document until its end.

    Args:
        anomalies: Where they are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._kinds: dict[tuple[str, int, str], _Kind] = {}
        self._containers: Counter[int] = Counter()

    def end(self, level: int) -> None:
        """Count in a container that ends."""
        self._containers[level] += 1

    def add(self, code: str, level: int, line: int, element: str | None, value: str) -> None:
        """Take a breach of a container; `element` is None if it concerns none."""
        key = (code, level, value)
        if key not in self._kinds:
            if len(self._kinds) >= KINDS_MAX:
                self._record_all()
            self._kinds[key] = _Kind()
        kind = self._kinds[key]
        kind.count += 1
        if len(kind.rows) < max(1, self._anomalies.details_max):
            kind.rows.append((line, element[:COLUMN_CHARS_MAX] if element else None, value))

    def finish(self) -> None:
        """Record them at the end of the document."""
        least = max(self._containers.values(), default=0) + 1
        if not self._anomalies.line_by_line:
            least = HABIT_LINES_MIN
        for (code, level, value), kind in list(self._kinds.items()):
            if kind.count == self._containers[level] and kind.count >= least:
                first = pl.DataFrame(kind.rows[:1], schema=_FOUND, orient="row")
                self._anomalies.report_all(code, first, kind.count)
                del self._kinds[code, level, value]
        self._record_all()

    def _record_all(self) -> None:
        """Record each of those that are held, one code at a time."""
        for code in dict.fromkeys(code for code, *_ in self._kinds):
            kinds = [kind for (of, *_), kind in self._kinds.items() if of == code]
            rows = sorted((row for kind in kinds for row in kind.rows), key=lambda row: row[0])
            self._anomalies.extend(code, pl.DataFrame(rows, schema=_FOUND, orient="row"))
            self._anomalies.count(code, sum(kind.count - len(kind.rows) for kind in kinds))
        self._kinds.clear()
