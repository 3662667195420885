"""Third parties of a fixed-width file, with and without their collective account."""

from __future__ import annotations

import pytest

from ecritures.core.policies import AmountUnit
from ecritures.formats.layouts.builtin import builtin_document, builtin_model
from ecritures.formats.layouts.loading import load_model
from ecritures.formats.layouts.units import with_unit
from ecritures.reading.check import CheckOptions, check_file

MOVES = "".join(
    f"M{account:_<8}VT000310124F{'Facture':20}{side}+000000012000\n"
    for account, side in [("9DURAND", "D"), ("706", "C")]
)
COLLECTIVE = f"C{'9DURAND':_<8}{'Durand':89} 411_____\n"


@pytest.fixture
def check(tmp_path):
    def run(text, model):
        path = tmp_path / "file"
        path.write_text(text)
        return check_file(path, CheckOptions(model=model))

    return run


def test_fillers_of_accounts_are_taken_away_also_where_accounts_are_described(check):
    report = check(COLLECTIVE + MOVES, builtin_model("quadra"))
    assert report.importable
    assert "MOD-CPT-01" not in report.anomalies.counts


def test_the_collective_account_is_given_by_the_model_or_asked_for(check):
    document = builtin_document("quadra")
    assert check(MOVES, load_model(document)).anomalies.counts["MOD-CPT-01"] == 1
    document["accounts"] = {"thirdParties": [{"startsWith": "9", "general": "411000"}]}
    assert check(MOVES, load_model(document)).importable


def test_amounts_without_a_mark_are_read_in_the_unit_chosen(check):
    lines = "TITRE\n" + "".join(
        f"VT 310124FC{account:13} {'':13}{'F1':13}{'Facture':25}{'':7}{side}{'12000':>20}N1\n"
        for account, side in [("411000", "D"), ("706000", "C")]
    )
    model = builtin_model("sage-pnm")
    assert not check(lines, model).importable
    assert check(lines, with_unit(model, AmountUnit.CENTS)).debit_cents == 12000
    assert check(lines, with_unit(model, AmountUnit.EUROS)).debit_cents == 1200000


def test_accounts_of_isapaye_have_ten_characters(check):
    lines = "VER\nECR   9031012024        Paie\n" + "".join(
        f"MVT   {account:10}{'Paie':30}{debit:013.2f}{credit:013.2f}\n"
        for account, debit, credit in [("64110000", 12.5, 0), ("42100000", 0, 12.5)]
    )
    report = check(lines, builtin_model("isacompta"))
    assert report.importable
    assert report.checked.entries.table["lines"].to_list() == [2]
    assert not report.anomalies.counts.keys() & {"MOD-COL-03", "MOD-COL-04"}
