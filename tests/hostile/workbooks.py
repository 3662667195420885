"""Hostile workbooks, read by the built-in model of workbooks."""

from __future__ import annotations

import io
import struct
import zipfile
from functools import partial

from helpers.workbooks import ENTRY, ods, ods_cell, ods_rows, xlsx, xlsx_rows, zip64, zipped
from hostile.case import MIB, Case

MODEL = {"model": "xlsx"}
GOOD_ROWS = xlsx_rows(ENTRY)
GOOD_XLSX, GOOD_ODS = xlsx(GOOD_ROWS), ods(ods_rows(ENTRY))
LONG_TEXT = f'uniqueCount="1"><si><t>{"x" * 1_000_000}</t></si>'
REPEATED = "table:number-columns-repeated"


def cell(reference, inside="<v>1</v>", more=""):
    return f'<row><c r="{reference}"{more}>{inside}</c></row>'


def far(*references):
    """A workbook with cells at these places, besides its entry."""
    return xlsx(GOOD_ROWS + "".join(map(cell, references)))


def ods_with(rows):
    return ods(ods_rows(ENTRY) + rows)


def ods_row(cells, repeated=1):
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def shared(count):
    """One long text that many cells point to."""
    cells = '<c t="s"><v>0</v></c>' * 100
    return xlsx(f"<row>{cells}</row>" * (count // 100), strings=LONG_TEXT)


def bomb(size, method=zipfile.ZIP_DEFLATED):
    parts = {"[Content_Types].xml": "", "xl/workbook.xml": "<x/>", "xl/sheet1.xml": bytes(size)}
    return zipped(parts, method)


def lying(content, size=1):
    """An archive whose directory says that each part is this long."""
    data = bytearray(content)
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        struct.pack_into("<I", data, at + 24, size)
        at += 46
    return bytes(data)


def many_parts(count):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        for number in range(count):
            archive.writestr(f"xl/{number}", b"")
    return target.getvalue()


TOO_FAR, UNREADABLE, TOO_LARGE = ("MOD-FEU-06",), ("MOD-FEU-04",), ("MOD-FEU-03",)
REFUSED = {
    "the last cell of all": (partial(far, "XFD1048576"), TOO_FAR),
    "the last column": (partial(far, "XFD30000"), TOO_FAR),
    "no column of a sheet": (partial(far, "ZZZZZZZZ99999999999"), TOO_FAR),
    "no row of a sheet": (partial(far, "A9999999"), TOO_FAR),
    "a row in 64 bits": (partial(far, "A18446744073709551617"), TOO_FAR),
    "no digits": (partial(far, "A"), TOO_FAR),
    "no letters": (partial(far, "1"), TOO_FAR),
    "a negative row": (partial(far, "A-1"), TOO_FAR),
    "a corner, and nothing else": (lambda: xlsx(cell("ALL1048576")), TOO_FAR),
    "a far row by its number": (lambda: xlsx('<row r="20000000"><c><v>1</v></c></row>'), TOO_FAR),
    "a row number that wraps": (lambda: xlsx('<row r="99999999999999"><c/></row>'), TOO_FAR),
    "texts announced": (lambda: xlsx(GOOD_ROWS, strings='uniqueCount="4294967295">'), TOO_FAR),
    "texts announced by letters": (lambda: xlsx(GOOD_ROWS, strings='count="many">'), TOO_FAR),
    "one text copied 100,000 times": (partial(shared, 100_000), TOO_FAR),
    "cells without reference": (lambda: xlsx(f"<row>{'<c><v>1</v></c>' * 20_000}</row>"), TOO_FAR),
    "columns repeated": (lambda: ods_with(ods_row(ods_cell("a", 16_384))), TOO_FAR),
    "columns repeated beyond any": (lambda: ods_with(ods_row(ods_cell("a", 10**12))), TOO_FAR),
    "rows repeated": (lambda: ods_with(ods_row(ods_cell("a"), 10**9)), TOO_FAR),
    "rows and columns repeated": (lambda: ods_with(ods_row(ods_cell("a", 1000), 10**6)), TOO_FAR),
    "spaces repeated": (
        lambda: ods_with(
            ods_row('<table:table-cell><text:s text:c="999999999"/></table:table-cell>')
        ),
        TOO_FAR,
    ),
    "a text repeated": (lambda: ods_with(ods_row(ods_cell("x" * 300_000, 1000))), TOO_FAR),
    "repeated a negative number of times": (lambda: ods_with(ods_row(ods_cell("a", -1))), TOO_FAR),
    "a tag of 3 MB": (lambda: xlsx(f'<row a="{"x" * 3 * MIB}"/>'), TOO_FAR),
    "60 MB of zeros": (partial(bomb, 60 * MIB), TOO_LARGE),
    "too many parts": (partial(many_parts, 10_001), ("archive-too-large",)),
    "zeros by bzip2": (partial(bomb, 10 * MIB, zipfile.ZIP_BZIP2), UNREADABLE),
    "zeros by LZMA": (partial(bomb, 10 * MIB, zipfile.ZIP_LZMA), UNREADABLE),
    "lying about its sizes": (lambda: lying(bomb(15 * MIB)), UNREADABLE),
    "XLSB": (lambda: zipped({"[Content_Types].xml": "", "xl/workbook.bin": b"x"}), UNREADABLE),
    "two parts of one name": (lambda: xlsx(GOOD_ROWS, more=[("XL/Workbook.xml", "")]), UNREADABLE),
    "cut": (lambda: GOOD_XLSX[: len(GOOD_XLSX) // 2], ("archive-damaged",)),
    "an entity": (
        lambda: zipped({"content.xml": "<!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>"}),
        UNREADABLE,
    ),
    "laughs": (
        lambda: zipped(
            {"content.xml": "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'>]><a>&c;</a>"}
        ),
        UNREADABLE,
    ),
    "malformed": (lambda: xlsx("<row><c></row>"), UNREADABLE),
    "a sheet of UTF-16": (
        lambda: zipped({"xl/workbook.xml": "<x/>", "content.xml": "<a/>".encode("utf-16-le")}),
        UNREADABLE,
    ),
    "a workbook without sheets": (lambda: zipped({"xl/workbook.xml": "<workbook/>"}), ()),
}
QUICK = {"the last cell of all", "one text copied 100,000 times", "zeros by bzip2"}

CASES = [
    *(
        Case(f"workbook: {name}", make, codes, told=MODEL, quick=name in QUICK)
        for name, (make, codes) in REFUSED.items()
    ),
    Case("workbook: good", lambda: GOOD_XLSX, told=MODEL, importable=True),
    Case(  # within the archive, whatever its name
        "workbook: a sheet of another place",
        lambda: xlsx(GOOD_ROWS, target="../../../etc/passwd"),
        told=MODEL,
        importable=True,
    ),
    Case("workbook: good ODS", lambda: GOOD_ODS, told=MODEL, importable=True),
    Case(
        "workbook: empty cells at the end",
        lambda: xlsx(f'{GOOD_ROWS}<row r="1048576"><c r="XFD1048576" s="1"/></row>'),
        told=MODEL,
        importable=True,
    ),
    Case(
        "workbook: ZIP64 directory",
        partial(zip64, GOOD_XLSX, 5000),
        ("archive-too-large",),
        told=MODEL,
    ),
    Case(
        "workbook: a thousand wide rows",
        lambda: xlsx(GOOD_ROWS + cell("ALL1000")),
        told=MODEL,
        importable=None,
    ),
    Case(
        "workbook: 100,000 merged cells",
        lambda: xlsx(GOOD_ROWS + '<mergeCell ref="A1:B2"/>' * 100_000),
        told=MODEL,
        importable=None,
    ),
    Case(
        "workbook: NUL in a text",
        lambda: xlsx(GOOD_ROWS.replace("Facture", "Fac_x0000_ture")),
        told=MODEL,
        importable=True,
    ),
]
