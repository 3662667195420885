"""The trial balance gives the reference's answer, now and at past revisions, by everything.

`ECRITURES_READS_SEED` repeats a run, `ECRITURES_READS_EXAMPLES` says how many histories there are.
"""

from __future__ import annotations

import os
import random
import secrets
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from ecritures.config.settings import Settings
from ecritures.directory.dossiers import FiscalYear, create_dossier, get_dossier
from ecritures.directory.keys import Caller
from ecritures.ledger.read.balance import RESULT_KEY, By, read_balance
from ecritures.ledger.read.filter_texts import parse_filter
from ecritures.ledger.read.snapshot import open_snapshot
from helpers.importing import Importing
from helpers.ledgers import Books
from helpers.random_history import SIRETS, RandomHistory, random_filter
from helpers.reference_reads import Reference

EXAMPLES = int(os.environ.get("ECRITURES_READS_EXAMPLES", "3"))
SEED = int(os.environ.get("ECRITURES_READS_SEED") or secrets.randbits(32))
STEPS, FILTERS = 12, 60
YEARS = [FiscalYear(date(year, 1, 1), date(year, 12, 31)) for year in (2024, 2025)]
KEYS = {
    By.ACCOUNT: lambda row: (row.account,),
    By.CLASS: lambda row: (row.account[:1],),
    By.THIRD_PARTY: lambda row: (row.account, row.third_party),
    By.ESTABLISHMENT: lambda row: (row.siret or SIRETS[0],),
    By.JOURNAL: lambda row: (row.journal,),
    By.MONTH: lambda row: (f"{row.day:%Y%m}",),
}


@pytest.mark.parametrize("example", range(EXAMPLES))
def test_a_balance_is_that_of_its_lines(tmp_path, database, domain, example):
    seed = SEED + example
    print(f"ECRITURES_READS_SEED={seed}")  # noqa: T201 - shown when the test fails
    chance = random.Random(seed)  # noqa: S311 - any chance does
    years = YEARS if chance.random() < 0.5 else []
    dossier = create_dossier(
        database, domain, code="LIT", name="", siren="079555421", sirets=SIRETS, years=years
    )
    caller = Caller("", domain.id, domain.code, None)
    importing = Importing(Settings(data_dir=tmp_path / "runs"), database, dossier, caller)
    history = RandomHistory(chance, importing, Books(database, dossier))
    for _ in range(STEPS):
        history.step()
    fresh = get_dossier(database, domain.id, "LIT")
    last = fresh.ledger_revision
    references = {}
    for _ in range(FILTERS):
        revision = chance.choice([last, chance.randint(0, last)])
        given, by = random_filter(chance, history.imports), chance.choice(list(By))
        print(given, by, revision)  # noqa: T201 - shown when the test fails
        if revision not in references:
            references[revision] = Reference.read(database, fresh, revision)
        wanted = replace(parse_filter(given, fresh), revision=revision)
        with open_snapshot(database, fresh, revision) as snapshot:
            found = read_balance(snapshot, wanted, by)
        shown, expected = compared(found, *references[revision].balance(wanted, KEYS[by]))
        assert shown == expected


def compared(found, expected, result):
    """Return the amounts of the rows and those expected; what they have besides is asserted."""
    told = {row.key: row for row in found.rows if row.key != RESULT_KEY}
    if found.by is By.MONTH:
        months = list(told.values())
        for month, following in pairwise(months):
            assert month.closing_cents == following.opening_cents
        opening = sum(sums[0] for sums in expected.values())
        assert not months or months[0].opening_cents == opening
        expected = {key: [0, *sums[1:]] for key, sums in expected.items()}
        told = {key: replace(row, opening_cents=0) for key, row in told.items()}
    if found.by is By.THIRD_PARTY:
        named = {account for account, third_party in expected if third_party}
        expected = {key: sums for key, sums in expected.items() if key[0] in named}
    else:
        results = [row.opening_cents for row in found.rows if row.key == RESULT_KEY]
        assert results == ([result] if result and found.by is not By.MONTH else [])
    shown = {
        key: [row.opening_cents, row.debit_cents, row.credit_cents]
        for key, row in told.items()
        if row.opening_cents or row.debit_cents or row.credit_cents
    }
    assert list(told) == sorted(told)
    return shown, {key: sums for key, sums in expected.items() if any(sums)}
