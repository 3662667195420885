"""Entries found as people wrote them."""

from __future__ import annotations

import polars as pl
import pytest

from ecritures.core.grouping import Grouping, GroupingReason, HowGrouped
from ecritures.formats.layouts.document import ImportModel
from ecritures.reading.check import CheckOptions, check_file
from ecritures.rules.entries.runs import fold
from helpers.fec import entry, fec, line

DOCUMENT = {
    "name": "essai",
    "input": {"kind": "delimited"},
    "fields": {
        name: {"from": name}
        for name in ("entryDate", "journalCode", "accountNumber", "label", "debit", "credit")
    },
}

DAYS = ("20240110", "20240210", "20240310")


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


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        (("20230115", "20230116", "20240115"), GroupingReason.RESTARTS_EACH_YEAR),
        (("20240115", "20240216", "20240715"), GroupingReason.RESTARTS_EACH_HALF_YEAR),
        (("20240115", "20240316", "20240415"), GroupingReason.RESTARTS_EACH_QUARTER),
        (("20240115", "20240116", "20240215"), GroupingReason.RESTARTS_EACH_MONTH),
        (("20240115", "20240115", "20240116"), GroupingReason.RESTARTS_EACH_DAY),
    ],
)
def test_numbers_that_restart_are_told_apart_by_the_longest_period(check, days, reason):
    one, two, again = days

    report = check(
        entry(1, EcritureDate=one) + entry(2, EcritureDate=two) + entry(1, EcritureDate=again)
    )

    assert report.grouping == HowGrouped(Grouping.NUMBER_DATE, reason)
    assert report.entries == 3


def test_errors_that_cancel_out_are_seen_where_numbers_restart(check):
    january = entry(1, "120,00") + entry(2, "50,00")
    february = entry(1, "120,00", EcritureDate="20240215") + entry(2, EcritureDate="20240216")
    january[0]["Debit"], february[0]["Debit"] = "130,00", "110,00"

    report = check(january + february)

    assert not report.importable
    assert report.anomalies.counts["FEC-ECR-01"] == 2


@pytest.mark.parametrize(
    ("numbers", "value"),
    [(("0", "0", "0"), "0"), (("", "", ""), ""), (("000", "", "0"), ""), (("7", "7", "7"), "7")],
)
def test_without_a_number_that_varies_the_piece_tells_entries_apart(check, numbers, value):
    lines = []
    for place, number in enumerate(numbers):
        lines += entry(number, PieceRef=f"P{place}", EcritureDate=f"202401{place + 10}")

    report = check(lines)

    reason = GroupingReason.ONE_NUMBER if value else GroupingReason.NO_NUMBER
    assert report.grouping == HowGrouped(Grouping.PIECE_DATE, reason, value)
    assert report.entries == 3
    assert report.importable


def test_numbers_of_lines_are_not_those_of_entries(check):
    lines = entry(1, PieceRef="A") + entry(2, PieceRef="B")
    for place, one in enumerate(lines):
        one["EcritureNum"] = str(place + 1)

    report = check(lines)

    assert report.grouping.reason == GroupingReason.NUMBER_PER_LINE
    assert (report.entries, report.importable) == (2, True)


def test_numbers_of_lines_that_restart_in_each_entry_are_not_those_of_entries(check):
    lines = []
    for day in DAYS:
        one = entry(1, PieceRef=f"P{day}", EcritureDate=day)
        lines += [line | {"EcritureNum": str(place)} for place, line in enumerate(one, 1)]

    report = check(lines)

    assert report.grouping.reason == GroupingReason.NUMBER_PER_LINE
    assert (report.entries, report.importable) == (3, True)


def test_one_journal_may_number_its_lines(check):
    bank = entry(1, JournalCode="BQ", PieceRef="R1") + entry(1, JournalCode="BQ", PieceRef="R2")
    for place, one in enumerate(bank):
        one["EcritureNum"] = str(place + 1)

    report = check(entry(1) + entry(2) + bank)

    assert (report.grouping.rule, report.grouping.mixed) == (Grouping.NUMBER, True)
    assert (report.entries, report.importable) == (4, True)


