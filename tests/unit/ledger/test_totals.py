"""Totals of lines, in columns and as rows of the two tables."""

from __future__ import annotations

import polars as pl

from ecritures.ledger.totals import (
    NO_TOTALS,
    add_up,
    negated,
    rows_by_table,
    rows_of_totals,
    totals_of_lines,
)

LINES = pl.DataFrame(
    [
        (1, None, 1, "", "2024-01-15", 500, 0),
        (1, 7, 1, "", "2024-01-31", 300, 0),
        (1, 7, 1, "", "2024-01-02", 0, 100),
        (1, 8, 1, "", "2024-02-01", 0, 700),
    ],
    schema={
        "account_id": pl.Int32,
        "third_party_id": pl.Int32,
        "journal_id": pl.Int32,
        "siret": pl.String,
        "entry_date": pl.String,
        "debit_cents": pl.Int64,
        "credit_cents": pl.Int64,
    },
    orient="row",
).with_columns(pl.col("entry_date").str.to_date())


def test_lines_are_added_up_by_third_party_and_month():
    found = totals_of_lines(LINES)
    assert found.schema == NO_TOTALS.schema
    assert found.rows() == [
        (1, None, 1, "", 202401, 500, 0, 1),
        (1, 7, 1, "", 202401, 300, 100, 2),
        (1, 8, 1, "", 202402, 0, 700, 1),
    ]
    assert add_up(pl.concat([found, negated(found)]))["lines"].to_list() == [0, 0, 0]


def test_each_table_has_its_rows():
    found = totals_of_lines(LINES)
    by_table = {table.name: frame for table, frame in rows_by_table(found)}
    assert by_table["totals"].rows() == [
        (1, 1, "", 202401, 800, 100, 3),
        (1, 1, "", 202402, 0, 700, 1),
    ]
    assert by_table["third_party_totals"]["third_party_id"].to_list() == [7, 8]
    twice = pl.concat([found, found.with_columns(pl.col("month") + 1)])
    years = next(f for table, f in rows_by_table(twice) if table.name == "third_party_years")
    assert years.rows() == [(1, 7, 1, "", 2024, 600, 200, 4), (1, 8, 1, "", 2024, 0, 1400, 2)]
    named = [(table.name, frame.height, frame["removed"].any())
             for table, frame in rows_of_totals(found, negated(found[:1]))]  # fmt: skip
    assert named == [
        ("totals", 2, False),
        ("third_party_totals", 2, False),
        ("third_party_years", 2, False),
        ("totals", 1, True),
    ]
