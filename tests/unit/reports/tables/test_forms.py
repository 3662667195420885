"""Tables as files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from python_calamine import load_workbook

from ecritures.core.sentences import Sentence
from ecritures.reports.tables import as_xlsx
from ecritures.reports.tables.content import Column, Kind, Table
from ecritures.reports.tables.forms import TABLE_FORMS, write_table

COLUMNS = (
    Column("day", "Date", "Date", Kind.DAY),
    Column("label", "Libellé", "Label"),
    Column("debit", "Débit", "Debit", Kind.CENTS),
    Column("made", "Ajoutée", "Added", Kind.YES_NO),
)
CENTS = 10**15 + 1
ROWS = [
    (date(2024, 1, 31), "@cmd", -1, True),
    (None, None, CENTS, False),
    (date(1850, 1, 1), "é", None, False),
]


@pytest.fixture
def written(tmp_path):
    def write(form, rows=tuple(ROWS), language="fr"):
        table = Table(Sentence("lignes", "Lignes", "Lines"), COLUMNS, iter(rows))
        path = tmp_path / f"table.{form}"
        write_table(TABLE_FORMS[form], table, language, path)
        return path

    return write


def test_csv(written):
    assert written("csv").read_text("utf-8-sig").split("\n")[:4] == [
        "Date;Libellé;Débit;Ajoutée",
        "2024-01-31;'@cmd;-0,01;oui",
        ";;10000000000000,01;",
        "1850-01-01;é;;",
    ]


def test_parquet_is_exact(written):
    frame = pl.read_parquet(written("parquet"))
    assert [None if one is None else str(one) for one in frame["debit"]] == [
        "-0.01",
        "10000000000000.01",
        None,
    ]
    assert frame["label"][0] == "@cmd"


def test_an_amount_in_a_currency_is_a_number_with_its_own_decimals(tmp_path):
    columns = (Column("currencyAmount", "Montant", "Amount", Kind.DECIMAL),)
    read = {}
    for form in ("csv", "xlsx", "parquet"):
        table = Table(Sentence("lignes", "Lignes", "Lines"), columns, iter([("108.505",), (None,)]))
        write_table(TABLE_FORMS[form], table, "fr", read.setdefault(form, tmp_path / form))
    assert read["csv"].read_text("utf-8-sig").split()[:2] == ["Montant", "108,505"]
    assert load_workbook(read["xlsx"]).get_sheet_by_index(0).to_python()[1] == [108.505]
    assert pl.read_parquet(read["parquet"])["currencyAmount"].to_list() == [
        Decimal("108.505"),
        None,
    ]


def test_an_amount_with_too_many_digits_for_a_spreadsheet_is_a_text(written):
    rows = load_workbook(written("xlsx", language="en")).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Date", "Label", "Debit", "Added"]
    assert rows[1][1:3] == ["@cmd", -0.01]
    assert rows[2][2] == "10000000000000,01"
    assert rows[3][0] == "1850-01-01"


def test_a_full_sheet_is_followed_by_another(written, monkeypatch):
    monkeypatch.setattr(as_xlsx, "ROWS_MAX", 2)
    book = load_workbook(written("xlsx"))
    assert book.sheet_names == ["Lignes", "Lignes 2"]
    assert len(book.get_sheet_by_index(1).to_python()) == 2


@pytest.mark.parametrize("form", TABLE_FORMS)
def test_a_table_without_rows_is_a_file(written, form):
    assert written(form, rows=()).stat().st_size > 0
