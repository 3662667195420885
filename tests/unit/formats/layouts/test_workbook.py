"""Workbooks that ask for more than they hold are refused before any cell is read."""

from __future__ import annotations

import zipfile

import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.sheet_parts import COLUMNS_MAX, ROWS_MAX
from ecritures.formats.layouts.workbook import check_workbook
from ecritures.reading.check import CheckOptions, check_file
from helpers.workbooks import ENTRY, ods, ods_cell, ods_rows, xlsx, xlsx_rows, zip64, zipped

A1 = '<row r="1"><c r="A1"><v>1</v></c></row>'
LONG = f'uniqueCount="1"><si><t>{"x" * 1_000_000}</t></si>'
SHARED = '<c t="s"><v>0</v></c>'
TEXT = "<table:table-cell><text:p>a</text:p></table:table-cell>"


def cell(reference, inside="<v>1</v>", more=""):
    return f'<row><c r="{reference}"{more}>{inside}</c></row>'


def ods_row(cells, repeated=1):
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


@pytest.fixture
def judge(tmp_path):
    def check(content):
        path = tmp_path / "source"
        path.write_bytes(content)
        anomalies = Anomalies()
        good = check_workbook(path, anomalies)
        assert good == (not anomalies.counts.keys() & {"MOD-FEU-03", "MOD-FEU-04", "MOD-FEU-06"})
        return [(code, value) for code, value in anomalies.frame().select("code", "value").rows()]

    return check


