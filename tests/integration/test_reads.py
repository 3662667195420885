"""Every read of a ledger gives the reference's answer, now and at past revisions, page by page.

`ECRITURES_READS_SEED` repeats a run, `ECRITURES_READS_EXAMPLES` says how many histories there are.
"""

from __future__ import annotations

import os
import random
import secrets
from dataclasses import replace
from datetime import date
from itertools import count

import pytest

from ecritures.app.cursors import Pin, next_pinned_cursor, read_pinned_cursor
from ecritures.config.settings import Settings
from ecritures.directory.dossiers import FiscalYear, create_dossier, get_dossier
from ecritures.directory.keys import Caller
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.entry_list import page_entries, stream_entries
from ecritures.ledger.read.filter_texts import parse_filter
from ecritures.ledger.read.general_ledger import GeneralLedger, LedgerKey
from ecritures.ledger.read.journals import read_accounts, read_journals, read_third_parties
from ecritures.ledger.read.line_rows import page_lines, stream_lines
from ecritures.ledger.read.search import page_found
from ecritures.ledger.read.snapshot import open_snapshot
from helpers.importing import Importing
from helpers.ledgers import Books
from helpers.random_history import SIRETS, RandomHistory, random_filter
from helpers.reference_reads import Reference

EXAMPLES = int(os.environ.get("ECRITURES_READS_EXAMPLES", "3"))
SEED = int(os.environ.get("ECRITURES_READS_SEED") or secrets.randbits(32))
STEPS, FILTERS = 12, 25
YEARS = [FiscalYear(date(year, 1, 1), date(year, 12, 31)) for year in (2024, 2025)]


def pages(read):
    """All items of all pages; `read`: a page after a key."""
    found, after = [], None
    while True:
        page = read(after)
        found += page.items
        after = page.next_key
        if after is None:
            return found


def check(database, dossier, given, revision, chance):
    """Compare every read with the reference."""
    fresh = get_dossier(database, dossier.domain_id, dossier.code)
    wanted = replace(parse_filter(given, fresh), revision=revision)
    reference = Reference.read(database, fresh, revision)
    limit = chance.choice([1, 2, 3, 7, 50])
    with open_snapshot(database, fresh, revision) as snapshot:
        conditions = Conditions(snapshot, wanted)
        expected = reference.lines(wanted)
        held = pages(lambda after: page_lines(conditions, limit, after))
        assert [as_row(one) for one in held] == [row[:-1] for row in expected]
        assert list(stream_lines(conditions)) == held
        there = pages(lambda after: page_entries(conditions, limit, after))
        assert [tuple(one.place) for one in there] == reference.entries(wanted)
        assert list(stream_entries(conditions)) == there
        all_lines = {row.place: row for row in reference.rows}
        for one in there:
            assert [as_row(line) for line in one.lines] == sorted(
                (row[:-1] for row in all_lines.values() if row[0] == one.place.batch_id
                 and row.entry == one.place.entry), key=lambda row: row[1],
            )  # fmt: skip
        told = [(one.code, *one[3:]) for one in read_journals(conditions)]
        assert told == reference.totals(wanted, lambda row: row.journal)
        told = [(one.code, *one[3:]) for one in read_accounts(conditions)]
        assert told == reference.totals_once(wanted, lambda row: row.account)
        told = [(one.code, *one[3:]) for one in read_third_parties(conditions)]
        by_third_party = reference.totals_once(wanted, lambda row: row.third_party)
        assert told == [one for one in by_third_party if one[0]]
        check_ledger(snapshot, wanted, reference, limit)
        check_search(snapshot, wanted, reference, limit, chance)


def check_ledger(snapshot, wanted, reference, limit):
    ledger = GeneralLedger(snapshot, wanted)
    parts = pages(lambda after: ledger.page(limit, after and LedgerKey(*after)))
    joined = []
    for part in parts:
        shown = [(line.key, balance) for line, balance in part.lines]
        if joined and joined[-1][0] == part.account:
            assert part.carried_cents == joined[-1][2][-1][1]
            joined[-1][2].extend(shown)
        else:
            assert part.carried_cents == part.opening_cents
            joined.append((part.account, part.opening_cents, shown))
        if part.is_complete and part.lines:
            assert part.lines[-1][1] == part.closing_cents
    assert joined == reference.ledger(wanted)
    if joined and joined[0][2]:
        _, opening, shown = joined[0]
        for at in {place[0] for place, _ in shown}:
            first = ledger.page(limit, at=at).items[0]
            rest = [one for one in shown if one[0][0] >= at]
            assert [(line.key, balance) for line, balance in first.lines] == rest[:limit]
            before = [one for one in shown if one[0][0] < at]
            assert first.carried_cents == (before[-1][1] if before else opening)


