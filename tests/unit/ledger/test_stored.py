"""What is derived from stored rows is what was made when they were loaded."""

from __future__ import annotations

from hashlib import sha256

import polars as pl

from ecritures.core.lines import LINE_SCHEMA, NumberedLines
from ecritures.ledger.codes import CodeKind, CodeTable
from ecritures.ledger.rows import RowMaker, content_digest, describe_blocks
from ecritures.ledger.stored import (
    ENTRY_SCHEMA,
    sums_of_lines,
    whole_lines,
    with_fingerprints,
)
from ecritures.ledger.totals import totals_of_lines

NO_CODES = pl.DataFrame(schema={"code": pl.String, "id": pl.Int32, "label": pl.String})


def made():
    """The rows of two entries; the labels and dates of the second one's lines differ."""
    texts = {name: "" for name, dtype in LINE_SCHEMA.items() if dtype == pl.String}
    base = dict.fromkeys(LINE_SCHEMA) | texts | {"journal_code": "HA", "extra": None}
    rows = [
        {"entry_number": "1", "account_number": "607000", "debit_cents": 12000, "label": "Un"},
        {"entry_number": "1", "account_number": "401000", "credit_cents": 12000, "label": "Un",
         "third_party_number": "F01", "currency": "USD", "currency_amount": 3000},
        {"entry_number": "", "account_number": "607000", "debit_cents": 5, "label": "Deux"},
        {"entry_number": "", "account_number": "401000", "credit_cents": 5, "label": "",
         "siret": "07955542100027"},
    ]  # fmt: skip
    dated = pl.Series(["2024-01-15", "2024-01-15", "2024-02-15", "2024-02-16"]).str.to_date()
    lines = pl.DataFrame(
        [base | {"debit_cents": 0, "credit_cents": 0, "line": 2 + rank} | row
         for rank, row in enumerate(rows)],
        schema=LINE_SCHEMA,
    ).with_columns(dated.alias("entry_date"))  # fmt: skip
    begins = pl.Series([True, False, True, False])
    whole = pl.Series([True] * 4)
    maker = RowMaker(CodeTable(0, dict.fromkeys(CodeKind, NO_CODES)))
    entry = pl.Series([1, 1, 2, 2], dtype=pl.UInt32)
    return maker, maker.make(NumberedLines(lines, entry, begins, whole))


def test_totals_and_fingerprints_are_those_of_the_load():
    maker, rows = made()
    lines = pl.concat([rows.common, rows.rare], how="diagonal").sort("line")
    entries = rows.entries.select(*ENTRY_SCHEMA)
    whole = whole_lines(lines, entries)
    assert totals_of_lines(whole).equals(maker.survey.totals())
    found = with_fingerprints(entries, sums_of_lines(whole))
    assert found.equals(rows.entries.select(found.columns))
    assert found["key_hash"].is_null().to_list() == [False, True]


def test_a_line_without_an_entry_has_no_journal():
    _, rows = made()
    lines = pl.concat([rows.common, rows.rare], how="diagonal").sort("line")
    whole = whole_lines(lines, rows.entries.filter(pl.col("entry") == 2))
    assert whole["journal_id"].is_null().to_list() == [True, True, False, False]


def test_rows_made_at_once_have_the_digest_of_a_load():
    maker, rows = made()
    lines = pl.concat([rows.common, rows.rare], how="diagonal").sort("line").drop("day")
    entries = rows.entries.select(*ENTRY_SCHEMA)
    blocks = describe_blocks(entries, lines)
    assert blocks == maker.blocks
    assert content_digest(blocks) == maker.summary()["content_digest"]


def test_the_digest_of_rows_never_changes():
    """Those that are stored must stay right: this text, and its digest, are for ever."""
    entries = """"entry","entry_date","journal_id","label","number","piece_ref"
1,"2024-01-15",1,"Un","1",""
2,"2024-02-15",1,,"",
"""
    lines = (
        '"account_id","credit_cents","currency","currency_amount","debit_cents","entry",'
        '"entry_date","label","line","piece_ref","siret","third_party_id"\n'
        "1,0,,,12000,1,,,2,,,\n"
        '2,12000,"USD",3000,0,1,,,3,,,1\n'
        '1,0,,,5,2,,"Deux",4,"",,\n'
        '2,5,,,0,2,"2024-02-16","",5,"","07955542100027",\n'
    )
    maker, _ = made()
    assert maker.blocks[0]["digest"] == sha256(f"{entries}{lines}".encode()).hexdigest()
