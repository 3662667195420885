"""Lines that split others over analytic sections are no entries of their own."""

from __future__ import annotations

import pytest

from ecritures.formats.layouts.guess import guess_model
from ecritures.formats.layouts.loading import load_model
from ecritures.reading.check import CheckOptions, check_file

HEAD = "Type;Journal;Date;Compte;Section;Libellé;Débit;Crédit"


def written(tmp_path, general, analytic, head=HEAD):
    rows = [
        f"{general};PAY;31/01/2024;641100;;Salaires;10000,00;0,00",
        f"{analytic};PAY;31/01/2024;641100;ADM;Salaires;6000,00;0,00",
        f"{analytic};PAY;31/01/2024;641100;COM;Salaires;4000,00;0,00",
        f"{general};PAY;31/01/2024;421000;;Net;0,00;10000,00",
    ]
    path = tmp_path / "paie.csv"
    path.write_text("\n".join([head, *rows, ""]))
    return path


@pytest.mark.parametrize(("general", "analytic"), [("G", "A"), ("g", "a"), ("Gen", "Ana")])
def test_only_general_lines_are_read_and_the_draft_says_so(tmp_path, general, analytic):
    path = written(tmp_path, general, analytic)

    guess = guess_model(path)
    report = check_file(path, CheckOptions(model=load_model(guess.document)))

    assert guess.document["input"]["records"][0]["keep"]["in"] == [general]
    assert f"Only the lines “{general}” of column Type" in guess.doubts[-1][1]
    assert (report.lines, report.debit_cents, report.credit_cents) == (2, 1_000_000, 1_000_000)


def test_journals_of_one_letter_are_no_kinds_of_lines(tmp_path):
    path = written(tmp_path, "G", "A", head=HEAD.replace("Type;Journal", "Journal;Société"))

    guess = guess_model(path)

    assert "keep" not in guess.document["input"]["records"][0]
