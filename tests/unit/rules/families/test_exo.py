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
