"""Which letterings may be open, by sums that the database makes."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.database.tables import lines
from ecritures.ledger.read import open_lettering
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filters import CodePattern, Filter
from ecritures.ledger.read.open_lettering import has_one_of, may_be_open
from ecritures.ledger.read.snapshot import open_snapshot
from helpers.fec import fec, line

SUPPLIERS = CodePattern("401000")


def owed(number, cents, code="AA", day="20240115", third="F01", let="20240331", account="401000"):
    """An entry with one lettered line; negative: paid."""
    amount, side, other = f"{abs(cents) / 100:.2f}".replace(".", ","), "Credit", "Debit"
    if cents < 0:
        side, other = other, side
    dated = {"EcritureDate": day, "PieceDate": day}
    lettered = {"CompAuxNum": third, "CompAuxLib": third, "EcritureLet": code, "DateLet": let}
    return [
        line(number, account, **{side: amount}, **dated, **(lettered if code else {})),
        line(number, "607000", **{other: amount}, **dated),
    ]


@pytest.fixture
def found(database, dossier, importing):
    """Import entries; return what may be open."""

    def run(*entries, **wanted):
        importing.post(fec([row for entry in entries for row in entry]))
        with open_snapshot(database, dossier) as snapshot:
            return may_be_open(Conditions(snapshot, Filter(**wanted)))

    return run


def test_what_balances_is_closed(found):
    assert found(owed(1, 100), owed(2, -100), owed(3, 50, ""), owed(4, 70, "AB")) == {"AB"}


@pytest.mark.parametrize(
    "other",
    [
        {"third": "F02"},
        {"account": "411000"},
        {"let": "20240430"},
        {"day": "20250115"},
    ],
    ids=str,
)
def test_what_balances_over_several_sums_may_be_open(found, other):
    assert found(owed(1, 100), owed(2, -100, **other)) == {"AA"}


def test_a_group_is_open_until_its_last_line(found):
    paid = owed(1, 100), owed(2, -100, day="20240220")
    assert found(*paid, end=date(2024, 2, 19)) == {"AA"}
    assert found(end=date(2024, 2, 20), accounts=(SUPPLIERS,)) == set()


def test_more_codes_than_a_query_names_are_not_told(found, monkeypatch):
    monkeypatch.setattr(open_lettering, "CODES_MAX", 1)
    assert found(owed(1, 100), owed(2, 100, "AB")) is None


@pytest.mark.parametrize(
    ("codes", "count"), [(None, 3), ({"AB"}, 1), ({"AA", "AB"}, 3), (set(), 0)]
)
def test_lines_have_one_of_some_letterings(found, database, dossier, codes, count):
    found(owed(1, 100), owed(2, -100), owed(3, 70, "AB"), owed(4, 50, ""))
    with open_snapshot(database, dossier) as snapshot:
        conditions = Conditions(snapshot, Filter())
        query = conditions.select_lines(lines.c.line).where(has_one_of(conditions, codes))
        assert len(snapshot.connection.execute(query).all()) == count
