"""What a program does all along a file that a model reads: it is reported once, with its count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.anomalies import Anomalies
from ecritures.core.habits import USE_LINES_MIN, Habits

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys((f"MOD-DAT-0{n}" for n in range(1, 6)), "date"),
    **dict.fromkeys(("MOD-MNT-01", "MOD-MNT-03", "FEC-MNT-04", "FEC-MNT-08"), "amount"),
    "MOD-VAL-01": "accepted",
    **dict.fromkeys(("FEC-STR-07", "FEC-FIX-02"), "row"),
}
"""Code → what is right where it does not apply, as `ModelFindings.right` counts it."""
_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("MOD-SEN-01", "MOD-TAB-01"), ""),
    "MOD-LIG-01": r"^[A-Za-z_*#]+|^.",
}
"""Code → the part of a value that has one cause wherever it stands; "": the whole of it."""
WORDS_MAX = 100


@dataclass(slots=True)
class _Word:
    count: int = 0
    found: list[pl.DataFrame] = field(default_factory=list)


class ModelFindings(Anomalies):
    """Passes anomalies on; holds back those that may be on every line, or on many for one cause.

    Args:
        anomalies: Where they are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        super().__init__(anomalies.details_max, line_by_line=anomalies.line_by_line)
        self._anomalies = anomalies
        self._habits = Habits(anomalies, "first")
        self._right: Counter[tuple[str, str]] = Counter()
        self._words: dict[tuple[str, str | None, str], _Word] = {}

    def extend(self, code: str, found: pl.DataFrame, *, column: str | None = None) -> None:
        """Record the rows of a table, now or when the file ends."""
        if found.is_empty():
            return
        if code in _WORDS and not self.line_by_line:
            self._take_words(code, found, column)
        elif code in _COLUMNS:
            self._habits.add(code, found, column or "", column)
        else:
            self._anomalies.extend(code, found, column=column)

    def report_once(self, code: str, found: pl.DataFrame, *, column: str | None = None) -> None:
        """Record the rows of a table as one anomaly, as `Anomalies` does."""
        self._anomalies.report_once(code, found, column=column)

    def right(self, what: str, count: int, column: str = "") -> None:
        """Count in texts of a column, or rows, with which nothing of a kind is wrong."""
        self._right[what, column] += count

    def end_block(self) -> None:
        """End a block."""
        self._habits.end_block(lambda code, column: self._right[_COLUMNS[code], column])
        self._right.clear()

    def finish(self) -> None:
        """Record what is held back."""
        self._habits.finish()
        for (code, column, _), word in self._words.items():
            found = pl.concat(word.found)
            if word.count < USE_LINES_MIN:
                self._anomalies.extend(code, found, column=column)
                continue
            self._anomalies.report_all(code, found, word.count, column=column)
        self._words.clear()

    def _take_words(self, code: str, found: pl.DataFrame, column: str | None) -> None:
        pattern = _WORDS[code]
        value = pl.col("value")
        words = found.with_columns(_word=value.str.extract(f"({pattern})") if pattern else value)
        for (word,), rows in words.group_by("_word", maintain_order=True):
            key = (code, column, str(word))
            if key not in self._words and len(self._words) >= WORDS_MAX:
                self._anomalies.extend(code, rows.drop("_word"), column=column)
                continue
            held = self._words.setdefault(key, _Word())
            if held.count < USE_LINES_MIN:
                held.found.append(rows.drop("_word").head(USE_LINES_MIN))
            held.count += rows.height
