"""In XML, an `<ecriture>` is an entry, whatever its number."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecritures.config.settings import Settings
from ecritures.core.grouping import Grouping, GroupingReason
from ecritures.imports.past_files.grouping_choices import read_groupings
from ecritures.reading.check import CheckOptions, check_file
from ecritures.sources.unpack import UnpackLimits
from helpers.fec_xml import document, entry, line, lines

OF_SMALL_FILES = {"FEC-ORD-03", "FEC-DUP-01"}
NAME = "079555421FEC20241231.xml"


def check(path, entries, options=None, **limits):
    path.write_bytes(document(entries))
    return check_file(path, options, settings=Settings(**limits))


def codes(report):
    return {code: n for code, n in report.anomalies.counts.items() if code not in OF_SMALL_FILES}


@pytest.fixture
def path(tmp_path):
    return tmp_path / NAME


def off_by(amount):
    return [line("607000", Debit="120.00"), line("401000", Credit=amount)]


@pytest.mark.parametrize(("numbers", "again"), [((1, 1, 2), 1), ((1, 2, 1), 1), ((2, 1, 1, 1), 2)])
def test_a_number_used_again_is_another_entry_and_is_told(path, numbers, again):
    report = check(path, [entry(number) for number in numbers])

    assert (report.entries, report.importable) == (len(numbers), True)
    assert codes(report)["FEC-NUM-02"] == again
    assert "FEC-ECR-04" not in codes(report)


def test_errors_under_one_number_do_not_cancel_out(path):
    report = check(path, [entry(1, off_by("100.00")), entry(1, off_by("140.00")), entry(2)])

    assert not report.importable
    assert codes(report) == {"FEC-ECR-01": 2, "FEC-NUM-02": 1}


@pytest.mark.parametrize(("number", "reason"), [("0", "one-number"), ("", "no-number")])
def test_without_numbers_of_use_the_elements_are_the_entries(path, number, reason):
    report = check(path, [entry(number, off_by(one)) for one in ("100.00", "140.00", "120.00")])

    assert (report.grouping.rule, report.grouping.reason) == (Grouping.HEADING, reason)
    assert report.entries == 3
    assert codes(report)["FEC-ECR-01"] == 2


def test_two_dates_under_one_number_are_two_entries(path):
    later = {"EcritureDate": "2024-01-20", "PieceDate": "2024-01-20"}
    report = check(path, [entry(1), entry(1, **later), entry(2, **later)])

    assert report.entries == 3
    assert codes(report) == {"FEC-NUM-02": 1}
    assert report.grouping.reason == GroupingReason.ENTRY_ELEMENT


def test_numbers_that_restart_each_month_are_told_once(path):
    months = (1, 2, 3)
    entries = [
        entry(
            number,
            EcritureDate=f"2024-{month:02}-15",
            PieceDate=f"2024-{month:02}-15",
            ValidDate="2024-12-31",
        )
        for month, number in itertools.product(months, (1, 2, 3))
    ]
    report = check(path, entries)

    told = report.anomalies.frame().filter(code="FEC-NUM-02")
    assert (report.entries, codes(report), told.height) == (9, {"FEC-NUM-02": 6}, 1)


def test_another_rule_may_be_asked_for(path):
    options = CheckOptions(group_by=Grouping.NUMBER)
    report = check(path, [entry(1, off_by("100.00")), entry(1, off_by("140.00"))], options)

    assert (report.entries, report.importable) == (1, True)


def test_the_possible_groupings_begin_with_the_elements(path):
    path.write_bytes(document([entry(1, off_by("100.00")), entry(1, off_by("140.00"))]))
    limits = UnpackLimits.from_settings(Settings())

    found = read_groupings(path, NAME, limits, CheckOptions(), Settings(), "", False)  # noqa: FBT003

    assert [(one.rule, one.entries, one.unbalanced) for one in found.groups[:2]] == [
        ("heading", 2, 2),
        ("journal-number", 1, 0),
    ]


@given(
    numbers=st.lists(st.sampled_from(["1", "2", "0", "", "A1"]), min_size=1, max_size=8),
    size=st.sampled_from([300, 1000, 1 << 20]),
    data=st.data(),
)
def test_whatever_the_numbers_and_blocks_each_error_is_seen(numbers, size, data, tmp_path_factory):
    amounts = [data.draw(st.sampled_from(["120.00", "100.00", "140.00"])) for _ in numbers]
    entries = [
        entry(number, off_by(amount)) for number, amount in zip(numbers, amounts, strict=True)
    ]
    folder = tmp_path_factory.mktemp("xml")

    report = check(folder / NAME, entries, block_bytes=size)

    assert report.entries == len(entries)
    assert report.anomalies.counts["FEC-ECR-01"] == sum(one != "120.00" for one in amounts)


@pytest.mark.heavy
def test_an_entry_of_many_lines_goes_on_in_the_next_block(path):
    many = lines() * 200
    report = check(path, [entry(1, many), entry(1, many)], block_bytes=2000)

    assert (report.entries, report.lines, report.importable) == (2, 800, True)
