"""What is kept of anomalies: little, whatever a file says."""

from __future__ import annotations

import polars as pl
import pytest

from ecritures.core.anomalies import (
    TIMES,
    VALUE_CHARS_MAX,
    Anomalies,
    entry_key,
    example_of,
    times_of,
)

LONG = "x" * 100_000
TEXTS = ["column", "value", "expected", "entry"]


@pytest.mark.parametrize("name", TEXTS)
def test_each_text_of_an_anomaly_is_cut(name):
    anomalies = Anomalies()
    anomalies.add("FEC-MNT-03", **{name: LONG})
    anomalies.extend("FEC-MNT-02", pl.DataFrame({"line": [2], name: [LONG]}))
    assert anomalies.frame()[name].str.len_chars().to_list() == [VALUE_CHARS_MAX] * 2


def test_the_column_of_many_anomalies_is_cut():
    anomalies = Anomalies()
    anomalies.extend("FEC-MNT-03", pl.DataFrame({"line": [2, 3]}), column=LONG)
    assert anomalies.frame()["column"].str.len_chars().to_list() == [VALUE_CHARS_MAX] * 2


def test_the_entry_of_an_anomaly_is_cut():
    anomalies = Anomalies()
    anomalies.add("FEC-MNT-03", line=2)
    run = {"first_line": 2, "lines": 1, "journal_code": LONG, "entry_number": "1"}
    anomalies.fill_entries(pl.DataFrame([run]), entry_key())
    assert anomalies.frame()["entry"].str.len_chars().to_list() == [VALUE_CHARS_MAX]


@pytest.mark.parametrize(
    ("journal", "number", "name"),
    [("VE", "1", "VE/1"), ("", "1", "1"), ("VE", "", "VE"), ("", "", "")],
)
def test_an_entry_is_named_by_what_it_has(journal, number, name):
    entry = pl.DataFrame({"journal_code": [journal], "entry_number": [number]})

    assert entry.select(entry_key()).item() == name


def test_anomalies_may_be_counted_without_detail():
    anomalies = Anomalies()
    anomalies.count("FEC-ENC-01", 0)
    assert anomalies.total == 0
    anomalies.count("FEC-ENC-01", 7)
    assert (anomalies.total, anomalies.frame().height) == (7, 0)


def test_a_text_of_a_file_is_no_count_of_findings():
    anomalies = Anomalies()
    anomalies.add("FEC-MNT-03", line=2, value=f"12{TIMES}a")
    anomalies.report_once("FEC-ENC-08", pl.DataFrame({"line": [3], "value": [f"12{TIMES}a"]}))
    anomalies.report_all("FEC-MNT-01", pl.DataFrame({"line": [4], "value": [f"x{TIMES}y"]}), 1200)

    told = [(times_of(value), example_of(value)) for value in anomalies.frame()["value"]]
    assert told == [("", "12 × a"), ("", "12 × a"), ("1\u202f200", f"x{TIMES}y")]
    assert anomalies.counts["FEC-MNT-01"] == 1200
