"""MOD-FEU: workbooks."""

from __future__ import annotations

import io
import zipfile
from functools import partial

import xlsxwriter

from helpers.rules import ALWAYS, ERROR, INFORMATION, LIFTABLE, NO, WARNING, raw, rows

SHEETS = {"value": "Février", "expected": "Janvier"}
MIB = 1 << 20
HEADER = ["date", "journal", "compte", "libellé", "débit", "crédit"]
DEBIT = ["31/01/2024", "VT", "411000", "Facture", 10, ""]
CREDIT = ["31/01/2024", "VT", "706000", "Facture", "", 10]
MODEL = {
    "name": "feuille",
    "input": {"kind": "sheet", "sheet": "Écritures"},
    "dates": {"formats": ["JJ/MM/AAAA"]},
    "fields": {
        "entryDate": {"from": "date"},
        "journalCode": {"from": "journal"},
        "accountNumber": {"from": "compte"},
        "debit": {"from": "débit"},
        "credit": {"from": "crédit"},
        "label": {"from": "libellé"},
    },
}


def workbook(change=lambda _page: None, name="Écritures", *others):
    """A workbook of one entry, with other sheets."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet(name)
        for number, row in enumerate((HEADER, DEBIT, CREDIT)):
            page.write_row(number, 0, row)
        change(page)
        for other in others:
            book.add_worksheet(other)
    return raw(target.getvalue(), model=MODEL)


def months(header, *, sheet=1, amounts=(10,)):
    """A workbook with a sheet for each of two months, the second one with this header."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, names, values in (("Janvier", HEADER, (10,)), ("Février", header, amounts)):
            page = book.add_worksheet(name)
            lines = [row for _ in values for row in (DEBIT, CREDIT)]
            for number, row in enumerate((names, *lines)):
                page.write_row(number, 0, row)
    how = MODEL | {"input": {"kind": "sheet", "sheet": sheet}}
    return raw(target.getvalue(), model=how)


def archive(size):
    """An archive of one sheet of so many zeros."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", bytes(size))
    return target.getvalue()


def merged(page):
    page.merge_range("D2:D3", "Facture")


def formula(page):
    page.write_formula("F3", "=E2", value=10)


def an_error(page):
    page.write_formula("F3", "=1/0", value="#DIV/0!")


def a_value(page):
    page.write_number("F3", 10)


def far(column):
    """A value in the second row of a column, counted from 0."""
    return lambda page: page.write_number(1, column, 1)


RULES = [
    *rows(
        *("MOD-FEU-07", INFORMATION, NO),
        (
            *(None, None, workbook(lambda _page: None, "Écritures", "Février", "Mars")),
            workbook(),
            {"value": "Février, Mars", "expected": "Écritures"},
        ),
    ),
    *rows(
        *("MOD-FEU-08", ERROR, LIFTABLE),
        *(
            (None, None, months(HEADER), near, {"also": told, "also_not": told} | SHEETS)
            for told in [("MOD-FEU-07",)]
            for near in (
                months(["Compte", "Libellé", "Solde"]),
                months(HEADER, sheet="Janvier"),
                months(HEADER, amounts=()),
            )
        ),
    ),
    *rows(
        *("MOD-FEU-01", WARNING, NO),
        (2, None, workbook(merged), workbook(), {"value": "D2:D3"}),
    ),
    *rows(
        *("MOD-FEU-02", WARNING, NO),
        (3, None, workbook(formula), workbook(a_value), {"value": "F3"}),
    ),
    *rows(
        *("MOD-FEU-09", ERROR, LIFTABLE),
        (
            *(3, None, workbook(an_error), workbook(formula)),
            {
                "value": "F3",
                "also": ("MOD-FEU-02", "FEC-OBL-05", "FEC-ECR-01", "FEC-EQU-02"),
                "also_not": ("MOD-FEU-02",),
            },
        ),
    ),
    *rows(
        *("MOD-FEU-03", ERROR, ALWAYS),
        (
            *(None, None, raw(partial(archive, 16 * MIB + 1), model=MODEL)),
            raw(partial(archive, 16 * MIB), model=MODEL),
            {"also_not": ("MOD-FEU-04",)},
        ),
    ),
    *rows(
        *("MOD-FEU-04", ERROR, ALWAYS),
        (None, None, raw(b"", model=MODEL), workbook()),
        (None, None, raw(b"PK\x03\x04", model=MODEL), workbook()),
        (None, None, raw(partial(archive, 1), model=MODEL), workbook()),
    ),
    *rows(
        *("MOD-FEU-05", ERROR, ALWAYS),
        (None, None, workbook(name="Ecritures"), workbook(), {"value": "Écritures"}),
        expected="Ecritures",
    ),
    *rows(
        *("MOD-FEU-06", ERROR, ALWAYS),
        (None, None, workbook(far(1000)), workbook(far(999)), {"value": "3 × 1001"}),
    ),
]