def test_a_journal_of_two_lines_numbers_them_as_the_others_do(check):
    opening = entry(1, JournalCode="AN", PieceRef="AN", EcritureDate="20240101")
    lines = opening + entry(2, PieceRef="A") + entry(3, PieceRef="B")
    for place, one in enumerate(lines):
        one["EcritureNum"] = str(place + 1)

    report = check(lines)

    assert report.grouping.reason == GroupingReason.NUMBER_PER_LINE
    assert (report.entries, report.importable) == (3, True)


def test_a_number_that_never_changes_in_a_journal_is_not_that_of_an_entry(check):
    lines = [
        one
        for day in DAYS
        for journal in ("VE", "HA")
        for one in entry(journal, JournalCode=journal, PieceRef=day, EcritureDate=day)
    ]

    report = check(lines)

    assert report.grouping.reason == GroupingReason.ONE_NUMBER_PER_JOURNAL
    assert (report.entries, report.importable) == (6, True)


def test_one_journal_may_never_change_its_number(check):
    constant = [one for day in DAYS for one in entry(1, JournalCode="OD", EcritureDate=day)]

    report = check(entry(1) + entry(2) + constant)

    assert (report.grouping.rule, report.grouping.mixed) == (Grouping.NUMBER, True)
    assert (report.entries, report.importable) == (5, True)
    assert report.grouping.loose_journals == ("OD",)
    assert report.anomalies.counts["FEC-NUM-05"] == 1
    assert "FEC-NUM-02" not in report.anomalies.counts


def test_openings_that_bear_the_dates_of_their_invoices_are_one_entry(check):
    clients = [line(1, "411000", debit="10,00", JournalCode="AN", EcritureDate=day) for day in DAYS]
    capital = line(1, "101000", credit="30,00", JournalCode="AN", EcritureDate="20240101")

    report = check([*clients, capital, *entry(1), *entry(2)])

    assert (report.grouping.rule, report.entries) == (Grouping.NUMBER, 3)
    assert report.importable


def test_lines_without_a_number_are_not_one_entry_of_the_whole_year(check):
    lines = entry(1) + entry(2)
    lines += entry("", "60,00", PieceRef="S1") + entry("", PieceRef="S2", EcritureDate="20240203")

    report = check(lines)

    assert (report.grouping.rule, report.grouping.mixed) == (Grouping.NUMBER, True)
    assert report.entries == 4


def test_pieces_of_one_side_of_a_day_are_one_entry_together(check):
    cheques = [
        line("", "512000", debit="186,00", PieceRef="", EcritureDate="20240410"),
        line("", "411000", credit="104,00", PieceRef="F11", EcritureDate="20240410"),
        line("", "411000", credit="82,00", PieceRef="F12", EcritureDate="20240410"),
    ]
    fees = entry("", "9,90", PieceRef="R4", EcritureDate="20240412")

    report = check(cheques + fees)

    assert report.grouping.pieces == ("F11", "F12")
    assert (report.entries, report.importable) == (2, True)


def test_a_piece_of_both_sides_stays_an_entry_off_balance(check):
    lines = entry("", "10,00", PieceRef="H1") + entry("", "20,00", PieceRef="H2")
    lines[0]["Debit"], lines[2]["Debit"] = "11,00", "19,00"

    report = check(lines)

    assert report.entries == 2
    assert report.anomalies.counts["FEC-ECR-01"] == 2


def test_the_running_balance_cuts_where_pieces_make_no_sense(check):
    lines = []
    for day in range(10, 25):
        first, second = entry(0, f"{day},00", PieceRef="")
        lines += [first | {"EcritureDate": f"202401{day}"}, second | {"EcritureDate": "20240131"}]

    report = check(lines)

    assert report.grouping.rule == Grouping.RUNNING_BALANCE
    assert report.grouping.off_balance == 16
    assert (report.entries, report.importable) == (15, True)


