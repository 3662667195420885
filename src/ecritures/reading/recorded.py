"""What the reading of an import had found, for a report that reads its file again.

Some rules hold a file against its dossier, which may have changed since: a year was closed or
reopened, an establishment was added. What they had found is taken as it was recorded.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.anomalies import ANOMALY_SCHEMA, TIMES, Anomalies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecritures.core.anomalies import Anomaly
    from ecritures.reading.check import Report

OF_DOSSIER = (
    "FEC-EXO-",
    "FEC-NOM-",
    "MOD-SIR-",
    "JSON-SIR-",
    "JSON-CRE-",
    "JSON-DOS-",
    "JSON-EXO-",
)
"""How the codes of rules begin that hold a file against its dossier."""


def as_recorded(report: Report, recorded: Sequence[Anomaly]) -> Report:
    """Return a new report on a file with what the import had found against the dossier of then.

    Args:
        report: That of the new reading, by the dossier of today.
        recorded: What the import had found by the rules that `OF_DOSSIER` names.
    """
    of_file = report.anomalies.frame().filter(~_is_of_dossier())
    then = pl.DataFrame([asdict(one) for one in recorded], schema=ANOMALY_SCHEMA)
    reported_once = then["value"].str.contains(TIMES, literal=True).fill_null(value=False)
    every = _of_every_line(then.filter(reported_once), report)
    found = pl.concat([of_file, then.filter(~reported_once), every])
    anomalies = Anomalies(report.anomalies.details_max)
    for (code,), rows in found.sort("line", maintain_order=True).group_by("code"):
        anomalies.extend(str(code), rows)
    return replace(report, anomalies=anomalies)


def _is_of_dossier() -> pl.Expr:
    return pl.any_horizontal(pl.col("code").str.starts_with(one) for one in OF_DOSSIER)


def _of_every_line(habits: pl.DataFrame, report: Report) -> pl.DataFrame:
    """Return what was reported once for every line of a file, at each of them."""
    if report.checked is None or habits.is_empty():
        return habits
    first = pl.col("first_line").cast(pl.Int64)
    each = report.checked.entries.runs.select(line=pl.int_ranges(first, first + pl.col("lines")))
    numbers = each.explode("line").with_columns(pl.col("line").cast(pl.UInt32))
    no_entry = pl.lit(None, pl.String).alias("entry")
    value = pl.col("value").str.splitn(TIMES, 2).struct[1].alias("value")
    every = habits.drop("line").with_columns(no_entry, value).join(numbers, how="cross")
    return every.select(list(ANOMALY_SCHEMA))
