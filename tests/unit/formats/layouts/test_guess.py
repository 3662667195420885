"""A first draft of a model, guessed from a file."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.formats.layouts.guess import guess_model
from ecritures.formats.layouts.loading import (
    load_model,
)
from ecritures.formats.layouts.preview import try_model


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
        (b"%PDF-1.4\n1 0 obj\n", "neither delimited text nor a sheet"),
        (b'<?xml version="1.0"?><a/>', "neither delimited text nor a sheet"),
        (b"\x00\x07\x1b binary", "neither delimited text nor a sheet"),
        (b"PK\x03\x04 no archive", "its sheet is empty or unreadable"),
        (b"M411000  VT000310124F\nM706000  VT000310124F\n", "fixed-width file"),
        (b"a;b;c;d\n1;2;3;4\n", "nothing in it looks like accountNumber, credit, debit"),
    ],
)
def test_a_file_no_model_is_guessed_of_is_refused_with_the_reason(tmp_path, data, reason):
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(RefusedRequestError) as refused:
        guess_model(path)
    assert reason in refused.value.sentence.en