FAR = {
    "last cell of all": (xlsx(A1 + cell("XFD1048576")), "1048576 × 16384"),
    "far column": (xlsx(A1 + cell("XFD30000")), "30000 × 16384"),
    "alone, far down": (xlsx(cell("ALL30000")), "30000 × 1000"),
    "alone, far down, unusual": (xlsx(cell("all30000")), "30000 × 1000"),
    "column of no sheet": (xlsx(A1 + cell("ZZZZZZZZ99999999999")), "ZZZZZZZZ99999999999"),
    "row of no sheet": (xlsx(A1 + cell("A1048577")), "1048577 × 1"),
    "no reference": (xlsx(A1 + cell("1A")), "1A"),
    "dollars": (xlsx(A1 + cell("$A$1")), "$A$1"),
    "row number": (xlsx('<row r="20000000"><c><v>1</v></c></row>'), "20000000"),
    "row number that wraps": (xlsx('<row r="99999999999999"><c/></row>'), "99999999999999"),
    "counted cells": (xlsx("<row>" + "<c><v>1</v></c>" * 1001 + "</row>"), "1 × 1001"),
    "other quotes": (xlsx(A1 + "<row><c r='XFD9'><v>1</v></c></row>"), "XFD9"),
    "prefixed": (
        xlsx(A1 + '<x:c xmlns:x="y" r="XFD9"><x:v>1</x:v></x:c>'),
        "XFD9",
    ),
    "in a part of any name": (xlsx(cell("XFD9"), target="media/a.png"), "9 × 16384"),
    "announced texts": (xlsx(A1, strings='uniqueCount="4294967295">'), "4294967295"),
    "one text copied": (xlsx(f"<row>{SHARED * 300}</row>", strings=LONG), "1 × 269"),
    "one text copied, plainly": (
        xlsx("".join(cell(f"A{n}", "<v>0</v>", ' t="s"') for n in range(1, 301)), strings=LONG),
        "300 × 1",
    ),
    "repeated cells": (ods(ods_row(ods_cell("a", 16_384))), "1 × 16384"),
    "repeated beyond any sheet": (ods(ods_row(ods_cell("a", 30_000_000))), "30000000"),
    "repeated rows": (ods(ods_row(TEXT, 400_000_000)), "400000000"),
    "repeated both ways": (ods(ods_row(ods_cell("a", 1000), 30_000)), "30000 × 1000"),
    "rows after rows": (ods(ods_row(TEXT, ROWS_MAX) + ods_row(TEXT)), "1048577 × 1"),
    "spaces by number": (ods(ods_row('<table:table-cell><text:s text:c="999999999"/>'
                                     "</table:table-cell>")), "999999999"),
    "a repeated text": (ods(ods_row(ods_cell("x" * 300_000, 1000))), "1 × 1000"),
    "alone, far away": (
        ods(ods_row("<table:table-cell/>", 30_000) + ods_row(ods_cell("", 999) + TEXT)),
        "30001 × 1000",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAR)
def test_a_sheet_that_reaches_too_far_is_refused(judge, case):
    content, value = FAR[case]
    assert judge(content) == [("MOD-FEU-06", value)]


@pytest.mark.parametrize(
    "content",
    [
        zipped({"xl/workbook.xml": "<x/>"}, zipfile.ZIP_BZIP2),
        zipped({"xl/workbook.xml": "<x/>"}, zipfile.ZIP_LZMA),
        zipped({"xl/workbook.bin": b"", "xl/workbook.xml": "<x/>"}),
        zipped({"xl/workbook.bin": b""}),
        xlsx(A1, more=[("XL/workbook.xml", "<x/>")]),
        xlsx("<row><c>"),
        xlsx(A1, before="<!-- a --b -->"),
        zipped({"content.xml": "<!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>"}),
        zipped({"content.xml": '<?xml version="1.0" encoding="klingon"?><a/>'}),
    ],
    ids=["bzip2", "LZMA", "XLSB too", "XLSB", "twice", "cut", "malformed", "entity", "encoding"],
)
def test_a_workbook_that_no_program_writes_is_refused(judge, content):
    assert judge(content) == [("MOD-FEU-04", None)]


def test_a_tag_without_end_is_refused(judge):
    content = zipped({"content.xml": f'<a b="{"x" * (3 << 20)}"/>'}, zipfile.ZIP_STORED)
    assert judge(content) == [("MOD-FEU-06", "content.xml > 1 Mo")]


def test_the_true_size_of_the_directory_counts(judge):
    content = zip64(zipped({f"{'long' * 1000}.xml": "<x/>"}), entries=1500)
    assert [code for code, _ in judge(content)] == ["MOD-FEU-03"]


@pytest.mark.parametrize(
    "content",
    [
        xlsx(A1, before='<dimension ref="A1:XFD1048576"/>'),
        xlsx(f'{A1}<row r="1048576"><c r="XFD1048576" s="1"/></row>'),
        xlsx(f'{A1}<row r="1048576"><c r="XFD1048576" s="1" vm="1"></c></row>'),
        xlsx("".join(cell(f"A{row}") for row in range(1, 100))),
        xlsx(cell("ALL1")),
        xlsx(A1, strings='count="1" uniqueCount="1"><si><t>a</t></si>'),
        ods(ods_row(TEXT + '<table:table-cell table:number-columns-repeated="16383"/> \n')
            + ods_row('<table:table-cell table:number-columns-repeated="16384"/>', ROWS_MAX - 1)),
        ods(ods_row(ods_cell("a", COLUMNS_MAX))),
        ods(ods_row('<table:table-cell><text:s text:c="4"/></table:table-cell>')),
    ],
)  # fmt: skip
def test_what_programs_do_write_is_taken(judge, content):
    assert judge(content) == []


def test_formulas_after_the_cells_are_not_those_of_a_cell(judge):
    assert judge(xlsx(A1 + "<extLst><ext><f>A1</f></ext></extLst>")) == []


@pytest.mark.parametrize("content", [xlsx(xlsx_rows(ENTRY)), ods(ods_rows(ENTRY))])
def test_a_workbook_written_by_hand_is_read(tmp_path, content):
    path = tmp_path / "classeur"
    path.write_bytes(content)
    report = check_file(path, CheckOptions(model=builtin_model("xlsx")))
    assert (report.lines, report.debit_cents, report.credit_cents) == (2, 1000, 1000)


def test_rows_far_to_the_right_are_read_a_few_at_a_time(tmp_path):
    path = tmp_path / "large.xlsx"
    path.write_bytes(xlsx("".join(cell(f"ALL{row}") for row in range(1, 2001))))
    report = check_file(path, CheckOptions(model=builtin_model("xlsx")))
    assert "MOD-COL-01" in report.anomalies.counts