def test_the_running_balance_is_that_of_each_journal(check):
    sale = {"JournalCode": "VE", "JournalLib": "Ventes"}
    lines = [
        *entry(0), *entry(0, **sale), *entry(0, "5,00"),
        *entry(0, "6,00", **sale), *entry(0, "7,00"),
    ]  # fmt: skip
    report = check(lines, group_by=Grouping.RUNNING_BALANCE)
    assert (report.entries, report.importable) == (5, True)

    mixed = [lines[0], lines[2], lines[1], lines[3]]
    report = check(mixed, group_by=Grouping.RUNNING_BALANCE)
    assert (report.entries, report.importable) == (2, True)


def test_what_is_left_after_the_last_zero_blocks(check):
    lines = []
    for day in range(10, 25):
        first, second = entry(0, f"{day},00", PieceRef="")
        lines += [first | {"EcritureDate": f"202401{day}"}, second | {"EcritureDate": "20240131"}]

    report = check(lines[:-1])

    assert not report.importable
    assert report.anomalies.counts["FEC-ECR-01"] == 1


def test_a_few_entries_off_balance_do_not_change_the_rule(check):
    lines = []
    for day in range(10, 25):
        lines += entry(0, PieceRef=f"P{day}", EcritureDate=f"202401{day}")
    lines[0]["Debit"], lines[2]["Debit"] = "121,00", "119,00"

    report = check(lines)

    assert report.grouping.rule == Grouping.PIECE_DATE
    assert report.anomalies.counts["FEC-ECR-01"] == 2


def over_two_journals():
    lines = []
    for number in range(1, 8):
        code = "HA" if number % 2 else "BQ"
        lines += entry(number, JournalCode=code, JournalLib=code)
    lines[3] |= {"JournalCode": "OD", "JournalLib": "OD"}
    return lines


def test_a_number_common_to_the_journals_makes_one_entry_over_two_of_them(check):
    report = check(over_two_journals())

    assert report.grouping.rule == Grouping.FILE_NUMBER
    assert (report.entries, report.importable) == (7, True)
    assert report.anomalies.counts["FEC-ECR-05"] == 1


def test_the_same_number_in_two_journals_on_two_dates_is_used_twice(check):
    lines = over_two_journals()
    lines += entry(7, JournalCode="OD", JournalLib="OD", EcritureDate="20240120")

    report = check(lines)

    assert report.entries == 8
    assert report.anomalies.counts["FEC-NUM-02"] == 1


def test_journals_that_each_begin_at_one_do_not_share_entries(check):
    lines = []
    for number in (1, 2, 4):
        lines += entry(number, JournalCode="VE", JournalLib="VE")
    for number in (1, 2, 3):
        lines += entry(number, JournalCode="BQ", JournalLib="BQ")

    report = check(lines)

    assert (report.grouping.rule, report.entries) == (Grouping.NUMBER, 6)


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


def test_a_rule_that_is_asked_for_is_not_reconsidered(check):
    report = check(entry(0) + entry(0), group_by=Grouping.NUMBER)

    assert report.grouping == HowGrouped(Grouping.NUMBER, GroupingReason.REQUESTED)
    assert report.entries == 1


def test_auto_overrides_what_a_model_proposes():
    model = ImportModel.model_validate(DOCUMENT | {"grouping": "running-balance"})

    assert CheckOptions(model=model).grouping == Grouping.RUNNING_BALANCE
    assert CheckOptions(model=model, group_by=Grouping.AUTO).grouping is None


def test_a_rule_by_numbers_that_a_model_proposes_needs_numbers():
    model = ImportModel.model_validate(DOCUMENT | {"grouping": "journal-number-date"})

    options = CheckOptions(model=model)

    assert (options.grouping, options.proposed_grouping) == (None, Grouping.NUMBER_DATE)


def test_a_run_ends_where_a_line_is_missing():
    key = {"journal_code": ["AN"] * 4, "entry_number": ["1"] * 4, "entry_date": [None] * 4}
    amounts = {"debit_cents": [1, 2, 4, 8], "credit_cents": [0] * 4}
    lines = pl.DataFrame({"line": [2, 3, 5, 6], **key, **amounts})

    runs = fold(lines)

    assert runs.select("first_line", "lines", "balance_cents").rows() == [(2, 2, 3), (5, 2, 12)]
