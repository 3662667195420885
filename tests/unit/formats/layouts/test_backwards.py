"""A model written backwards: what it reads again is what was written."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.core.lines import LINE_SCHEMA
from ecritures.formats.layouts.backwards import ModelWriter
from ecritures.formats.layouts.builtin import builtin_model, builtin_names
from ecritures.formats.layouts.loading import load_model
from ecritures.formats.layouts.preview import try_model
from helpers.layouts import changed

TEXTS = {name: "" for name, dtype in LINE_SCHEMA.items() if dtype == pl.String}
LINE = TEXTS | {
    "line": 1, "journal_code": "VT", "entry_date": date(2024, 1, 31), "account_number": "411000",
    "label": "Facture 1", "debit_cents": 12000, "credit_cents": 0, "extra": None,
}  # fmt: skip


def rows_of(*changes):
    return pl.DataFrame([LINE | one for one in changes], schema=LINE_SCHEMA)


def read_again(model, rows, tmp_path):
    writer = ModelWriter(model, "Société")
    path = tmp_path / "file.txt"
    path.write_bytes((writer.head() + writer.lines(rows)).encode())
    return try_model(model, path).lines.to_dicts()


ONLY_READ = {
    *("ebp", "ebp-edi", "isacompta", "isapaye", "ldcompta", "paheko-simple"),
    *("sage-i7", "sage-mecg", "xlsx"),
}


@pytest.mark.parametrize("name", builtin_names())
def test_a_built_in_model_is_written_and_read_again_or_refused(name, tmp_path):
    model = builtin_model(name)
    rows = rows_of({}, {"debit_cents": 0, "credit_cents": 12000, "account_number": "706000"})
    if name in ONLY_READ:
        with pytest.raises(RefusedRequestError) as caught:
            ModelWriter(model, "")
        assert caught.value.sentence.code == "model-only-reads"
        return
    tried = read_again(model, rows, tmp_path)
    found = [(one["account_number"], one["debit_cents"], one["credit_cents"]) for one in tried]
    assert found == [("411000", 12000, 0), ("706000", 0, 12000)]


@pytest.mark.parametrize(
    "changes",
    [
        {"amounts": {"decimal": ".", "positive": "credit"}},
        {"amounts": {"implied": 3}},
        {"amounts": {"unit": "cents"}},
        {"dates": {"formats": ["JJMMAA"]}},
        {"input__dialect": {"delimiter": ",", "quoteChar": "'"}},
    ],
)
def test_amounts_and_dates_are_written_as_the_model_says(changes, tmp_path):
    model = load_model(changed(**changes))
    rows = rows_of({}, {"debit_cents": 0, "credit_cents": 1, "account_number": "7'0,6"})

    (first, second) = read_again(model, rows, tmp_path)

    assert (first["debit_cents"], first["credit_cents"]) == (12000, 0)
    assert (second["debit_cents"], second["credit_cents"]) == (0, 1)
    assert (first["entry_date"], second["account_number"]) == (date(2024, 1, 31), "7'0,6")


def test_a_table_of_correspondence_is_undone():
    table = {"from": "journal", "map": {"table": {"V": "VT", "B": "BQ"}}}
    model = load_model(changed(fields__journalCode=table))

    writer = ModelWriter(model, "")

    assert writer.lines(rows_of({})).startswith("31/01/2024;V;")


def test_an_amount_is_never_cut():
    model = builtin_model("quadra")

    with pytest.raises(RefusedRequestError) as caught:
        ModelWriter(model, "").lines(rows_of({"debit_cents": 10**13}))
    assert caught.value.sentence.code == "export-amount-too-long"


def test_third_parties_are_described_once_each():
    writer = ModelWriter(builtin_model("quadra"), "")
    third = {"third_party_number": "9DUPONT", "third_party_label": "Dupont"}

    first, again = (writer.lines(rows_of(third, third)) for _ in range(2))

    assert [line[0] for line in first.splitlines()] == ["C", "M", "M"]
    assert [line[0] for line in again.splitlines()] == ["M", "M"]
