"""A first draft of a model, guessed from a file."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.formats.layouts.guess import guess_model
from ecritures.formats.layouts.loading import (
    load_model,
)
from ecritures.formats.layouts.preview import try_model
from ecritures.reading.check import CheckOptions, check_file


def test_a_guessed_model_reads_the_file_it_was_guessed_from(tmp_path):
    path = tmp_path / "export.csv"
    rows = ["31/01/2024\tVT\t411000\tVente\t120,00\t", "31/01/2024\tVT\t706000\tVente\t\t120,00"]
    path.write_text("Date\tJournal\tCompte\tLibellé\tDébit\tCrédit\n" + "\n".join(rows) + "\n")
    guess = guess_model(path)
    assert guess.document["input"]["dialect"]["delimiter"] == "\t"
    assert all(0 < sure <= 1 for sure in guess.confidence.values())
    tried = try_model(load_model(guess.document), path)
    assert tried.lines.select("debit_cents", "credit_cents").rows() == [(12000, 0), (0, 12000)]
    assert tried.anomalies.counts == {}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"\n \n", "it is empty"),
        (b"%PDF-1.4\n1 0 obj\n", "neither text nor a sheet"),
        (b'<?xml version="1.0"?><a/>', "neither text nor a sheet"),
        (b"\x00\x07\x1b binary", "neither text nor a sheet"),
        (b"PK\x03\x04 no archive", "its sheet is empty or unreadable"),
        (b"M411000  VT000310124F\nM706000  VT000310124F\n", "fixed-width file"),
        (
            b"a;34000;x;1,00;\nb;34000;x;;1,00\nc;34000;x;;1,00\n",
            "for the date",
        ),
        (b"a;b;c;d\n1;2;3;4\n", "no column can be recognised for the date, the account"),
    ],
)
def test_a_file_no_model_is_guessed_of_is_refused_with_the_reason(tmp_path, data, reason):
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(RefusedRequestError) as refused:
        guess_model(path)
    assert reason in refused.value.sentence.en


@pytest.fixture
def guessed(tmp_path):
    """What is proposed for a text, and what the proposal reads of it."""

    def run(text, encoding="utf-8"):
        path = tmp_path / "export"
        path.write_bytes(text.encode(encoding))
        guess = guess_model(path)
        return guess, check_file(path, CheckOptions(model=load_model(guess.document)))

    return run


CASH = """\
01/12/2026;VT;Ventes;2024-05-02;53000000;Espèces;64,00;;35000
01/12/2026;VT;Ventes;2024-05-02;70700000;Pain;;64,00;35000
01/12/2026;VT;Ventes;2024-05-03;53000000;Espèces;31,50;;35000
01/12/2026;VT;Ventes;2024-05-03;70700000;Gâteaux;;31,50;35000
"""


def test_of_several_columns_that_look_alike_the_one_that_varies_is_taken(guessed):
    guess, report = guessed(CASH)
    columns = guess.document["input"]["records"][0]["columns"]
    assert (columns["entryDate"], columns["accountNumber"], columns["label"]) == (4, 5, 6)
    assert guess.doubts == []
    assert (report.lines, report.debit_cents, report.credit_cents) == (4, 9550, 9550)


def test_two_columns_that_fit_equally_are_both_named(guessed):
    guess, _ = guessed(
        CASH.replace("01/12/2026;VT;Ventes;2024-05-03", "02/12/2026;VT;Ventes;2024-05-03")
    )
    assert guess.doubts[:1] == [
        (
            "Les colonnes 1, 4 conviennent également pour la date : 1 est proposée.",
            "The columns 1, 4 fit equally for the date: 1 is proposed.",
        )
    ]
    assert guess.confidence["fields.entryDate"] < 0.5


def test_an_account_with_its_name_and_entries_filled_on_their_first_line_are_read(guessed):
    guess, report = guessed(
        "Date;N° pièce;Code journal;Compte;Libellé;Débit;Crédit\n"
        "02/05/2024;F1;VT;411000 - Clients;Facture;24,00;\n"
        ";;;707000 - Ventes;Facture;;20,00\n"
        ";;;445710 - TVA 20 %;Facture;;4,00\n"
        "03/05/2024;F2;BQ;512000 - Banque;Remise;24,00;\n"
        ";;;411000 - Clients;Remise;;24,00\n"
    )
    assert guess.document["fields"]["entryDate"]["carry"]
    assert (report.lines, report.entries, report.importable) == (5, 2, True)
    assert set(report.checked.entries.table["lines"]) == {3, 2}


@pytest.mark.parametrize(
    ("amount", "mark"),
    [("12\u202f345,60", " "), ("12 345,60 €", " "), ("12.345,60", "."), ("12'345.60", "'")],
)
def test_marks_between_thousands_are_part_of_the_proposal(guessed, amount, mark):
    guess, report = guessed(
        "Date;Journal;Compte;Libellé;Débit;Crédit\n"
        f"09/05/2024;BQ;512000;Virement;{amount};\n09/05/2024;BQ;411000;Virement;;{amount}\n"
    )
    assert guess.document["amounts"]["thousands"] == mark
    assert (report.debit_cents, report.importable) == (1234560, True)


def test_a_header_below_titles_and_total_rows_is_found(guessed):
    guess, report = guessed(
        "Boulangerie Durand;;;;;\n\nJournal du 01/01/2024 au 31/01/2024;;;;;\n"
        "Date;Journal;Compte;Libellé;Débit;Crédit\n"
        '09/01/2024;BQ;512000;"Virement; ""loyer""";10,00 €;\n'
        "09/01/2024;BQ;411000;Virement;;10,00 €\nTotal;;;;10,00 €;10,00 €\n",
        "windows-1252",
    )
    assert guess.document["input"]["skipLines"] == 3
    assert (report.lines, report.importable) == (2, True)


