"""Anomalies as CSV: semicolons and a byte-order mark, so that a French spreadsheet opens it."""

from __future__ import annotations

import csv
from io import TextIOWrapper
from typing import TYPE_CHECKING, BinaryIO

from ecritures.reports.escape import escape_formula
from ecritures.reports.text_table import anomaly_head, anomaly_rows

if TYPE_CHECKING:
    from ecritures.core.sentences import Language
    from ecritures.reports.content import Content


def write(content: Content, language: Language, target: BinaryIO) -> None:
    """Write one row per detail, with the total of its code and the number of details kept."""
    text = TextIOWrapper(
        target, encoding="utf-8-sig", errors="replace", newline="", write_through=True
    )
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(anomaly_head(language))
    for row in anomaly_rows(content, language):
        writer.writerow([escape_formula(cell) if isinstance(cell, str) else cell for cell in row])
    text.detach()
