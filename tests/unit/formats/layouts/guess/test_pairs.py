"""A model guessed of rows that have an account to debit and an account to credit."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.formats.layouts.guess import guess_model
from ecritures.formats.layouts.guess.pairs import account_pair
from ecritures.formats.layouts.loading import load_model
from ecritures.reading.check import CheckOptions, check_file


@pytest.fixture
def guessed(tmp_path):
    def run(text):
        path = tmp_path / "export.csv"
        path.write_text(text, "utf-8")
        guess = guess_model(path)
        return guess, check_file(path, CheckOptions(model=load_model(guess.document)))

    return run


@pytest.mark.parametrize(
    "header",
    [
        "Jour;Date;Compte à débiter;Compte à crédit;N° pièce;Objet;Montant",
        "n;Date;Debit account;Credit account;ref;memo;amount",
        "Rang;Date;Débit;Crédit;Pièce;Libellé;Montant",
        "Rang;Date;Cpte débit;Cpte crédit;Pièce;Libellé;Valeur TTC",
    ],
)
def test_each_row_becomes_two_lines_that_balance(guessed, header):
    guess, report = guessed(
        f"{header}\n1;05/02/2026;606100;512000;B4;Eau;64,20\n2;06/02/2026;411DUPONT;706000;B5;Cours;90,00\n"
        "3;06/02/2026;530000;411DUPONT;B6;Cours;45,00\n"
    )
    assert [sorted(line) for line in guess.document["lines"]] == [
        ["accountNumber", "debit"],
        ["accountNumber", "credit"],
    ]
    assert (report.importable, report.entries, report.lines) == (True, 3, 6)
    assert (report.debit_cents, report.credit_cents) == (19920, 19920)
    assert all(0 < sure <= 1 for sure in guess.confidence.values())


def test_a_negative_amount_goes_to_the_other_side(guessed):
    _, report = guessed(
        "Date,Libellé,Compte débit,Compte crédit,Montant\n2026-02-05,Avoir,606100,401000,-10.00\n"
        "2026-02-05,Achat,606100,401000,15.50\n"
    )
    assert (report.importable, report.entries, report.debit_cents) == (True, 2, 2550)


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (["Date", "Compte", "Débit", "Crédit"], [["", "606", "150", ""], ["", "512", "", "150"]]),
        (["Date", "Débit", "Libellé"], [["", "606100", "x"]]),
        (["Compte débit", "Compte crédit"], [["12,50", "13,50"]]),
        (["Compte débit", "Compte crédit"], []),
    ],
)
def test_columns_of_amounts_are_no_accounts(header, rows):
    assert account_pair(header, rows) is None


def test_two_accounts_without_an_amount_make_no_model(guessed):
    with pytest.raises(RefusedRequestError) as refused:
        guessed("Date;Compte débit;Compte crédit;Objet\n05/02/2026;606100;512000;Eau\n")
    assert "amount" in refused.value.sentence.en