def test_lines_of_entry_are_told_from_the_others_by_how_they_begin(guessed):
    guess, report = guessed(
        "EXPORT\nversion 2\nC;411DUP;Dupont\nC;707000;Ventes\n"
        "E;411DUP;15012024;VT;F1;Facture;D;120.00\nE;707000;15012024;VT;F1;Facture;C;120.00\n"
        "E;411DUP;16012024;BQ;V1;Remise;C;120.00\nE;512000;16012024;BQ;V1;Remise;D;120.00\n"
    )
    assert guess.document["input"]["records"][0]["when"] == {"startsWith": "E;"}
    assert (report.lines, report.debit_cents, report.importable) == (4, 24000, True)


def test_the_columns_of_a_fixed_width_file_are_found_by_the_blanks_between_them(guessed):
    guess, report = guessed(
        "CABINET MARTIN\n"
        "VT 310124 411000   F0001  Facture Durand        1234,56          \n"
        "VT 310124 707000   F0001  Facture Durand                 1234,56 \n"
        "BQ 010224 512000   V0001  Virement              1234,56          \n"
        "BQ 010224 411000   V0001  Virement recu                  1234,56 \n"
    )
    assert guess.document["input"]["kind"] == "fixed"
    assert (report.lines, report.entries, report.importable) == (4, 2, True)
    assert report.anomalies.counts == {}


def test_a_number_is_recognised_by_entries_that_balance(guessed):
    guess, report = guessed(
        "7;01/02/2024;VE;411DUP;Facture;120,00;D\n7;01/02/2024;VE;707000;Facture;100,00;C\n"
        "7;01/02/2024;VE;445710;Facture;20,00;C\n8;02/02/2024;BQ;512000;Remise;120,00;D\n"
        "8;02/02/2024;BQ;411DUP;Remise;120,00;C\n9;02/02/2024;BQ;627000;Frais;2,00;D\n"
        "9;02/02/2024;BQ;512000;Frais;2,00;C\n"
    )
    assert guess.document["input"]["records"][0]["columns"]["entryNumber"] == 1
    assert (report.entries, report.importable) == (3, True)


def test_a_row_wider_or_narrower_than_the_header_does_not_stop_a_guess(guessed):
    guess, _ = guessed(
        "Date;Compte;Libellé;Débit;Crédit\n09/05/2024;512000;a;1,00;;x;y\n"
        "09/05/2024;411000;b;;1,00;;\n09/05/2024\n"
    )
    assert guess.document["input"]["dialect"]["header"]


def test_days_with_a_time_are_cut(guessed):
    guess, report = guessed(
        "Date comptable;Compte;Intitulé;Montant;Sens\n2024-01-31 00:00:00;411000;a;5,00;Débit\n"
        "2024-01-31 00:00:00;707000;a;5,00;Crédit\n"
    )
    assert guess.document["fields"]["entryDate"]["cut"] == 10
    assert (report.debit_cents, report.credit_cents) == (500, 500)


