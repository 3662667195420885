"""The lines of a file that was checked, read once more: by the entries found, and as posted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.core.lines import NumberedLines
from ecritures.reading.check import read_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

    from ecritures.config.settings import Settings
    from ecritures.core.sentences import Sentence
    from ecritures.imports.execution.adjustments import Adjustments
    from ecritures.reading.check import CheckOptions, Report


@dataclass(frozen=True, slots=True)
class SecondReading:
    """Reads the lines of a file that was checked once more."""

    path: Path
    options: CheckOptions
    settings: Settings
    report: Report
    adjustments: Adjustments

    def refusal(self) -> Sentence | None:
        """Say why entries off balance cannot be posted, if any."""
        checked = self.report.checked
        return self.adjustments.refusal(checked.entries) if checked is not None else None

    def scattered(self) -> Iterator[NumberedLines] | None:
        """Return all lines with their entries, unless they were numbered rightly at first."""
        checked = self.report.checked
        if checked is None:
            return None
        if checked.entries.is_contiguous and not self.adjustments.may_change:
            return None
        return self.numbered()

    def names(self) -> pl.DataFrame:
        """Return the entries as people call them, once all lines have been read as posted."""
        if self.report.checked is None:
            message = "an importable file has entries"
            raise AssertionError(message)
        return self.adjustments.named(self.report.checked.entries.table)

    def chosen(self, left_out: pl.Series) -> Iterator[NumberedLines]:
        """Yield the lines of all entries but some."""
        for numbered in self.numbered():
            kept = ~numbered.entry.is_in(left_out.implode())
            yield NumberedLines(
                numbered.lines.filter(kept),
                numbered.entry.filter(kept),
                numbered.begins.filter(kept),
                numbered.whole.filter(kept),
            )

    def numbered(self) -> Iterator[NumberedLines]:
        """Yield all lines with their entries, as they are posted."""
        lines = read_lines(self.path, self.options, self.settings, self.report.decided_encoding)
        if self.report.checked is None:
            return
        entries = self.report.checked.entries
        numbered = entries.number_lines(lines)
        if self.adjustments.may_change:
            numbered = self.adjustments.apply(numbered, entries)
        yield from numbered
