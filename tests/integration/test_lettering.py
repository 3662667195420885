"""Lines are matched by hand, beside the lettering of files."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.app.actions import lettering
from ecritures.app.actions.closing import DossierRequest
from ecritures.app.ledger_reads import ReadRequest, show_lettering
from ecritures.core.errors import EcrituresError
from ecritures.database import tables
from ecritures.ledger.read.filter_texts import FilterTexts
from helpers.fec import fec, line


def invoice(number, debit, credit="0,00", third="C1", code="", account="411000"):
    named = {"CompAuxNum": third, "CompAuxLib": f"Client {third}"} if third else {}
    return [
        line(number, account, debit, credit, **named, EcritureLet=code,
             DateLet="20240630" if code else ""),
        line(number, "706000", credit, debit),
    ]  # fmt: skip


FILE = fec(
    [
        *invoice(1, "100,00", code="AA"),  # line 2 of the file
        *invoice(2, "0,00", "100,00", code="AA"),  # 4
        *invoice(3, "50,00"),  # 6
        *invoice(4, "0,00", "20,00"),  # 8
        *invoice(5, "0,00", "30,00"),  # 10
        *invoice(6, "70,00", third="C2"),  # 12
    ]
)


@pytest.fixture
def hand(database, caller, dossier, importing, books):
    """Match and unmatch lines of `FILE`, by their number there."""
    batch = books.batch_of(importing.post(FILE).id)
    request = DossierRequest(database.for_domain(caller.domain_id), caller, dossier.code)

    class Hand:
        def name(self, number):
            return f"{batch}:{number}"

        def match(self, *numbers, code=None):
            return lettering.match(request, [self.name(one) for one in numbers], code).view

        def unmatch(self, name, *more):
            return lettering.unmatch(request, str(name), *more).view

        def read(self, is_open=None, limit=100, cursor=None, **given):
            given = {name: [one] if name != "lettering" else one for name, one in given.items()}
            place = request.database, caller, dossier.code, FilterTexts(**given), limit, cursor
            return show_lettering(ReadRequest(*place, is_open=is_open))

        def page(self, **wanted):
            return self.read(**wanted)["items"]

        def groups(self, **wanted):
            return [
                (one["thirdParty"], one["code"], one["lineCount"], one["restCents"], one["by"])
                for one in self.page(**wanted)
            ]

        def refused(self, act, *arguments, **options):
            with pytest.raises(EcrituresError) as caught:
                act(*arguments, **options)
            return caught.value.sentence.code

    return Hand()


def test_lines_get_the_next_free_code_and_a_partial_group_shows_its_rest(hand, books):
    assert hand.groups() == [("C1", "AA", 2, 0, "file")]
    view = hand.match(6, 8)
    assert (view["group"]["code"], view["group"]["restCents"]) == ("AB", 3000)
    assert (view["group"]["state"], view["brokenGroups"]) == ("open", [])
    assert hand.groups() == [("C1", "AA", 2, 0, "file"), ("C1", "AB", 2, 3000, "hand")]
    assert hand.groups(is_open=True) == [("C1", "AB", 2, 3000, "hand")]
    assert hand.groups(account="40*") == hand.groups(third_party="C2") == []
    (event,) = books.rows(tables.events, tables.events.c.kind == "matched")
    (row,) = books.rows(tables.matchings)
    assert event.details == {
        "matching": row.id,
        "accountId": row.account_id,
        "thirdPartyId": row.third_party_id,
        "code": "AB",
        "day": row.day.isoformat(),
        "matched": True,
        "lines": [[one.batch_id, one.line] for one in books.rows(tables.matching_lines)],
    }


def test_a_group_by_hand_is_lifted_by_its_number_or_its_code(hand, books):
    view = hand.match(6, 8, 10, code="Z9")
    assert view["group"]["state"] == "closed"
    assert hand.refused(hand.match, 6, 8) == "line-matched"
    hand.unmatch(view["group"]["id"])
    assert hand.groups() == [("C1", "AA", 2, 0, "file")]
    hand.match(6, 8)
    hand.unmatch("AB", "411000", "C1")
    assert hand.groups() == [("C1", "AA", 2, 0, "file")]
    events = books.rows(tables.events, tables.events.c.kind == "unmatched")
    assert [one.details["unmatched"] for one in events] == [[view["group"]["id"]], [4]]


def test_the_hand_wins_over_the_file(hand):
    view = hand.match(2, 6)
    assert view["brokenGroups"] == ["AA"]
    assert hand.groups() == [("C1", "AA", 1, -10000, "file"), ("C1", "AB", 2, 15000, "hand")]
    hand.unmatch("AB")
    assert hand.groups() == [("C1", "AA", 2, 0, "file")]


def test_the_lettering_of_a_file_no_longer_holds_once_unmatched(hand, books):
    hand.unmatch("AA")
    assert hand.groups() == []
    assert {row.lettering for row in books.rows(tables.lines)} == {None, "AA"}  # lines never change
    hand.match(2, 4, code="AA")
    assert hand.groups() == [("C1", "AA", 2, 0, "hand")]


def test_a_group_of_the_file_may_be_completed_under_its_code(hand):
    hand.match(2, 4, 6, code="AA")
    assert hand.groups() == [("C1", "AA", 3, 5000, "hand")]


def test_what_cannot_be_matched_is_said(hand):
    assert hand.refused(hand.match, 6) == "matching-lines"
    assert hand.refused(hand.match, 6, 12) == "matching-differs"
    assert hand.refused(hand.match, 6, 7) == "matching-differs"
    assert hand.refused(hand.match, 6, 999) == "line-unknown"
    assert hand.refused(hand.match, 6, 8, code="AA") == "lettering-code-used"
    assert hand.refused(hand.unmatch, "XX") == "lettering-unknown"


def test_lines_that_left_the_ledger_are_in_no_group(hand, books, importing):
    hand.match(6, 8)
    books.undo(importing.state.id)
    assert hand.groups() == []
    assert hand.refused(hand.match, 6, 8) == "line-unknown"
    books.restore(importing.state.id)
    assert hand.groups()[1] == ("C1", "AB", 2, 3000, "hand")


def test_pages_follow_each_other(hand):
    hand.match(6, 8)
    first = hand.read(limit=1)
    hand.unmatch("AA")  # pages are those of one revision
    second = hand.read(limit=1, cursor=first["nextCursor"])
    assert [one["code"] for page in (first, second) for one in page["items"]] == ["AA", "AB"]
    assert second["nextCursor"] is None


def test_groups_are_filtered_by_their_lines(hand):
    hand.match(6, 8)
    assert [one["code"] for one in hand.page(amount="50")] == ["AB"]
    assert [one["lineCount"] for one in hand.page(amount="50")] == [2]
    assert hand.page(account="706*") == []
    assert [one["code"] for one in hand.page(is_open=True)] == ["AB"]


def test_lines_of_locked_days_are_matched_and_unmatched(hand, books):
    books.set_dossier(locked_through=date(2024, 12, 31), closed_through=date(2024, 12, 31))
    hand.match(6, 8)
    hand.unmatch("AB")
    hand.unmatch("AA")
    assert hand.groups() == []


def of_year(year, code="AA", day="0630", **amounts):
    """An entry of a customer, lettered in a year: for `fec`."""
    number = f"{year}{code}{len(amounts)}{amounts}"
    rows = invoice(number, amounts.get("debit", "0,00"), amounts.get("credit", "0,00"), code=code)
    return [row | {"EcritureDate": f"{year}0315", "DateLet": f"{year}{day}"} for row in rows]


def test_a_code_used_again_in_another_year_is_another_group(hand, importing):
    importing.post(fec([*of_year(2023, debit="40,00"), *of_year(2023, credit="40,00")]))
    importing.post(fec(of_year(2025, debit="7,00")))
    page = hand.page(account="411000")
    aa = [(one["fiscalYear"], one["restCents"]) for one in page if one["code"] == "AA"]
    assert aa == [("2023-01-01", 0), ("2024-01-01", 0), ("2025-01-01", 700)]
    with pytest.raises(EcrituresError, match="fiscal years have the lettering AA"):
        hand.unmatch("AA", "411000", "C1")
    assert hand.unmatch("AA", "411000", "C1", "2025")["group"]["lineCount"] == 1
    assert [one["fiscalYear"] for one in hand.page(account="411000")] == [
        "2023-01-01", "2024-01-01",
    ]  # fmt: skip


def test_a_group_over_two_years_has_one_lettering_date_and_balances_as_a_whole(hand, importing):
    rows = [*of_year(2023, "ZZ", debit="40,00"), *of_year(2025, "ZZ", credit="40,00")]
    importing.post(fec([row | {"DateLet": "20250402"} for row in rows]))
    (group,) = [one for one in hand.page(account="411000") if one["code"] == "ZZ"]
    assert (group["fiscalYear"], group["lineCount"], group["state"]) == (None, 2, "closed")


@pytest.mark.parametrize("codes_max", [0, 2000])
@pytest.mark.parametrize("given", [{}, {"third_party": "C1"}])
def test_pages_of_groups_join_up_whatever_is_read_at_once(hand, monkeypatch, codes_max, given):
    hand.match(6, 8)  # does not balance: 30,00 is left
    every = {is_open: hand.read(is_open, **given)["items"] for is_open in (None, True, False)}
    assert every[None] == sorted(every[True] + every[False], key=every[None].index)
    assert every[True]
    assert every[False]
    monkeypatch.setattr("ecritures.ledger.read.open_lettering.CODES_MAX", codes_max)
    monkeypatch.setattr("ecritures.ledger.read.shares.PART_LINES", 1)
    for is_open, expected in every.items():
        found, cursor = [], None
        while True:
            page = hand.read(is_open, limit=1, cursor=cursor, **given)
            found += page["items"]
            cursor = page["nextCursor"]
            if cursor is None:
                break
        assert found == expected
