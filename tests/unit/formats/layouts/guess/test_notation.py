"""How dates, amounts and sides are written, and what a draft says may be otherwise."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.formats.layouts.guess import guess_model
from ecritures.formats.layouts.loading import load_model
from ecritures.reading.check import CheckOptions, check_file

SIGNED = "Journal;Date;Compte;Libellé;Montant;Sens"


@pytest.fixture
def guessed(tmp_path):
    """What is proposed for rows, and the report of reading them so."""

    def run(head, *rows):
        path = tmp_path / "export.csv"
        path.write_text("\n".join([head, *rows, ""]))
        guess = guess_model(path)
        return guess, check_file(path, CheckOptions(model=load_model(guess.document)))

    return run


def sale(day, amount="12,50", sides=("D", "C")):
    return [
        f"VE;{day};{account};Facture;{amount};{side}"
        for account, side in zip(("411000", "706000"), sides, strict=True)
    ]


@pytest.mark.parametrize(
    ("days", "form", "sure", "doubts"),
    [
        (["05/01/2024", "06/01/2024"], "JJ/MM/AAAA", 0.4, 1),
        (["05/01/2024", "16/01/2024"], "JJ/MM/AAAA", 1, 0),
        (["01/05/2024", "01/16/2024"], "MM/JJ/AAAA", 1, 0),
        (["01/01/2024", "02/02/2024"], "JJ/MM/AAAA", 1, 0),
        (["2024-01-05", "2024-01-06"], "AAAA-MM-JJ", 1, 0),
    ],
)
def test_days_that_may_be_months_are_told(guessed, days, form, sure, doubts):
    guess, report = guessed(SIGNED, *(row for day in days for row in sale(day)))

    assert guess.document["dates"]["formats"] == [form]
    assert guess.confidence["dates.formats"] == sure
    assert len(guess.doubts) == doubts
    assert report.lines == 4
    assert report.importable


def test_a_side_of_zero_is_the_debit_as_in_sage(guessed):
    guess, report = guessed(SIGNED, *sale("16/01/2024", sides=("0", "1")))

    assert guess.document["amounts"]["directions"] == {"debit": ["0"], "credit": ["1"]}
    assert "0 is proposed for the debit" in guess.doubts[0][1]
    assert (report.debit_cents, report.credit_cents) == (1250, 1250)


def test_amounts_without_decimals_are_told(guessed):
    guess, _ = guessed(SIGNED, *sale("16/01/2024", amount="1250"))

    assert "write unit: cents" in guess.doubts[0][1]


def test_net_vat_and_gross_are_no_debit_and_credit(guessed):
    head = "Date;Salarié;Compte de charge;Montant HT;Montant TVA;Montant TTC"

    with pytest.raises(RefusedRequestError) as refused:
        guessed(head, "16/01/2024;Martin;625700;10,00;1,00;11,00")

    assert "net, VAT and gross amounts" in refused.value.sentence.en
