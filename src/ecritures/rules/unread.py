"""Lines of which nothing was read: what an entry or a file lacks for them is no other fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.rules.entries.found import Entries

UNREAD_LINES = (
    "FEC-STR-07",
    "FEC-STR-25",
    "FEC-FIX-02",
    "FEC-XML-20",
    "MOD-LIG-01",
    "TRA-LIG-01",
)
"""Their codes."""


def beside_unread(entries: Entries, anomalies: Anomalies) -> pl.DataFrame:
    """Return the entries that a line which could not be read may be part of.

    Returns:
        `entry`, and `unread`: the number of that line.
    """
    nothing = pl.DataFrame(schema={"entry": entries.runs.schema["entry"], "unread": pl.UInt32})
    if not any(anomalies.counts[code] for code in UNREAD_LINES):
        return nothing
    found = anomalies.frame().filter(pl.col("code").is_in(UNREAD_LINES))
    lines = found["line"].drop_nulls().unique().sort()
    runs = entries.runs.select("entry", "first_line")
    above = runs["first_line"].search_sorted(lines, side="right").cast(pl.Int64) - 1
    below = runs["first_line"].search_sorted(lines + 1)
    parts = [nothing]
    for at, fits in (
        (above, above >= 0),
        (below, runs["first_line"].gather(below.clip(0, runs.height - 1)) == lines + 1),
    ):
        entry = runs["entry"].gather(at.filter(fits))
        parts.append(pl.DataFrame({"entry": entry, "unread": lines.filter(fits)}))
    return pl.concat(parts, how="vertical_relaxed").unique(
        "entry", keep="first", maintain_order=True
    )
