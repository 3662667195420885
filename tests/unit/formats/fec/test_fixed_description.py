"""The description of fixed-length records: CSV or TOML, or refused."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.formats.fec.fixed_description import FixedField, read_description


def test_a_description_is_read_from_csv_and_toml(tmp_path):
    expected = (FixedField("JournalCode", 1, 3), FixedField("Debit", 4, 12))
    csv, toml = tmp_path / "d.csv", tmp_path / "d.toml"
    csv.write_text("name,start,length\nDebit,4,12\nJournalCode,1,3\n")
    toml.write_text(
        '[[fields]]\nname = "JournalCode"\nstart = 1\nlength = 3\n'
        '[[fields]]\nname = "Debit"\nstart = 4\nlength = 12\n'
    )

    assert read_description(csv) == read_description(toml) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Debit",
        "Debit,a,b",
        "Debit,0,5",
        "Debit,1,0",
        "Debit,1,99999999",
        ",1,5",
        "Debit,1,5\nCredit,5,5",
        "Debit,1," + "9" * 5000,
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".toml"])
def test_what_is_no_description_is_refused(tmp_path, text, suffix):
    path = tmp_path / f"d{suffix}"
    path.write_text(text)
    with pytest.raises(RefusedRequestError):
        read_description(path)


def test_a_description_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "d.csv"
    path.write_bytes(b"\xff\x00")
    with pytest.raises(RefusedRequestError):
        read_description(path)
