"""Bank and cash books: each row is a movement of one account, and its counterpart is proposed."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.formats.layouts.guess import guess_model
from ecritures.formats.layouts.loading import load_model
from ecritures.formats.layouts.preview import try_model

STATEMENT = """\
Date;Date de valeur;Libellé;Débit;Crédit;Solde
02/01/2026;02/01/2026;VIR DUPONT;;1 200,00;3 200,00
05/01/2026;06/01/2026;PRLV EDF;150,25;;3 049,75
19/01/2026;09/01/2026;CB PAPETERIE;49,75;;3 000,00
"""
OWN_BOOK = """\
Date;Compte;Libellé;Débit;Crédit;Solde
02/01/2026;411000;Dupont;1200,00;;3200,00
05/01/2026;606100;EDF;;150,25;3049,75
19/01/2026;606400;Papeterie;;49,75;3000,00
"""
CASH = """\
Jour;Objet;Recettes;Dépenses
02/01/2026;Ventes du jour;120,00;
02/01/2026;Timbres;;20,00
03/01/2026;Ventes du jour;80,00;
"""
SIGNED = """\
"Date opération","Libellé","Montant"
"02/01/2026","VIR DUPONT","1200.00"
"05/01/2026","PRLV EDF","-150.25"
"16/01/2026","FRAIS","-9.90"
"""
LEDGER = """\
Date;Compte;Libellé;Débit;Crédit;Solde
02/01/2026;411000;Dupont;120,00;;120,00
05/01/2026;411000;Dupont;;120,00;0,00
02/01/2026;706000;Dupont;;120,00;-120,00
05/01/2026;512000;Dupont;120,00;;120,00
"""


def guess(tmp_path, text, name="releve.csv"):
    path = tmp_path / name
    path.write_text(text)
    found = guess_model(path)
    tried = try_model(load_model(found.document), path)
    columns = ("account_number", "debit_cents", "credit_cents")
    return found, tried.lines.select(columns).rows(), tried.lines["journal_code"][0]


def test_a_statement_of_the_bank_has_money_in_among_its_credits(tmp_path):
    found, lines, journal = guess(tmp_path, STATEMENT)

    assert lines[:4] == [
        ("512000", 120000, 0), ("471000", 0, 120000),
        ("512000", 0, 15025), ("471000", 15025, 0),
    ]  # fmt: skip
    assert journal == "BQ"
    assert len(found.doubts) == 1


def test_rows_may_stand_from_the_last_to_the_first(tmp_path):
    head, *rows = STATEMENT.splitlines()
    _, lines, _ = guess(tmp_path, "\n".join([head, *reversed(rows)]) + "\n")

    assert lines[0] == ("512000", 0, 4975)


def test_the_company_s_own_book_has_money_in_among_its_debits_and_gives_the_counterpart(tmp_path):
    _, lines, _ = guess(tmp_path, OWN_BOOK)

    assert lines[:4] == [
        ("512000", 120000, 0), ("411000", 0, 120000),
        ("512000", 0, 15025), ("606100", 15025, 0),
    ]  # fmt: skip


def test_columns_named_after_money_in_and_out_need_no_balance(tmp_path):
    _, lines, journal = guess(tmp_path, CASH, "livre-de-caisse.csv")

    assert lines[:4] == [
        ("530000", 12000, 0), ("471000", 0, 12000),
        ("530000", 0, 2000), ("471000", 2000, 0),
    ]  # fmt: skip
    assert journal == "CA"


def test_signed_amounts_are_positive_where_money_comes_in(tmp_path):
    _, lines, _ = guess(tmp_path, SIGNED)

    assert lines[:4] == [
        ("512000", 120000, 0), ("471000", 0, 120000),
        ("512000", 0, 15025), ("471000", 15025, 0),
    ]  # fmt: skip


NEGATIVE_DEBITS = """\
Date;Libellé;Débit;Crédit;Solde
02/01/2026;LOYER;-850,00;;4 150,00
05/01/2026;VIR DUPONT;;1 200,00;5 350,00
19/01/2026;PRLV EDF;-120,35;0,00;5 229,65
20/01/2026;VIR MARTIN;0,00;300,00;5 529,65
"""


@pytest.mark.parametrize("has_balance", [True, False])
def test_payments_written_as_negative_debits_are_payments(tmp_path, has_balance):
    text = NEGATIVE_DEBITS
    if not has_balance:
        text = "\n".join(row.rpartition(";")[0] for row in text.splitlines())
        text = text.replace("Date;", "Date opération;")
    found, lines, _ = guess(tmp_path, text)

    assert lines == [
        ("512000", 0, 85000), ("471000", 85000, 0),
        ("512000", 120000, 0), ("471000", 0, 120000),
        ("512000", 0, 12035), ("471000", 12035, 0),
        ("512000", 30000, 0), ("471000", 0, 30000),
    ]  # fmt: skip
    assert len(found.doubts) == 1


def test_a_refund_among_the_negative_debits_comes_in(tmp_path):
    head = NEGATIVE_DEBITS.replace("0,00;300,00;5 529,65", ";300,00;5 529,65")
    path = tmp_path / "releve.csv"
    path.write_text(head)
    model = load_model(guess_model(path).document)
    path.write_text(head + "21/01/2026;REMB EDF;20,35;;5 550,00\n")

    columns = ("account_number", "debit_cents", "credit_cents")
    lines = try_model(model, path).lines.select(columns).rows()

    assert lines[-2:] == [("512000", 2035, 0), ("471000", 0, 2035)]


def test_a_company_s_own_book_may_write_payments_as_negative_credits(tmp_path):
    own = NEGATIVE_DEBITS.replace("Débit;Crédit", "Crédit;Débit")
    _, lines, _ = guess(tmp_path, own)

    assert lines[:4] == [
        ("512000", 0, 85000), ("471000", 85000, 0),
        ("512000", 120000, 0), ("471000", 0, 120000),
    ]  # fmt: skip


def test_a_cash_book_may_write_what_goes_out_as_negative(tmp_path):
    _, lines, _ = guess(tmp_path, CASH.replace(";;20", ";;-20"), "caisse.csv")

    assert lines[2:4] == [("530000", 0, 2000), ("471000", 2000, 0)]


def test_a_balance_that_does_not_follow_the_amounts_is_named(tmp_path):
    found, _, _ = guess(tmp_path, STATEMENT.replace("3 200,00", "9,00").replace("3 000", "7"))

    assert any("La colonne Solde ne suit pas les montants" in fr for fr, _ in found.doubts)
    assert found.confidence["lines.debit"] < 0.5


def test_without_a_balance_the_side_is_doubtful(tmp_path):
    without = "\n".join(row.rpartition(";")[0] for row in STATEMENT.splitlines()) + "\n"
    found, lines, _ = guess(tmp_path, without)

    assert lines[0] == ("512000", 120000, 0)
    assert any("échangez debit et credit" in fr for fr, _ in found.doubts)


def test_a_ledger_with_a_balance_for_each_account_is_no_book_of_one(tmp_path):
    found, lines, _ = guess(tmp_path, LEDGER)

    assert "lines" not in found.document
    assert [account for account, _, _ in lines] == ["411000", "411000", "706000", "512000"]


def test_what_may_be_anything_is_refused_and_the_way_out_is_named(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("Date;Libellé;Débit;Crédit\n02/01/2026;x;1,00;\n03/01/2026;y;;2,00\n")

    with pytest.raises(RefusedRequestError, match="lines"):
        guess_model(path)


def test_a_row_without_an_amount_makes_no_lines(tmp_path):
    brought_forward = STATEMENT.replace("02/01", "31/12/2025;;Report;;;2 000,00\n02/01", 1)

    _, lines, _ = guess(tmp_path, brought_forward)

    assert len(lines) == 6


TWO_ROWS = """\
Date;Libellé;Débit;Crédit;Solde
02/01/2026;VIR DUPONT;;1 200,00;3 200,00
15/01/2026;PRLV EDF;{};3 049,75
"""


def test_a_balance_of_two_rows_tells_the_side(tmp_path):
    path = tmp_path / "releve.csv"
    path.write_text(TWO_ROWS.format("150,25;"))
    doubts = guess_model(path).doubts
    assert len(doubts) == 1
    assert doubts[0][1].startswith("Each row becomes two lines of entry")


@pytest.mark.parametrize("second", ["100,00;", "1 200,00;", ";150,25"])
def test_a_balance_of_two_rows_that_tells_nothing_is_not_said_to_be_wrong(tmp_path, second):
    path = tmp_path / "releve.csv"
    path.write_text(TWO_ROWS.format(second).replace("3 049,75", "2 500,00"))
    fr, en = guess_model(path).doubts[1]
    assert fr.startswith("Trop peu de lignes pour vérifier la colonne Solde : rien ne dit")
    assert en.startswith("Too few rows to check the column Solde: nothing says")


ABOVE = """\
Date;Journal;Libellé;Débit;Crédit;Solde
411000 Clients;;;;;
15/01/2026;VT;Facture 1;120,00;;120,00
16/01/2026;BQ;Règlement;;120,00;0,00
706000 Ventes;;;;;
15/01/2026;VT;Facture 1;;120,00;-120,00
"""


@pytest.mark.parametrize("totals", ["", "Total 706000;;;0,00;120,00;\n"])
def test_a_ledger_with_its_accounts_above_their_lines_is_no_bank_book(tmp_path, totals):
    path = tmp_path / "export.csv"
    path.write_text(ABOVE + totals)

    with pytest.raises(RefusedRequestError, match="general ledger"):
        guess_model(path)


def test_the_balances_of_a_statement_are_no_movements(tmp_path):
    text = "Date opération;Libellé;Débit;Crédit\n01/01/2026;Solde initial;;3 000,00\n"
    text += "02/01/2026;VIR DUPONT;;1 200,00\n03/01/2026;SOLDE FACTURE 12;20,00;\n"
    text += "31/01/2026;Solde au 31/01/2026;;4 180,00\n"

    found, lines, _ = guess(tmp_path, text)

    assert lines == [
        ("512000", 120000, 0), ("471000", 0, 120000),
        ("512000", 0, 2000), ("471000", 2000, 0),
    ]  # fmt: skip
    assert any("Solde initial" in fr for fr, _ in found.doubts)
