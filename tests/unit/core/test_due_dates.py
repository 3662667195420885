"""The due date of a line is found under each name that a format has for it."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ecritures.core.due_dates import due_dates

DAY = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("extra", "day"),
    [
        ('{"dueDate":"290224"}', DAY),
        ('{"dateEcheance":"2024-02-29"}', DAY),
        ('{"ECHEANCE":"29022024","MODEPAIE":"VIR"}', DAY),
        ('{"DateEcheance":"20240229"}', DAY),
        ('{"dueDate":"30/02/2024"}', None),
        ('{"folio":"1"}', None),
        (None, None),
    ],
)
def test_the_due_date_of_what_a_line_says(extra, day):
    frame = pl.DataFrame({"extra": [extra]}, schema={"extra": pl.String})

    assert frame.select(due_dates(pl.col("extra"))).to_series().to_list() == [day]