def test_values_over_several_lines_are_read_as_one(tmp_path):
    path = tmp_path / "export.csv"
    rows = '05/01/2026;VE;411000;"F1\nà 30 jours";120,00;\n05/01/2026;VE;706000;"F1\nfin";;120,00\n'
    path.write_text("Date;Journal;Compte;Libellé;Débit;Crédit\n" + rows)

    tried = try_model(load_model(guess_model(path).document), path)

    assert tried.lines["label"].to_list() == ["F1 à 30 jours", "F1 fin"]
    assert tried.lines["debit_cents"].sum() == 12000


TITLES = "Société ATELIER LUMEN{0}\nJournal des ventes{0}\nDu 01/01/2024 au 31/12/2024{0}\n"


@pytest.mark.parametrize("filler", ["", ";;;;;"])
@pytest.mark.parametrize(
    "header",
    [
        "Date;Journal;Compte;Libellé;Débit euros;Crédit EUR",
        "Date de l'écriture;Code du journal;N° de compte;Libellé;Montant débit (€);Crédit (€)",
        "Date écriture;Jnl;Numéro du compte;Lib. écriture;Débit en euros;Crédit en euros",
        "DATE;JOURNAL;No compte;LIBELLE;DEBIT (EUR);CREDIT (EUR)",
        "Date;Jal;Num. compte;Libellé de l’opération;Mt débit €;Mt crédit €",
        "Date;Journal;Cpte;Désignation;Montant au débit (en euros);Mnt. crédit",
    ],
)
def test_headers_are_known_below_titles_however_they_are_spelt(guessed, header, filler):
    rows = "31/01/2024;VT;411000;Facture;1200;\n31/01/2024;VT;706000;Facture;;1200\n"
    guess, report = guessed(f"{TITLES.format(filler)}{header}\n{rows}")
    columns = guess.document["input"]["records"][0]["columns"]
    wanted = ("entryDate", "journalCode", "accountNumber", "label", "debit", "credit")
    assert [columns[name] for name in wanted] == header.split(";")
    assert all(guess.confidence[f"fields.{name}"] == 0.95 for name in wanted)
    assert (report.lines, report.debit_cents) == (2, 120000)


SIGNED = "Date;Journal;Compte;Montant;Sens\n{}"
SALE = [("411000", "1234,50", "1"), ("706000", "1034,50", "-1"), ("445710", "200,00", "-1")]


@pytest.mark.parametrize("plus", ["", "+"])
def test_one_and_minus_one_are_debit_and_credit(guessed, plus):
    rows = (f"31/01/2024;VT;{a};{m};{plus if s == '1' else ''}{s}\n" for a, m, s in SALE)

    _, report = guessed(SIGNED.format("".join(rows)))

    assert report.importable
    assert (report.debit_cents, report.credit_cents) == (123450, 123450)


@pytest.mark.parametrize("cells", [("1,234.500", "-1,234.500"), ("1.234,500", "-1.234,500")])
def test_of_two_marks_in_an_amount_the_last_is_the_decimal_one(guessed, cells):
    rows = [f"31/01/2024;VT;411000;{cells[0]}\n31/01/2024;VT;706000;{cells[1]}\n"]

    _, report = guessed("Date;Journal;Account;Amount\n" + rows[0])

    assert report.importable
    assert report.debit_cents == 123450


@pytest.mark.parametrize("cell", ["1.234", "1,234"])
def test_three_digits_after_the_only_mark_are_not_taken_for_thousands(guessed, cell):
    rows = f"31/01/2024;VT;411000;{cell}\n31/01/2024;VT;706000;-{cell}\n"

    _, report = guessed("Date;Journal;Account;Amount\n" + rows)

    assert not report.importable
    assert report.anomalies.counts["MOD-MNT-04"] == 1


def test_means_of_payment_are_no_journals(guessed):
    guess, report = guessed(
        "Date;N° ticket;Type paiement;Compte;Débit;Crédit;Libellé\n"
        "20240115;Z001;CB;511200;350,00;;Z de caisse\n"
        "20240115;Z001;ESP;530000;120,00;;Z de caisse\n"
        "20240115;Z001;;707000;;470,00;Z de caisse\n"
    )
    assert "journalCode" not in guess.document["fields"]
    assert (report.entries, report.debit_cents) == (1, 47_000)
