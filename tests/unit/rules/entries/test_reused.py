"""A few numbers used twice: their entries are told apart, all others keep their numbers."""

from __future__ import annotations

import pytest

from ecritures.core.grouping import Grouping, GroupingReason
from ecritures.reading.check import CheckOptions, check_file
from helpers.fec import entry, fec

DAYS = [f"2024{month:0>2}{day}" for month in range(1, 13) for day in (10, 20)]


@pytest.fixture
def check(tmp_path):
    def run(lines):
        path = tmp_path / "f.txt"
        path.write_bytes(fec(lines))
        return check_file(path, CheckOptions())

    return run


def numbered(count=20):
    """Entries on a day each, numbered 1, 2, 3…, each with its own document."""
    return [
        entry(place + 1, f"{100 + place},00", EcritureDate=DAYS[place], PieceRef=f"F{place}")
        for place in range(count)
    ]


def joined(written):
    return [line for one in written for line in one]


def found(report, code):
    """The lines of the anomalies of a code."""
    frame = report.anomalies.frame()
    return frame.filter(frame["code"] == code)["line"].to_list()


def test_one_wrong_number_does_not_make_numbers_restart(check):
    written = numbered()
    written[14] = entry(3, EcritureDate=DAYS[14], PieceRef="F14")

    report = check(joined(written))

    assert (report.grouping.rule, report.grouping.reason) == (
        Grouping.NUMBER,
        GroupingReason.NUMBERED,
    )
    assert report.entries == 20
    assert report.importable
    assert found(report, "FEC-NUM-02") == [30]
    assert found(report, "FEC-NUM-01") == [32]


def test_errors_that_cancel_out_in_a_number_used_twice_on_one_day_are_seen(check):
    written = numbered()
    written.insert(12, entry(4, "50,00", EcritureDate=DAYS[3], PieceRef="F99"))
    written[3][0]["Debit"], written[12][0]["Debit"] = "113,00", "40,00"

    report = check(joined(written))

    assert report.entries == 21
    assert found(report, "FEC-ECR-01") == [8, 26]
    assert found(report, "FEC-NUM-02") == [26]


def test_lines_of_one_document_that_are_apart_are_one_entry(check):
    written = numbered()
    written.insert(12, entry(4, "50,00", EcritureDate=DAYS[3], PieceRef="F3"))

    report = check(joined(written))

    assert report.entries == 20
    assert found(report, "FEC-ECR-04") == [26]
    assert found(report, "FEC-NUM-02") == []


def test_a_line_of_another_document_that_has_one_side_is_of_the_same_entry(check):
    written = numbered()
    written.insert(12, [written[3].pop()])
    written[12][0]["PieceRef"] = "R1"

    report = check(joined(written))

    assert report.entries == 20
    assert report.importable


def test_numbers_used_twice_in_the_order_of_accounts(check):
    written = numbered()

    report = check([one[0] for one in written] + [one[1] for one in written])

    assert report.entries == 20
    assert report.importable


def company_of(name, journals=("HA", "VE"), days=DAYS, cents="00"):
    """An export: entries on a day each, numbered 1, 2, 3…, whose documents bear a name."""
    return [
        entry(
            place + 1,
            f"{100 + place},{cents}",
            EcritureDate=day,
            PieceRef=f"{name}{place}",
            JournalCode=journals[place % len(journals)],
        )
        for place, day in enumerate(days)
    ]


def test_two_exports_end_to_end_do_not_share_their_entries(check):
    first, second = company_of("A"), company_of("B", cents="50")
    first[4][0]["Debit"], second[4][0]["Debit"] = "105,00", "103,50"  # they cancel out

    report = check(joined(first + second))

    assert report.entries == 2 * len(DAYS)
    assert found(report, "FEC-ECR-01") == [10, 2 * len(DAYS) + 10]
    assert found(report, "FEC-NUM-02") == [2 * len(DAYS) + 2]


def test_the_same_days_of_exports_whose_numbers_restart_each_day(check):
    days = [f"202401{day}" for day in range(10, 30)]
    moved = [day if place % 2 else f"202403{day[6:]}" for place, day in enumerate(days)]
    first, second = company_of("A", days=days), company_of("B", days=moved)
    first[1][0]["Debit"], second[1][0]["Debit"] = "102,00", "100,00"

    report = check(joined(first + second))

    assert report.entries == 40
    assert found(report, "FEC-ECR-01") == [4, 44]


def test_openings_of_two_years_under_one_number_are_two_entries(check):
    years = [
        entry(1, JournalCode="AN", EcritureDate=f"{year}0101", PieceRef=f"AN{year}")
        for year in (2024, 2025)
    ]
    written = numbered()
    written[9:9] = [years[1]]

    report = check(joined([years[0], *written]))

    assert report.entries == 22
    assert found(report, "FEC-NUM-02") == [22]


def test_lines_of_one_document_among_other_journals_are_one_entry(check):
    written = numbered()
    written.insert(9, entry(1, JournalCode="AN", EcritureDate="20240101", PieceRef="AN"))
    written.insert(3, entry(1, JournalCode="AN", EcritureDate="20240101", PieceRef="AN"))

    report = check(joined(written))

    assert report.entries == 21
