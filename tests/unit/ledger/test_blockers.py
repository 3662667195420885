"""What prevents an act is reported in one sentence, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ecritures.ledger.blockers import Blocker, BlockerKind, EntryName, sentences

NAMES = tuple(EntryName(9, rank, "VE", str(117 + rank), date(2024, 3, 12)) for rank in range(1, 6))


def test_entries_are_counted_and_the_first_ones_named():
    fr, en = sentences([Blocker(BlockerKind.VALIDATED, 3, NAMES[:3])])
    assert fr == (
        "3 écritures validées (VE 118, VE 119, VE 120). Demandez leur contre-passation avec"
        " definitive=reverse."
    )
    assert en.startswith("3 entries validated (VE 118, VE 119, VE 120). ")


def test_one_entry_is_singular_and_more_than_three_are_cut():
    assert sentences([Blocker(BlockerKind.REVERSED, 1, NAMES[:1])])[0].startswith(
        "1 écriture contre-passée (VE 118)."
    )
    assert "(VE 118, VE 119, VE 120…)" in sentences([Blocker(BlockerKind.LOCKED, 5, NAMES)])[0]


def test_a_purge_has_a_day_and_accounts_are_counted_as_such():
    at = datetime(2026, 3, 5, tzinfo=UTC)
    fr, _ = sentences([Blocker(BlockerKind.PURGED, 2, at=at)])
    assert fr.startswith("2 écritures purgées le 05/03/2026.")
    differing = Blocker(BlockerKind.OPENING_DIFFERS, 2, accounts=("401000", "512000"))
    assert sentences([differing])[0].startswith("2 comptes dont")


@pytest.mark.parametrize("kind", list(BlockerKind))
def test_every_kind_has_words(kind):
    fr, en = sentences([Blocker(kind, 2)])
    assert "{" not in fr + en
    assert fr.endswith(".")
