"""Lines that repeat another one of their entry, and entries that are there several times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.habits import report_most
from ecritures.core.lines import LINE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.entries.found import Entries

_ALIKE = ("entry_number", "account_number", "debit_cents", "credit_cents")
_SAME = tuple(name for name in LINE_SCHEMA if name != "line")
_IS_READABLE = pl.col("debit_cents").is_not_null() & pl.col("credit_cents").is_not_null()
GLUED_MIN = 2
"""So many entries that come back whole, after others, are an export repeated, not a coincidence."""
_RUN = ("entry", "entry_date", "lines", "balance_cents")


class RepeatedLines:
    """Looks for lines that say the same as an earlier one of their entry.

    Args:
        anomalies: Where they are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._found: list[pl.DataFrame] = []

    def check(self, block: Block) -> None:
        """Look at a block."""
        said = block.lines.select(_ALIKE).hash_rows()
        if said.n_unique() == said.len():  # the common case, and far quicker to tell
            return
        alike = block.lines.filter(said.is_duplicated() & _IS_READABLE)
        duplicates = alike.select("line", *_SAME).filter(alike.select(_SAME).is_duplicated())
        if duplicates.height:
            times, first = pl.len().over(_SAME), pl.col("line").min().over(_SAME)
            again = duplicates.with_columns(times=times, first=first)
            self._found.append(again.select("line", "times"))
            found = again.filter(pl.col("line") != pl.col("first"))
            found = found.select("line", value=pl.col("times").cast(pl.String))
            self._anomalies.extend("FEC-DUP-01", found)

    def finish(self, entries: Entries, blocks: Callable[[], Iterable[pl.DataFrame]]) -> None:
        """Record the entries whose lines are all there several times, each as often.

        Args:
            entries: Those of the file.
            blocks: Gives the canonical lines once more; only asked for where entries come back.
        """
        if not entries.how.by_number:
            return
        found = list(self._found)
        apart = _that_come_back(entries)
        if not apart.is_empty():
            found.append(_counted(entries, apart, blocks))
        if found:
            times = pl.concat(found).unique("line", keep="last")
            times = times.with_columns(entry=entries.of_lines(times["line"]))
            self._report(entries, times, apart)

    def _report(self, entries: Entries, times: pl.DataFrame, apart: pl.Series) -> None:
        least = pl.col("times").min()
        whole = times.group_by("entry").agg(
            pl.len().alias("counted"), times=least, even=(pl.col("times") % least == 0).all()
        )
        twice = entries.table.join(whole, on="entry", maintain_order="left").filter(
            pl.col("counted") == pl.col("lines"), pl.col("times") > 1, "even"
        )
        shown = twice.select(
            entries.key.alias("entry"),
            line="first_line",
            value=entries.key,
            expected=pl.col("times").cast(pl.String),
        )
        report_most(self._anomalies, "FEC-DUP-02", shown, entries.table.height)
        glued = twice.filter(pl.col("entry").is_in(apart.implode()))
        if glued.height >= GLUED_MIN:
            again = entries.runs.filter(pl.col("entry") == glued["entry"][0])["first_line"][1]
            self._anomalies.add(
                "FEC-DUP-03",
                line=again,
                value=str(glued.height),
                expected=str(glued["times"].max()),
            )


def _that_come_back(entries: Entries) -> pl.Series:
    """Return the entries that are in several places, each of as many lines and of one balance."""
    if not (entries.table["runs"] > 1).any():
        return pl.Series(dtype=pl.UInt32)
    readable = entries.table.filter(pl.col("unreadable") == 0)["entry"]
    runs = entries.runs.filter(
        pl.col("entry").is_in(readable.implode()), pl.len().over("entry") > 1
    )
    again = (pl.len().over(_RUN) > 1) & (pl.col("lines") > 1)
    return runs.filter(again.all().over("entry"))["entry"].unique()


def _counted(
    entries: Entries, apart: pl.Series, blocks: Callable[[], Iterable[pl.DataFrame]]
) -> pl.DataFrame:
    """Count how often each line of some entries is there, over the whole file."""
    found = []
    for lines in blocks():
        numbered = lines.with_columns(entry=entries.of_lines(lines["line"]))
        kept = numbered.filter(pl.col("entry").is_in(apart.implode()))
        found.append(kept.select("line", "entry", said=kept.select(_SAME).hash_rows()))
    times = pl.len().over("entry", "said")
    return pl.concat(found).with_columns(times=times).select("line", "times")
