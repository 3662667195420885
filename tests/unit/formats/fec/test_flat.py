"""Flat files whose columns beyond the law, or beyond one layout, ask for care."""

from __future__ import annotations

import json

import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.formats.definition import ReadOptions
from ecritures.formats.registry import open_reader
from ecritures.formats.text.encoding import Encoding
from ecritures.reading.check import CheckOptions, check_file
from helpers.fec import COLUMNS, entries, entry, fec


@pytest.fixture
def blocks(tmp_path):
    def run(content, **options):
        path = tmp_path / "file"
        path.write_bytes(content)
        return list(open_reader(path, Encoding(), ReadOptions(**options), Anomalies()).blocks())

    return run


def test_only_columns_that_a_line_fills_are_kept_with_it(blocks):
    lines = entries(2)
    for row, (note, more) in zip(lines, [("à « part »", ""), ("", "2"), ("1", "2")], strict=False):
        row |= {"Note": note, "More": more}
    (block,) = blocks(fec(lines, columns=[*COLUMNS, "Note", "More"]))
    found = [one and json.loads(one) for one in block.lines["extra"]]
    assert found == [{"Note": "à « part »"}, {"More": "2"}, {"Note": "1", "More": "2"}, None]


@pytest.mark.heavy
def test_titles_that_would_fill_the_memory_make_smaller_blocks(blocks):
    titles = [f"{number:0>100}" for number in range(500)]
    lines = [row | dict.fromkeys(titles, "x") for row in entries(500)]
    found = blocks(fec(lines, columns=[*COLUMNS, *titles]), block_bytes=1 << 20)
    assert sum(block.lines.height for block in found) == 1000
    assert max(block.lines["extra"].str.len_bytes().sum() for block in found) < 4 << 20


BOTH = [*COLUMNS, "Montant", "Sens"]


@pytest.mark.parametrize("columns", [BOTH, [*COLUMNS[:11], "Montant", "Sens", *COLUMNS[11:]]])
def test_amounts_given_twice_are_judged_by_the_columns_that_are_read(tmp_path, columns):
    lines = [row | {"Montant": "120,00", "Sens": "D"} for row in entry(1)]
    path = tmp_path / "both.txt"

    path.write_bytes(fec(lines, columns=columns))
    report = check_file(path, CheckOptions())
    assert (report.debit_cents, report.credit_cents, report.importable) == (12_000, 12_000, True)
    assert report.anomalies.counts["FEC-STR-06"] == 2

    lines[1]["Credit"] = "abc"
    path.write_bytes(fec(lines, columns=columns))
    report = check_file(path, CheckOptions())
    found = report.anomalies.frame().select("code", "line", "column").rows()
    assert ("FEC-MNT-03", 3, "Credit") in found
    assert not report.importable


@pytest.mark.parametrize(
    ("column", "code"),
    [("EcritureDate", "FEC-DAT-09"), ("PieceDate", "FEC-DAT-02"), ("ValidDate", "FEC-DAT-02")],
)
def test_a_day_of_the_year_0_is_no_date(tmp_path, column, code):
    path = tmp_path / "zero.txt"
    path.write_bytes(fec(entry(1, **{column: "00000101"})))
    report = check_file(path, CheckOptions())
    assert report.anomalies.counts[code] == 2
