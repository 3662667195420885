"""The content of a report, from a reading that has just been made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.anomalies import Anomaly
from ecritures.reports.content import Content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.reading.check import Report


def content_of_report(report: Report) -> Content:
    """Return what a reading found."""
    frame = report.anomalies.frame()
    kept = dict(frame["code"].value_counts().iter_rows())

    def anomalies() -> Iterator[Anomaly]:
        return (Anomaly(**row) for row in frame.iter_rows(named=True))

    return Content(report.summary(), kept, anomalies)