def check_search(snapshot, wanted, reference, limit, chance):
    query, words, cents = chance.choice(
        [("loyer", ("loyer",), None), ("120", ("120",), 12000), ("fa-2024", ("fa-2024",), None),
         ("OEuvre 12", ("oeuvre", "12"), None), ("49,99", ("49,99",), 4999)]
    )  # fmt: skip
    found = pages(lambda after: page_found(snapshot, wanted, query, limit, after))
    expected = reference.lines(replace(wanted, anywhere=words))
    if cents is not None and not wanted.amounts:
        of_amount = [row for row in reference.lines(wanted) if cents in {row.debit, row.credit}]
        expected = sorted({*expected, *of_amount}, key=lambda row: row.place)
    assert [one.key for one in found] == [row.place for row in expected]


def as_row(line):
    return (
        *(line.batch_id, line.line, line.entry, line.day, line.journal, line.number, line.account),
        *(line.third_party, line.piece, line.label, line.debit_cents, line.credit_cents),
        *(line.lettering, line.siret),
    )


@pytest.mark.parametrize("example", range(EXAMPLES))
def test_every_read_gives_the_answer_of_the_reference(
    tmp_path, database, domain, example, monkeypatch
):
    seed = SEED + example
    print(f"ECRITURES_READS_SEED={seed}")  # noqa: T201 - shown when the test fails
    chance = random.Random(seed)  # noqa: S311 - any chance does
    few = chance.choice([0, 2, 1000])  # entries found by their words are many, or few
    monkeypatch.setattr("ecritures.ledger.read.conditions.FEW_TOLD", few)
    monkeypatch.setattr("ecritures.ledger.read.conditions.MANY_BATCHES", chance.choice([0, 1000]))
    years = YEARS if chance.random() < 0.5 else []
    dossier = create_dossier(
        database, domain, code="LIT", name="", siren="079555421", sirets=SIRETS, years=years
    )
    importing = Importing(
        Settings(data_dir=tmp_path / "runs"), database, dossier, caller_of(domain)
    )
    history = RandomHistory(chance, importing, Books(database, dossier))
    for _ in range(STEPS):
        history.step()
    last = get_dossier(database, domain.id, "LIT").ledger_revision
    assert last > 2
    for _ in range(FILTERS):
        revision = chance.choice([last, chance.randint(0, last)])
        given = random_filter(chance, history.imports)
        print(given, revision)  # noqa: T201 - shown when the test fails
        check(database, dossier, given, revision, chance)


def test_pages_join_up_while_others_import_undo_and_replace(tmp_path, database, domain):
    chance = random.Random(SEED)  # noqa: S311 - any chance does
    print(f"ECRITURES_READS_SEED={SEED}")  # noqa: T201 - shown when the test fails
    dossier = create_dossier(
        database, domain, code="LIT", name="", siren="079555421", sirets=SIRETS
    )
    importing = Importing(
        Settings(data_dir=tmp_path / "runs"), database, dossier, caller_of(domain)
    )
    history = RandomHistory(chance, importing, Books(database, dossier))
    for _ in range(6):
        history.post()
    first = get_dossier(database, domain.id, "LIT")
    wanted = parse_filter(random_filter(chance, []), first)
    expected = Reference.read(database, first, first.ledger_revision).lines(wanted)
    held, cursor = [], None
    for _ in count():
        asked, after = read_pinned_cursor(cursor, wanted, "lines", date, int, int)
        fresh = get_dossier(database, domain.id, "LIT")
        with open_snapshot(database, fresh, asked.revision) as snapshot:
            page = page_lines(Conditions(snapshot, asked), 3, after)
            pin = Pin(snapshot.revision, wanted.digest("lines"))
        held += page.items
        cursor = next_pinned_cursor(page, pin)
        if cursor is None:
            break
        history.step()
    assert [one.key for one in held] == [row.place for row in expected]


def caller_of(domain):
    return Caller("", domain.id, domain.code, None)
