"""Entries of a file and of the ledger are paired by their fingerprints."""

from __future__ import annotations

import polars as pl

from ecritures.ledger.planning.existing import EXISTING_SCHEMA
from ecritures.ledger.planning.pairs import pair, unpaired, unpaired_targets

KEY = ("key_hash", "content_hash")


def file(*hashes):
    """Entries of a file, from 1: a key and a content each."""
    return pl.DataFrame(
        [(n, *both) for n, both in enumerate(hashes, 1)],
        schema={"entry": pl.UInt32, "key_hash": pl.Int64, "content_hash": pl.Int64},
        orient="row",
    )


def ledger(*entries):
    """Entries of the ledger: batch, entry, key and content."""
    rows = [(batch, entry, 1, None, key, content, 0) for batch, entry, key, content in entries]
    return pl.DataFrame(rows, schema=EXISTING_SCHEMA, orient="row")


def test_entries_that_agree_are_paired_one_by_one():
    found = pair(file((1, 1), (2, 2), (2, 2), (3, 9)), ledger((7, 4, 2, 2), (8, 1, 3, 3)), KEY)
    assert found.rows() == [(2, 7, 4)]


def test_as_many_are_paired_as_both_have():
    three = file((1, 1), (1, 1), (1, 1))
    found = pair(three, ledger((7, 1, 1, 1), (8, 5, 1, 1)), KEY)
    assert found.rows() == [(1, 7, 1), (2, 8, 5)]
    assert unpaired(three, found)["entry"].to_list() == [3]


def test_what_has_no_fingerprint_is_paired_with_nothing():
    assert pair(file((None, 1)), ledger((7, 1, None, 1)), KEY).is_empty()
    assert pair(file((1, 1)), ledger(), KEY).is_empty()


def test_the_rest_of_the_ledger_is_told():
    there = ledger((7, 1, 1, 1), (7, 2, 2, 2))
    found = pair(file((1, 1)), there, KEY)
    assert unpaired_targets(there, found)["entry"].to_list() == [2]
