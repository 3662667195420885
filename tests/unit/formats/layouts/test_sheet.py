"""Sheets read by a model: XLSX, ODS, and what is none."""

from __future__ import annotations

import zipfile

import pytest
import xlsxwriter

from ecritures.formats.layouts.builtin import builtin_model
from ecritures.reading.check import CheckOptions, check_file


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "feuille.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["date", "journal", "compte", "libellé", "débit", "crédit"])
        page.write_row(1, 0, ["31/01/2024", "VT", "411000", "Facture", 120.5, ""])
        page.write_row(2, 0, ["31/01/2024", "VT", "706000", "Facture", ""])
        page.write_formula(2, 5, "=E2", value=120.5)
        page.merge_range("A5:C5", "note")
    return path


def test_merged_cells_and_formulas_of_a_sheet_are_told(sheet):
    report = check_file(sheet, CheckOptions(model=builtin_model("xlsx")))
    found = report.anomalies.frame().select("code", "line", "value", "column").rows()
    assert ("MOD-FEU-01", 5, "A5:C5", None) in found
    assert ("MOD-FEU-02", 3, "F3", None) in found
    assert ("MOD-LIG-07", 5, "note", None) in found
    assert (report.debit_cents, report.credit_cents) == (12050, 12050)


@pytest.mark.heavy
def test_a_zip_bomb_named_xlsx_is_refused_at_once(tmp_path):
    path = tmp_path / "bombe.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(60 << 20))
    report = check_file(path, CheckOptions(model=builtin_model("xlsx")))
    assert report.anomalies.counts == {"MOD-FEU-03": 1}
    assert not report.importable


def test_an_ods_is_read_as_an_xlsx_is(tmp_path):
    cells = [
        ["date", "journal", "compte", "libellé", "débit", "crédit"],
        ["31/01/2024", "VT", "411000", "Vente", 120.5, ""],
        ["31/01/2024", "VT", "706000", "Vente", "", 120.5],
    ]
    path = tmp_path / "feuille.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest/>")
        archive.writestr("content.xml", ods(cells))
    report = check_file(path, CheckOptions(model=builtin_model("xlsx")))
    assert (report.lines, report.debit_cents, report.credit_cents) == (2, 12050, 12050)
    assert report.importable


def ods(cells):
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    rows = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in cells)
    table = f'<table:table table:name="F">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    return f"<office:document-content{names}>{body}</office:document-content>"


def cell(value):
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    text = f"<text:p>{value}</text:p>" if value else ""
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"date;journal\n", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_workbook_is_refused(tmp_path, data):
    path = tmp_path / "faux.xlsx"
    path.write_bytes(data)
    report = check_file(path, CheckOptions(model=builtin_model("xlsx")))
    assert report.anomalies.counts == {"MOD-FEU-04": 1}
