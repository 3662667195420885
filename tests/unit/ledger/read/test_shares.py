"""Accounts and third parties, in parts that have about as many lines."""

from __future__ import annotations

import pytest

from ecritures.ledger.codes import CodeKind
from ecritures.ledger.read import shares
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filters import CodePattern, Filter
from ecritures.ledger.read.shares import are_much, parts_of
from ecritures.ledger.read.snapshot import open_snapshot
from helpers.fec import fec, line

BEGIN = ("", "")
LARGE = CodePattern("401000")


def of_third_party(code):
    return {"CompAuxNum": code, "CompAuxLib": code} if code else {}


@pytest.fixture
def conditions(database, dossier, importing):
    """Four lines of 401000 (F01: two, F02: one, nobody: one), and one of 606000 to 609000 each."""
    expenses = ("607000", "606000", "609000", "608000")
    rows = [
        one
        for number, (third, account) in enumerate(
            zip(("F02", "F01", "", "F01"), expenses, strict=True), 1
        )
        for one in (
            line(number, "401000", credit="10,00", **of_third_party(third)),
            line(number, account, debit="10,00"),
        )
    ]
    importing.post(fec(rows))
    with open_snapshot(database, dossier) as snapshot:
        yield lambda **wanted: Conditions(snapshot, Filter(**wanted))


@pytest.fixture
def parts(conditions):
    """The codes of the accounts and third parties of each part."""

    def run(first=BEGIN, **wanted):
        mine = conditions(**wanted)
        accounts, third_parties = map(mine.snapshot.names, (CodeKind.ACCOUNT, CodeKind.THIRD_PARTY))
        return [
            (
                [accounts[number][0] for number in part.accounts],
                part.third_parties
                and ["" if one is None else third_parties[one][0] for one in part.third_parties],
            )
            for part in parts_of(mine, first)
        ]

    return run


def test_few_lines_are_one_part(parts):
    assert parts() == [(["401000", "606000", "607000", "608000", "609000"], None)]


def test_a_large_account_is_cut_by_third_party_and_small_ones_are_put_together(parts, monkeypatch):
    monkeypatch.setattr(shares, "PART_LINES", 2)
    monkeypatch.setattr(shares, "GROWTH", 1)
    assert parts() == [
        (["401000"], ["", "F01"]),
        (["401000"], ["F02"]),
        (["606000", "607000", "608000"], None),
        (["609000"], None),
    ]


def test_parts_begin_with_an_account_and_a_third_party(parts, monkeypatch):
    monkeypatch.setattr(shares, "PART_LINES", 2)
    assert parts(("401000", "F02"))[0] == (["401000"], ["F02"])
    assert parts(("607000", "F02")) == [(["607000", "608000", "609000"], None)]


def test_only_what_is_wanted_is_in_a_part(parts, monkeypatch):
    monkeypatch.setattr(shares, "PART_LINES", 1)
    wanted = {"accounts": (LARGE,), "third_parties": (CodePattern("F02"),)}
    assert parts(**wanted) == [(["401000"], ["F02"])]
    assert parts(accounts=(CodePattern("9*", root="9"),)) == []


@pytest.mark.parametrize(("share", "much"), [(8, True), (2, False)])
def test_accounts_with_a_large_share_of_the_lines_are_much(conditions, monkeypatch, share, much):
    monkeypatch.setattr(shares, "SCANNED_SHARE", share)
    assert are_much(conditions(accounts=(LARGE,))) is much
    assert not are_much(conditions(accounts=(CodePattern("606000"),)))
    assert are_much(conditions())
