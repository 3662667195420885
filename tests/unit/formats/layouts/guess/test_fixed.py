"""Fixed-width files: columns between blanks, and fields that touch."""

from __future__ import annotations

import pytest

from ecritures.formats.layouts.guess import guess_model
from ecritures.formats.layouts.loading import load_model
from ecritures.formats.layouts.preview import try_model


def packed(*rows, journal="PA", date="31012026"):
    line = "{:<3}{}{:<8}{:<20}{:>12}{:>12}\r\n".format
    return "".join(line(journal, date, *row) for row in rows)


ROWS = [
    ("641100", "Salaires bruts", "3000,00", ""),
    ("421000", "Net à payer", "", "2340,00"),
    ("431000", "URSSAF", "", "660,00"),
]


def lines_of(tmp_path, text, more=""):
    path = tmp_path / "paie.txt"
    path.write_text(text)
    model = load_model(guess_model(path).document)
    path.write_text(text + more)
    tried = try_model(model, path)
    return tried.lines.select(
        "journal_code", "account_number", "debit_cents", "credit_cents"
    ).rows()


@pytest.mark.parametrize("date", ["31012026", "20260131", "310126"])
@pytest.mark.parametrize("journal", ["PA", "PAI"])
def test_fields_that_touch_are_cut_around_the_date(tmp_path, date, journal):
    assert lines_of(tmp_path, packed(*ROWS, date=date, journal=journal)) == [
        (journal, "641100", 300000, 0),
        (journal, "421000", 0, 234000),
        (journal, "431000", 0, 66000),
    ]


def test_a_larger_amount_than_those_seen_keeps_its_first_digits(tmp_path):
    larger = packed(("641100", "Salaires", "123456,78", ""), ("421000", "Net", "", "123456,78"))

    assert lines_of(tmp_path, packed(*ROWS), larger)[3:] == [
        ("PA", "641100", 12345678, 0),
        ("PA", "421000", 0, 12345678),
    ]


def test_amounts_filled_up_with_zeros_are_read_as_cents_and_it_is_said(tmp_path):
    line = "OD310124{:<8}{:<24}{:>012}{}\r\n".format
    text = line("641100", "SALAIRES BRUTS", 250000, "D") + line("421000", "NET", 250000, "C")

    assert lines_of(tmp_path, text) == [("OD", "641100", 250000, 0), ("OD", "421000", 0, 250000)]
    ((fr, _),) = guess_model(tmp_path / "paie.txt").doubts
    assert "centimes" in fr
