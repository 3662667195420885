"""Lines of fixed width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.layouts.rows.gaps import Gaps
from ecritures.formats.layouts.rows.input_reader import Source, known_names, without_blank

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.inputs import Record

_TOLD = ("entry", "heading")  # what the others leave out is in no field of the ledger


class FixedReader:
    """Reads lines of fixed width.

    Args:
        model: How to read them.
        anomalies: Where lines that are too short are recorded.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        used = model.used_columns
        self._gaps = {
            one.name: Gaps(one, used, anomalies) for one in model.input.records if one.role in _TOLD
        }
        self.names = known_names(model.input)
        self.delimiter = ""

    def begin(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Read no header: there is none."""
        return lines

    def take(self, lines: pl.DataFrame, source: Source) -> pl.DataFrame:  # noqa: ARG002
        """Leave the blank lines out."""
        return without_blank(lines)

    def finish(self) -> None:
        """Keep nothing until the end."""

    def cut(self, record: Record, lines: pl.DataFrame) -> pl.DataFrame:
        """Cut the lines of a record; leave those cut short out, with an anomaly."""
        places = record.columns
        least = record.width or max(
            (place.start or 1 for place in places.values() if not place.optional), default=1
        )
        length = lines["value"].str.len_chars()
        short = length < least
        if short.any():
            found = lines.select("line", value=length.cast(pl.String)).filter(short)
            self._anomalies.extend("FEC-FIX-02", found.with_columns(expected=pl.lit(str(least))))
            lines = lines.filter(~short)
        longest = length.max()
        if record.name in self._gaps and isinstance(longest, int):
            self._gaps[record.name].look(lines, longest)
        value = pl.col("value").str
        return lines.select(
            "line",
            *(
                value.slice((place.start or 1) - 1, place.length).alias(name)
                for name, place in places.items()
            ),
        )
