"""A journal with negative credits is read as it is meant, where its balance says so."""

from __future__ import annotations

import pytest

from ecritures.config.settings import Settings
from ecritures.core.errors import RefusedRequestError
from ecritures.formats.layouts.guess import guess_model
from ecritures.formats.layouts.loading import load_model
from ecritures.formats.text.encoding import Encoding
from ecritures.reading.check import CheckOptions, check_file, read_lines

HEAD = "Date;Journal;Compte;Libellé;Pièce;Débit;Crédit"
SALE = [
    "15/01/2026;VE;411000;Facture 1;F1;120,00;{0}",
    "15/01/2026;VE;706000;Facture 1;F1;{0};-100,00",
    "15/01/2026;VE;445710;Facture 1;F1;{0};-20,00",
    "16/01/2026;VE;411000;Facture 2;F2;60,00;{0}",
    "16/01/2026;VE;706000;Facture 2;F2;{0};-60,00",
]


def written(tmp_path, rows, head=HEAD):
    path = tmp_path / "journal.csv"
    path.write_text("\n".join([head, *rows, ""]))
    return path


def sides(path, model):
    options = CheckOptions(model=model)
    report = check_file(path, options)
    lines = [
        row
        for frame in read_lines(path, options, Settings(), Encoding())
        for row in frame.select("account_number", "debit_cents", "credit_cents").rows()
    ]
    return report, lines


@pytest.mark.parametrize("nothing", ["", "0,00"])
def test_negative_credits_are_credits(tmp_path, nothing):
    path = written(tmp_path, [row.format(nothing) for row in SALE])
    guess = guess_model(path)

    report, lines = sides(path, load_model(guess.document))

    assert (report.entries, report.importable) == (2, True)
    assert lines[:3] == [("411000", 12000, 0), ("706000", 0, 10000), ("445710", 0, 2000)]
    assert any("crédits sont écrits en négatif" in fr for fr, _ in guess.doubts)


def test_negative_debits_are_debits(tmp_path):
    rows = [
        "15/01/2026;HA;607000;Achat;A1;(50.00);",
        "15/01/2026;HA;401000;Achat;A1;;50.00",
        "17/01/2026;HA;607000;Achat;A2;(70.50);",
        "17/01/2026;HA;401000;Achat;A2;;70.50",
    ]
    path = written(tmp_path, rows)
    guess = guess_model(path)

    report, lines = sides(path, load_model(guess.document))

    assert (report.entries, report.importable) == (2, True)
    assert lines[:2] == [("607000", 5000, 0), ("401000", 0, 5000)]
    assert any("débits sont écrits en négatif" in fr for fr, _ in guess.doubts)


def test_a_credit_note_that_comes_later_keeps_its_meaning(tmp_path):
    model = load_model(guess_model(written(tmp_path, [row.format("") for row in SALE])).document)
    note = ["17/01/2026;VE;411000;Avoir;V1;-12,00;", "17/01/2026;VE;706000;Avoir;V1;;12,00"]

    _, lines = sides(written(tmp_path, note), model)

    assert lines == [("411000", 0, 1200), ("706000", 1200, 0)]


def test_amounts_of_both_signs_that_only_balance_when_turned_are_refused(tmp_path):
    note = ["17/01/2026;VE;411000;Avoir;V1;-12,00;", "17/01/2026;VE;706000;Avoir;V1;;12,00"]
    path = written(tmp_path, [row.format("") for row in SALE] + note)

    with pytest.raises(RefusedRequestError, match="both signs"):
        guess_model(path)


@pytest.mark.parametrize(
    "rows",
    [
        ["15/01/2026;VE;411000;V;F1;120,00;", "15/01/2026;VE;706000;V;F1;;120,00"] * 2,
        ["15/01/2026;VE;411000;V;F1;-12,00;", "15/01/2026;VE;706000;V;F1;;-12,00"] * 2,
        ["15/01/2026;VE;411000;V;F1;120,00;", "15/01/2026;VE;706000;V;F2;;-50,00"] * 2,
    ],
    ids=["both positive", "both negative", "off balance either way"],
)
def test_other_amounts_are_read_as_they_stand(tmp_path, rows):
    guess = guess_model(written(tmp_path, rows))

    assert "lines" not in guess.document
    assert guess.document["fields"].keys() >= {"debit", "credit"}
