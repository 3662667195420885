"""Journals: one code, one label."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.rules.labels import Labels


def check_journal_labels(labels: Labels, anomalies: Anomalies) -> None:
    """Record the other labels of a journal that has several."""
    anomalies.extend(
        "FEC-JRN-01", labels.other("journal"), column=labels.names.get("journal_label")
    )
