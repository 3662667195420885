"""Fingerprints are stored: what they are of a given entry must never change."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ecritures.core.lines import LINE_SCHEMA, NumberedLines
from ecritures.core.splits import SPLIT_SCHEMA, split_texts
from ecritures.ledger.codes import CodeKind, CodeTable
from ecritures.ledger.fingerprints import HASHES, hash_text, mix
from ecritures.ledger.planning.survey import Survey

SCHEMA = {"code": pl.String, "id": pl.Int32, "label": pl.String}
KNOWN = {
    CodeKind.JOURNAL: [("HA", 1, "")],
    CodeKind.ACCOUNT: [("607000", 1, ""), ("401000", 2, "")],
    CodeKind.THIRD_PARTY: [("C1", 1, "")],
    CodeKind.SECTION: [],
}
CODES = {kind: pl.DataFrame(rows, schema=SCHEMA, orient="row") for kind, rows in KNOWN.items()}

GOLDEN_SPLIT = 5616025875309075595
GOLDEN_DOCUMENT = 2192147099779330822


def row(account="607000", debit=0, credit=0, **changes):
    """A canonical line."""
    texts = {name: "" for name, dtype in LINE_SCHEMA.items() if dtype == pl.String}
    return (
        texts
        | {
            "line": 2,
            "journal_code": "HA",
            "entry_number": "1",
            "entry_date": date(2024, 1, 15),
            "account_number": account,
            "piece_ref": "F1",
            "piece_date": date(2024, 1, 14),
            "label": "Facture à régler",
            "debit_cents": debit,
            "credit_cents": credit,
            "extra": None,
        }
        | changes
    )


def entry(**changes):
    return [row(debit=12000, **changes), row("401000", credit=12000, **changes)]


def fingerprints(rows, entries=None, *, whole=True, columns=HASHES):
    """The fingerprints of the entries of some lines, in order."""
    lines = pl.DataFrame(rows, schema=LINE_SCHEMA)
    number = pl.Series(entries or [1] * lines.height, dtype=pl.UInt32)
    survey = Survey(CodeTable(0, CODES))
    begins = number.is_first_distinct()
    complete = pl.Series([whole]).new_from_index(0, lines.height)
    survey.add(NumberedLines(lines, number, begins, complete))
    survey.close()
    return survey.entries().select(columns).rows()


def test_they_are_those_that_the_databases_hold():
    assert fingerprints(entry()) == [
        (-5582502284574109787, 6414968540959275750, -1006352308282549638)
    ]
    texts = pl.DataFrame({"text": ["Facture à régler", "", None]})
    assert texts.select(hash_text("text")).to_series().to_list() == [16537572133975291005, 0, 0]
    # The first numbers of SplitMix64 from seed 0.
    steps = [0x9E3779B97F4A7C15 * n % 2**64 for n in (1, 2, 3)]
    mixed = mix(pl.LazyFrame({"n": steps}, schema={"n": pl.UInt64}), "n").collect()
    assert [f"{n:x}" for n in mixed["n"]] == [
        "e220a8397b1dcdaf",
        "6e789e6aa1b965f4",
        "6c45d188009454f",
    ]


def test_the_order_of_lines_does_not_matter():
    first, second = entry()
    assert fingerprints([first, second]) == fingerprints([second, first])


def test_equal_lines_count():
    assert fingerprints(entry() * 2) != fingerprints(entry() * 4)


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"entry_number": "2"}, (False, True, True)),
        ({"entry_date": date(2024, 1, 16)}, (True, False, False)),
        ({"label": "Autre"}, (True, True, False)),
        ({"piece_ref": "F2"}, (True, True, False)),
        ({"validation_date": date(2024, 2, 1)}, (True, True, False)),
        ({"currency": "USD", "currency_amount": 5, "currency_scale": 2}, (True, True, False)),
        ({"third_party_number": "C1"}, (True, False, False)),
        ({"lettering": "A", "lettering_date": date(2024, 2, 1)}, (True, True, True)),
        ({"account_label": "Achats"}, (True, True, True)),
    ],
)
def test_each_says_what_it_is_of(changes, same):
    [before], [after] = fingerprints(entry()), fingerprints(entry(**changes))
    assert tuple(a == b for a, b in zip(before, after, strict=True)) == same


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"account_number": "401000"}, True),
        ({"third_party_number": "C1"}, True),
        ({"label": "Autre"}, False),
        ({"piece_ref": "F2"}, False),
        ({"entry_number": "2"}, False),
        ({"debit_cents": 12001}, False),
        ({"entry_date": date(2024, 1, 16)}, False),
    ],
)
def test_all_but_the_codes_is_told_apart_from_them(changes, same):
    before, after = (fingerprints(entry(**one), columns=["uncoded"]) for one in ({}, changes))
    assert (before == after) == same


def test_amounts_that_change_sides_differ():
    turned = [row(credit=12000), row("401000", debit=12000)]
    assert fingerprints(turned)[0][1] != fingerprints(entry())[0][1]


def test_an_entry_without_a_number_has_no_key():
    assert fingerprints(entry(entry_number=""))[0][0] is None


def test_an_entry_whose_lines_are_scattered_has_the_same():
    first, second = entry()
    other = entry(entry_number="2")
    mixed = fingerprints([first, *other, second], [1, 2, 2, 1], whole=False)
    assert mixed == fingerprints([first, second, *other], [1, 1, 2, 2])


def splits(*parts):
    """The splits of a line, as `core.splits` writes them."""
    rows = [(2, axis, section, label, cents, None) for axis, section, label, cents in parts]
    schema = {"line": pl.UInt32, **SPLIT_SCHEMA}
    return split_texts(pl.DataFrame(rows, schema=schema, orient="row"))["splits"][0]


def test_splits_and_documents_are_part_of_the_full_fingerprint_alone():
    (plain,) = fingerprints(entry())
    half = splits(("A1", "S1", "", 6000), ("A1", "S2", "", 6000))
    third = splits(("A1", "S1", "", 4000), ("A1", "S2", "", 8000))
    named = splits(("A1", "S1", "Nord", 6000), ("A1", "S2", "", 6000))
    found = [
        fingerprints([row(debit=12000, **more), row("401000", credit=12000, line=3)])[0]
        for more in (
            *({"splits": half}, {"splits": third}),
            *({"attachments": "F1.pdf"}, {"attachments": "https://x.example/F1.pdf?sig=2"}),
            {"splits": named},
        )
    ]
    assert {one[:2] for one in found} == {plain[:2]}
    assert len({plain[2], found[0][2], found[1][2], found[2][2]}) == 4
    assert found[2] == found[3]  # by name: a signature changes each time
    assert found[4] == found[0]  # the label of a section is none of the entry's
    assert found[0][2] == GOLDEN_SPLIT
    assert found[2][2] == GOLDEN_DOCUMENT
