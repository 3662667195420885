"""What was withdrawn long ago is deleted; its header, digest and events stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ecritures.database import tables
from ecritures.ledger.blockers import BlockedError
from ecritures.ledger.loading import purge as purging
from ecritures.worker.housekeeping import tidy
from helpers.fec import entries, entry, fec
from helpers.ledgers import kinds

pytestmark = pytest.mark.fake_clock

FILE = fec(entries(2))
OTHER = fec(entry(3))


@pytest.fixture
def pass_days(importing):
    def _pass(days):
        importing.deps.database.clock.advance(timedelta(days=days))
        tidy(importing.deps)

    return _pass


def held(books, batch):
    of_batch = [
        len(books.rows(table, table.c.batch_id == batch))
        for table in (tables.lines, tables.entries, tables.totals)
    ]
    (row,) = books.rows(tables.batches, tables.batches.c.id == batch)
    return row.state, of_batch


def total_of(books, batch):
    """Give a batch a total, as the loader does."""
    row = {"account_id": 1, "journal_id": 1, "siret": "", "month": 202401, "removed": False}
    with books.database.for_domain(books.dossier.domain_id).write() as connection:
        connection.execute(tables.totals.delete().where(tables.totals.c.batch_id == batch))
        connection.execute(
            tables.totals.insert().values(
                domain_id=books.dossier.domain_id, batch_id=batch, **row,
                debit_cents=1, credit_cents=1, lines=1,
            )
        )  # fmt: skip


def test_an_undone_import_can_be_restored_for_ninety_days(importing, books, pass_days):
    first, second = importing.post(FILE), importing.post(OTHER)
    batch = books.batch_of(first.id)
    total_of(books, batch)
    books.update(tables.batches, batch, entries=2)
    books.undo(first.id)
    pass_days(89)
    assert held(books, batch) == ("published", [4, 2, 1])
    books.restore(first.id)
    books.undo(first.id)
    pass_days(89)
    pass_days(2)
    assert held(books, batch) == ("purged", [0, 0, 0])
    assert held(books, books.batch_of(second.id))[0] == "published"
    (header,) = books.rows(tables.batches, tables.batches.c.id == batch)
    assert header.content_sha256 == first.content_sha256

    with pytest.raises(BlockedError) as caught:
        books.restore(first.id)
    assert kinds(caught.value) == {"purged": 2}
    purged_on = books.database.clock.now()
    assert f"le {purged_on:%d/%m/%Y}" in caught.value.sentence.fr
    assert "Importez de nouveau" in caught.value.sentence.fr
    (event,) = books.rows(tables.events, tables.events.c.kind == "purged")
    assert (event.batch_id, event.digest is not None) == (batch, True)
    pass_days(1)
    assert len(books.rows(tables.events, tables.events.c.kind == "purged")) == 1


def test_an_undo_that_would_bring_back_what_was_purged_is_refused(importing, books, pass_days):
    first, second = importing.post(FILE), importing.post(OTHER)
    books.end_with(books.batch_of(first.id), books.batch_of(second.id))
    pass_days(91)
    assert held(books, books.batch_of(first.id))[0] == "purged"
    with pytest.raises(BlockedError) as caught:
        books.undo(second.id)
    assert [str(one.kind) for one in caught.value.blockers] == ["purged"]


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_purge_that_was_cut_short_goes_on(importing, books, pass_days, monkeypatch, steps):
    first = importing.post(FILE)
    batch = books.batch_of(first.id)
    total_of(books, batch)
    books.undo(first.id)

    class _DiedError(Exception):
        pass

    def die_after(database, _domain_id, batch_id):
        for table in (tables.lines, tables.entries)[:steps]:
            with database.write() as connection:
                connection.execute(table.delete().where(table.c.batch_id == batch_id))
        raise _DiedError

    monkeypatch.setattr(purging, "empty_batch", die_after)
    with pytest.raises(_DiedError):
        pass_days(91)
    monkeypatch.undo()
    with pytest.raises(BlockedError):
        books.restore(first.id)
    pass_days(0)
    assert held(books, batch) == ("purged", [0, 0, 0])
    assert len(books.rows(tables.events, tables.events.c.kind == "purged")) == 1


def test_what_came_back_meanwhile_is_kept(importing, books, pass_days, monkeypatch):
    first = importing.post(FILE)
    books.undo(first.id)
    withdrawn = purging._withdrawn

    def find_then_restore(*arguments):
        found = withdrawn(*arguments)
        assert found
        books.restore(first.id)
        return found

    monkeypatch.setattr(purging, "_withdrawn", find_then_restore)
    pass_days(91)
    assert held(books, books.batch_of(first.id))[0] == "published"
    assert books.balance()["607000"] == (24000, 0)
