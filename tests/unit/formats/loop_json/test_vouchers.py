"""Dates that the page wants in strict ISO."""

from __future__ import annotations

from ecritures.core.anomalies import Anomalies
from ecritures.formats.loop_json.line_texts import TextReader
from ecritures.formats.loop_json.vouchers import check_vouchers


def test_lines_of_which_none_is_an_object_have_no_dates():
    anomalies = Anomalies()
    frame, _ = TextReader(anomalies).read(1, [1, "x", None])
    check_vouchers(frame, anomalies)
    assert set(anomalies.frame()["code"]) == {"JSON-STR-08"}
