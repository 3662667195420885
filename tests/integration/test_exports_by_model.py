"""The ledger is given back as tables and in the formats of import models, which say less."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from ecritures.core.errors import EcrituresError
from ecritures.directory.import_models import save_model
from ecritures.exports import table_files
from helpers.exporting import Exporting, entries_of, found_in
from helpers.fec import entry, fec, line
from helpers.layouts import changed

OTHER = "https://files.example/other.txt"
CLIENT = {"CompAuxNum": "C1", "CompAuxLib": "Côté Sud"}
FILE = fec(
    [
        line(1, "411000", "120,00", **CLIENT, EcritureLet="AA", DateLet="20240201"),
        line(1, "706000", credit="100,00"),
        line(1, "445710", credit="20,00"),
        line(2, "411000", "-12,50", **CLIENT, Montantdevise="-13,755", Idevise="USD"),
        line(2, "706000", credit="-12,50"),
    ]
)
LOST = {
    "quadra": {"JournalLib", "EcritureNum", "PieceDate", "ValidDate", "DateLet", "CompteLib",
               "Montantdevise", "Idevise"},
    "sage-pnm": {"JournalLib", "PieceDate", "ValidDate", "EcritureLet", "DateLet", "CompteLib",
                 "CompAuxLib", "Montantdevise", "Idevise"},
    "cegid-csv": {"JournalLib", "EcritureNum", "PieceDate", "ValidDate", "EcritureLet", "DateLet",
                  "CompteLib", "CompAuxLib", "Montantdevise", "Idevise"},
}  # fmt: skip
COLUMNS = {
    "JournalLib": ("journal_label",), "EcritureNum": ("entry_number",),
    "PieceDate": ("piece_date",), "ValidDate": ("validation_date",), "EcritureLet": ("lettering",),
    "DateLet": ("lettering_date",), "CompteLib": ("account_label",),
    "CompAuxLib": ("third_party_label",), "Montantdevise": ("currency_amount", "currency_scale"),
    "Idevise": ("currency",),
}  # fmt: skip


@pytest.fixture
def export(database, dossier, tmp_path):
    return Exporting(database, dossier, tmp_path / "exports")


@pytest.mark.parametrize("model", list(LOST))
def test_a_file_of_a_model_is_read_again_less_what_it_was_said_to_lose(
    importing, export, database, dossier, other_dossier, model
):
    importing.post(FILE)

    made = export(model)

    assert {column for _, column in found_in(made)} == LOST[model]
    assert {code for code, _ in found_in(made)} == {"not-in-format"}
    assert not made.complete
    assert "ValidDate" in made.description_path.read_text("utf-8")
    posted = importing.post(
        made.path.read_bytes(), url=OTHER, dossier=other_dossier.code, model=model
    )
    assert posted.status == 3, posted.message
    but = [name for column in LOST[model] for name in COLUMNS[column]]
    but += [] if model != "quadra" else ["extra"]
    assert entries_of(database, other_dossier, *but) == entries_of(database, dossier, *but)


def test_what_does_not_fit_is_told_with_its_line(importing, export):
    long = [
        line(1, "4110000001", "120,00", EcritureLib="Une facture dont le libellé est long " * 2),
        line(1, "706000", credit="120,00"),
    ]
    importing.post(fec(long))

    made = export("quadra")

    found = found_in(made)
    assert found["read-differently", "CompteNum"] == 1
    assert found["read-differently", "EcritureLib"] == 1
    told = next(one for one in made.findings if one.column == "CompteNum")
    assert told.places[0] == (1, "HA 1", "4110000001")


def test_quadra_has_what_its_programs_require(importing, export):
    importing.post(FILE)

    lines = export("quadra").path.read_bytes().decode("cp1252").split("\r\n")

    accounts = [one for one in lines if one.startswith("C")]
    assert [one[1:9].strip() for one in accounts] == ["C1", "706000", "445710"]
    assert accounts[0][98:106].strip() == "411000"
    first, *_ = (one for one in lines if one.startswith("M"))
    assert first[:55] == "MC1      HA000150124 Facture 1 à régler  D+000000012000"
    assert (first[63:69], first[107:110], first[110:113]) == ("000000", "EUR", "HA ")
    credit_note = [one for one in lines if one.startswith("M")][3]
    assert credit_note[41:55] == "D-000000001250"


def test_a_model_of_the_firm_is_written_too(importing, export, database, dossier):
    importing.post(FILE)
    document = changed(fields__label={"from": {"join": ["journal", "account"]}})
    with database.write() as connection:
        now = database.clock.now()
        save_model(connection, dossier.domain_id, "essai", document, now)

    text = export("essai").path.read_text("utf-8")

    assert text.splitlines()[:2] == ["date;journal;compte;montant", "15/01/2024;HA;411000;120,00"]


@pytest.mark.parametrize(
    ("form", "options", "code"),
    [
        ("ebp-edi", {}, "model-only-reads"),
        ("isacompta", {}, "model-only-reads"),
        ("xlsx", {"encoding": "iso-8859-15"}, "encoding-not-of-form"),
        ("quadra", {"encoding": "cp037"}, "encoding-not-of-model"),
        ("fec", {"encoding": "windows-1252"}, "encoding-not-legal"),
        ("pdf", {}, "export-form-unknown"),
    ],
)
def test_what_cannot_be_written_is_refused(importing, export, form, options, code):
    importing.post(FILE)

    with pytest.raises(EcrituresError) as caught:
        export(form, **options)
    assert caught.value.sentence.code == code
    assert list(export.folder.iterdir()) == []


def test_csv_comes_back_whole_by_its_model(importing, export, database, dossier, other_dossier):
    importing.post(FILE, siret="07955542100027")

    made = export("csv")

    assert made.complete
    head, first, *_ = made.path.read_text("utf-8-sig").splitlines()
    assert head.startswith("JournalCode;JournalLib;EcritureNum;EcritureDate;CompteNum")
    assert first.startswith("HA;Achats;1;2024-01-15;411000;Compte 411000;C1;Côté Sud;F1;2024-01-14")
    posted = importing.post(
        made.path.read_bytes(), url=OTHER, dossier=other_dossier.code, model="csv"
    )
    assert posted.status == 3, posted.message
    assert entries_of(database, other_dossier) == entries_of(database, dossier)


def test_parquet_has_cents_and_days(importing, export):
    importing.post(FILE)

    found = pl.read_parquet(export("parquet").path)

    assert found["debit_cents"].to_list() == [12000, 0, 0, -1250, 0]
    assert found["entry_date"].unique().to_list() == [date(2024, 1, 15)]
    assert found.select("currency_amount", "currency_scale", "currency").row(3) == (
        -13755,
        3,
        "USD",
    )
    assert found["line"].to_list() == [2, 3, 4, 5, 6]


def test_a_workbook_has_numbers_and_days(importing, export, monkeypatch):
    importing.post(FILE)

    made = export("xlsx")

    head, *rows = CalamineWorkbook.from_path(str(made.path)).get_sheet_by_index(0).to_python()
    row = dict(zip(head, rows[3], strict=True))
    assert (row["Debit"], row["EcritureDate"], row["CompteNum"]) == (
        -12.5,
        date(2024, 1, 15),
        "411000",
    )
    monkeypatch.setattr(table_files, "SHEET_LINES_MAX", 4)
    with pytest.raises(EcrituresError) as caught:
        export("xlsx")
    assert caught.value.sentence.code == "sheet-too-long"


def test_drafts_are_in_everything_but_a_fec(importing, export):
    importing.post(fec([*entry(1), *entry(2, ValidDate="")]))

    assert export("csv").entries == 2
    assert export("cegid-csv").entries == 2
    assert export("fec").entries == 1
