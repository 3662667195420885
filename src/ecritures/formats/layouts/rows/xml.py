"""Elements of an XML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.layouts.rows.input_reader import Source, known_names

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.inputs import Record


class XmlReader:
    """Takes the columns of records from the cells of elements, as `XmlSource` gives them.

    Args:
        model: How to read them.
        anomalies: Not used: the source records what it cannot read.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:  # noqa: ARG002
        self.names = known_names(model.input)
        self.delimiter = ""
        self._places = {record.name: list(record.columns) for record in model.input.records}

    def begin(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Read no header: there is none."""
        return lines

    def take(self, lines: pl.DataFrame, source: Source) -> pl.DataFrame:  # noqa: ARG002
        """Take the elements as they are."""
        return lines

    def finish(self) -> None:
        """Keep nothing until the end."""

    def cut(self, record: Record, lines: pl.DataFrame) -> pl.DataFrame:
        """Take the columns of a record."""
        places = self._places[record.name]
        return lines.select(
            "line",
            *(pl.col(str(places.index(one))).alias(one) for one in record.columns),
        )
