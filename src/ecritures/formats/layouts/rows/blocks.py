"""Blocks of lines: a tag, then one field per line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.layouts.rows.input_reader import Source, known_names

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.inputs import Record


class BlocksReader:
    """Reads blocks of lines.

    Args:
        model: How to read them.
        anomalies: Where lines before the first tag are recorded.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:
        self._source = model.input
        self._anomalies = anomalies
        self._open: pl.DataFrame | None = None  # the lines of a block that may go on
        self.names = known_names(model.input)
        self.delimiter = ""

    def begin(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Read no header: there is none."""
        return lines

    def take(self, lines: pl.DataFrame, source: Source) -> pl.DataFrame:  # noqa: ARG002
        """Make one row of each block that has ended: its tag, and the `cells` under it."""
        if self._open is not None:
            lines = pl.concat([self._open, lines])
        tag = lines["value"].str.strip_chars_start().str.starts_with(self._source.blocks_start)
        lines = lines.with_columns(tag.cast(pl.UInt32).cum_sum().alias("block"))
        top = lines.filter((pl.col("block") == 0) & (pl.col("value").str.strip_chars() != ""))
        if self._source.other_lines == "error":
            self._anomalies.extend("MOD-LIG-01", top.select("line", "value"))
        lines = lines.filter(pl.col("block") > 0)
        is_last = lines["block"] == (lines["block"].max() or 0)
        self._open = lines.filter(is_last).drop("block") if lines.height else None
        return _fold(lines.filter(~is_last))

    def finish(self) -> pl.DataFrame | None:
        """Make a row of the last block."""
        if self._open is None:
            return None
        last, self._open = self._open, None
        return _fold(last.with_columns(block=pl.lit(1)))

    def cut(self, record: Record, lines: pl.DataFrame) -> pl.DataFrame:
        """Take the columns of a record from the cells of each block."""
        return lines.select(
            "line",
            *(
                pl.col("cells")
                .list.get((place.position or 1) - 1, null_on_oob=True)
                .fill_null("")
                .alias(column)
                for column, place in record.columns.items()
            ),
        )


def _fold(lines: pl.DataFrame) -> pl.DataFrame:
    """Make one row of each block: `line` and `value` of its tag, `cells` under it."""
    return (
        lines.group_by("block", maintain_order=True)
        .agg(
            pl.col("line").first(),
            pl.col("value").first().str.strip_chars(),
            cells=pl.col("value").slice(1),
        )
        .drop("block")
    )
