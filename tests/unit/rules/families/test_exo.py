"""Dates outside the dossier's fiscal years."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ecritures.reading.check import CheckOptions, check_file
from helpers.fec import entries, fec


def test_dates_outside_the_dossier_s_fiscal_years_block(check_years):
    assert check_years("2024-01-01", "2024-12-31", closed=False) == {}
    assert check_years("2023-01-01", "2023-12-31", closed=False) == {"FEC-EXO-01": 2}
    assert check_years("2024-01-01", "2024-12-31", closed=True) == {"FEC-EXO-02": 2}


@pytest.mark.parametrize(("closed", "code"), [(False, "FEC-EXO-01"), (True, "FEC-EXO-02")])
def test_a_file_of_a_year_that_is_not_open_is_one_finding(tmp_path, closed, code):
    path = tmp_path / "f.txt"
    path.write_bytes(fec(entries(5)))
    year = (date(2024 if closed else 2023, 1, 1), date(2024 if closed else 2023, 12, 31), closed)
    report = check_file(path, replace(CheckOptions(), fiscal_years=(year,)))
    (found,) = report.anomalies.frame().filter(code=code).to_dicts()
    assert (found["line"], found["column"]) == (2, "EcritureDate")
    assert found["value"] == "10\u202f×\u202f20240115"
    assert report.anomalies.counts[code] == 10


def test_some_lines_of_another_year_are_named_one_by_one(tmp_path):
    path = tmp_path / "f.txt"
    lines = entries(3)
    path.write_bytes(fec([*lines[:4], *(one | {"EcritureDate": "20211231"} for one in lines[4:])]))
    years = ((date(2024, 1, 1), date(2024, 12, 31), False),)
    report = check_file(path, replace(CheckOptions(), fiscal_years=years))
    found = report.anomalies.frame().filter(code="FEC-EXO-01")
    assert found["line"].to_list() == [6, 7]


@pytest.fixture
def check_years(tmp_path):
    def run(start, end, *, closed):
        path = tmp_path / "f.txt"
        path.write_bytes(fec(entries(1)))
        years = ((date.fromisoformat(start), date.fromisoformat(end), closed),)
        report = check_file(path, replace(CheckOptions(), fiscal_years=years))
        counts = dict(report.anomalies.counts)
        assert report.importable == (not [code for code in counts if "EXO" in code])
        return {code: count for code, count in counts.items() if "EXO" in code}

    return run
