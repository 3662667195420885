"""Entries found as people wrote them."""

from __future__ import annotations

import polars as pl
import pytest

from ecritures.core.grouping import Grouping
from ecritures.reading.check import CheckOptions, check_file
from ecritures.rules.entries.runs import fold
from helpers.fec import entry, fec, line


@pytest.fixture
def check(tmp_path):
    def run(lines, **options):
        path = tmp_path / "f.txt"
        path.write_bytes(fec(lines))
        return check_file(path, CheckOptions(**options))

    return run


def test_numbers_tell_entries_apart(check):
    report = check(entry(1) + entry(2))

    assert (report.grouping.rule, report.entries) == (Grouping.NUMBER, 2)


def test_scattered_lines_are_brought_together(check):
    one, two = entry(1), entry(2)

    report = check([one[0], two[0], one[1], two[1]])

    assert report.entries == 2
    assert report.importable


def test_numbers_that_start_again_each_day_are_told_apart_by_the_date(check):
    report = check(entry(1, EcritureDate="20240101") + entry(1, EcritureDate="20240102"))

    assert (report.grouping.rule, report.entries) == (Grouping.NUMBER_DATE, 2)


def test_pieces_tell_entries_apart_where_numbers_do_not(check):
    lines = entry(0, PieceRef="A", EcritureDate="20240101")
    lines += entry(0, PieceRef="B", EcritureDate="20240102")
    lines[0]["EcritureNum"], lines[1]["EcritureNum"] = "7", "8"
    lines[2]["EcritureNum"], lines[3]["EcritureNum"] = "8", "7"

    report = check(lines)

    assert (report.grouping.rule, report.entries) == (Grouping.PIECE_DATE, 2)


def test_the_running_balance_cuts_where_nothing_else_does(check):
    lines = [
        line(0, "607000", debit="10,00", EcritureDate="20240101", PieceRef="x"),
        line(0, "401000", credit="10,00", EcritureDate="20240102", PieceRef="y"),
        line(0, "607000", debit="20,00", EcritureDate="20240102", PieceRef="x"),
        line(0, "401000", credit="20,00", EcritureDate="20240103", PieceRef="z"),
    ]

    report = check(lines)

    assert (report.grouping.rule, report.entries) == (Grouping.RUNNING_BALANCE, 2)
    assert report.importable


def test_an_entry_of_two_dates_stays_one_entry(check):
    lines = entry(1) + entry(2) + entry(3)
    lines[3]["EcritureDate"] = "20240116"

    report = check(lines)

    assert (report.grouping.rule, report.entries) == (Grouping.NUMBER, 3)
    assert report.importable


def test_a_rule_can_be_forced(check):
    report = check(entry(1) + entry(1), group_by=Grouping.RUNNING_BALANCE)

    assert (report.grouping.rule, report.entries) == (Grouping.RUNNING_BALANCE, 2)


def test_one_journal_never_completes_another(check):
    lines = entry(1)
    lines[1]["JournalCode"] = "BQ"

    assert check(lines).anomalies.counts["FEC-ECR-01"] == 2


def test_a_run_ends_where_a_line_is_missing():
    key = {"journal_code": ["AN"] * 4, "entry_number": ["1"] * 4, "entry_date": [None] * 4}
    amounts = {"debit_cents": [1, 2, 4, 8], "credit_cents": [0] * 4}
    lines = pl.DataFrame({"line": [2, 3, 5, 6], **key, **amounts})

    runs = fold(lines)

    assert runs.select("first_line", "lines", "balance_cents").rows() == [(2, 2, 3), (5, 2, 12)]
