"""Numbers that restart with each period are reported once; faults within one, where they are."""

from __future__ import annotations

import pytest

from helpers.reading import File, read, sentence
from helpers.rules import flat, opening

MONTHS = ("202401", "202402", "202403")


def entry(month, number, *journals):
    """An entry, each line of it in one of these journals."""
    day, label = f"{month}{9 + number:02d}", f"{month} {number}"
    lines = opening(number, EcritureDate=day, EcritureLib=label)
    return [
        line | {"JournalCode": journal, "JournalLib": journal}
        for line, journal in zip(lines, (journals * 2)[:2], strict=True)
    ]


def in_one_journal(*numbers_of_months):
    months = zip(MONTHS, numbers_of_months, strict=True)
    return flat([line for month, ns in months for n in ns for line in entry(month, n, "VE")])


def common_to_journals(*over):
    """Six entries a month, by turns in two journals; those of these numbers are in both."""
    numbers = range(1, 7)
    journals = {n: ("AC", "VE") if n in over else ("VE" if n % 2 else "AC",) for n in numbers}
    return flat(
        [line for month in MONTHS for n in numbers for line in entry(month, n, *journals[n])]
    )


def test_one_anomaly_counts_the_entries_and_gives_the_lines_of_the_first():
    reading = read(in_one_journal([1, 2, 3], [1, 2, 3], [1, 2, 3]))

    [found] = reading.of("FEC-NUM-02")
    assert (found.value, found.expected) == ("6", "8, 10, 12, 14, 16…")
    assert reading.counts["FEC-NUM-02"] == 6
    assert "6 écritures portent un numéro déjà utilisé" in sentence(found)
    assert not {"FEC-NUM-01", "FEC-NUM-03"} & reading.counts.keys()


def test_a_gap_within_a_month_is_told_where_it_is():
    reading = read(in_one_journal([1, 2, 3], [1, 3, 4], [1, 2, 3]))

    assert [(one.line, one.expected) for one in reading.of("FEC-NUM-01")] == [(10, "2")]


def test_numbers_common_to_the_journals_that_restart_group_entries_over_two_journals():
    reading = read(common_to_journals(6))

    assert reading.importable
    assert reading.entries == 18
    assert reading.counts["FEC-ECR-05"] == 3
    assert not {"FEC-ECR-01", "FEC-EQU-03"} & reading.counts.keys()


@pytest.mark.parametrize("changed", ["9,00", "11,00"])
def test_an_entry_over_two_journals_that_is_off_balance_is_told(changed):
    file = common_to_journals(6)
    changed_file = File(file.content.replace(b"10,00", changed.encode(), 1))

    assert read(changed_file).counts["FEC-ECR-01"] == 1


@pytest.mark.parametrize("form", ["{month}-{n}", "{month}{n:03}", "2024{n:03}", "{month}10{n}"])
def test_numbers_that_begin_with_their_period_have_no_gap_between_periods(form):
    lines = [
        line | {"EcritureDate": f"{month}10", "EcritureLib": f"{month} {n}"}
        for month in MONTHS
        for n in (1, 2, 3)
        for line in opening(
            form.format(month=month, n=n + 3 * MONTHS.index(month) * (form[:4] == "2024"))
        )
    ]

    assert "FEC-NUM-01" not in read(flat(lines)).counts


def test_a_gap_within_a_period_of_the_numbers_is_told():
    lines = [
        line | {"EcritureDate": f"{month}10", "EcritureLib": f"{month} {n}"}
        for month in MONTHS
        for n in (1, 2, 4)
        for line in opening(f"{month}{n:03}")
    ]

    assert read(flat(lines)).counts["FEC-NUM-01"] == 3


@pytest.mark.parametrize(("sales", "missing"), [((1, 2, 5, 6), None), ((1, 2, 6), "5")])
def test_two_journals_share_their_numbers_while_a_third_has_its_own(sales, missing):
    numbers = {"VE": sales, "AC": (3, 4, 7, 8), "BQ": (1, 2, 3, 4)}
    lines = [
        line for code, own in numbers.items() for n in own for line in entry("202401", n, code)
    ]
    reading = read(flat(lines))

    assert [one.expected for one in reading.of("FEC-NUM-01")] == ([missing] if missing else [])
    assert "FEC-NUM-03" not in reading.counts


def test_gaps_of_journals_that_have_each_their_own_numbers_are_named_in_each():
    numbers = {"VE": (1, 2, 4), "AC": (1, 3, 4)}
    lines = [
        line for code, own in numbers.items() for n in own for line in entry("202401", n, code)
    ]

    assert [one.expected for one in read(flat(lines)).of("FEC-NUM-01")] == ["3", "2"]
