"""The totals of many batches are added up; a read takes the sum only where it is right."""

from __future__ import annotations

import pytest

from ecritures.database import tables
from ecritures.database.migrate import migrate
from ecritures.ledger import totals_summaries
from ecritures.ledger.proof.verify import verify_ledger
from ecritures.ledger.read.snapshot import open_snapshot
from ecritures.ledger.totals import TABLES, period_of
from ecritures.ledger.totals_summaries import summarize
from ecritures.worker.housekeeping import tidy
from helpers.balances import read_balance
from helpers.fec import entry, fec
from helpers.tampering import of_key, tampered

PAID = {"CompAuxNum": "F01", "CompAuxLib": "Fournisseur"}


@pytest.fixture
def post(importing, books):
    """Import an entry; give the number of its batch."""

    def run(number, amount="120,00", **options):
        content = fec(entry(number, amount, **PAID))
        url = f"https://files.example/{number}-{amount}.txt"
        return books.batch_of(importing.post(content, url=url, options=options).id)

    return run


@pytest.fixture
def sum_up(database, books):
    return lambda: summarize(database, **books.place, now=database.clock.now())


def summary_of(books):
    (row,) = books.rows(tables.totals_summaries)
    return row


def numbers(books, revision=None):
    """Under which numbers totals are read."""
    with open_snapshot(books.database, books.dossier, revision) as snapshot:
        return list(snapshot.numbers_of_totals)


def own(books):
    """The database as the firm sees it."""
    return books.database.for_domain(books.dossier.domain_id)


def first_break(books):
    first = verify_ledger(own(books), **books.place).first_break
    return None if first is None else first.sentence.code


def test_housekeeping_sums_up_the_totals_of_many_imports_and_reads_take_the_sum(
    importing, post, books, monkeypatch
):
    monkeypatch.setattr(totals_summaries, "REVISIONS_MIN", 3)
    post(1)
    post(2)
    tidy(importing.deps)
    assert books.rows(tables.totals_summaries) == []
    post(3)
    tidy(importing.deps)
    first = summary_of(books)
    later = post(4)
    assert (first.revision, numbers(books)) == (3, [first.batch_id, later])
    tidy(importing.deps)
    assert summary_of(books) == first
    assert read_balance(books.database, books.dossier).debit_cents == 4 * 12000
    post(5)
    post(6)
    tidy(importing.deps)
    second = summary_of(books)
    assert (second.revision, numbers(books)) == (6, [second.batch_id])
    for table in TABLES:
        assert books.rows(table, table.c.batch_id == first.batch_id) == []
        assert books.rows(table, table.c.batch_id == second.batch_id) != []
    assert first_break(books) is None


def test_a_sum_is_not_taken_once_a_batch_of_it_has_left(post, books, importing, sum_up):
    post(1)
    undone = importing.state.id
    kept = post(2)
    sum_up()
    books.undo(undone)
    assert numbers(books) == [kept]
    assert numbers(books, 2) == [summary_of(books).batch_id]
    books.restore(undone)
    assert summary_of(books).batch_id not in numbers(books)
    assert read_balance(books.database, books.dossier).debit_cents == 2 * 12000
    assert first_break(books) is None


def test_what_a_replacement_takes_out_is_in_the_sum(post, books, sum_up):
    post(1)
    post(1, "50,00", replace={"fiscalYear": "2024"})
    sum_up()
    assert numbers(books) == [summary_of(books).batch_id]
    assert read_balance(books.database, books.dossier).debit_cents == 5000
    assert first_break(books) is None


@pytest.mark.parametrize("table", TABLES, ids=str)
@pytest.mark.parametrize("act", ["changed", "removed", "added"])
def test_a_sum_that_was_tampered_with_is_named(post, books, sum_up, table, act):
    post(1)
    sum_up()
    row = dict(books.rows(table, table.c.batch_id == summary_of(books).batch_id)[0]._mapping)
    mine = of_key(table, row)
    statement = {
        "changed": table.update().where(*mine).values(debit_cents=1),
        "removed": table.delete().where(*mine),
        "added": table.insert().values(**row | {period_of(table).key: 203001}),
    }[act]
    with tampered(own(books), lambda connection: connection.execute(statement), table):
        assert first_break(books) == "summary-differs"


@pytest.mark.parametrize(("name", "by"), [("batch_id", 1), ("revision", -1)])
def test_a_sum_of_another_number_or_revision_is_named(post, books, sum_up, name, by):
    post(1)
    post(2)
    sum_up()
    table = tables.totals_summaries
    change = table.update().values({name: table.c[name] + by})
    with tampered(own(books), lambda connection: connection.execute(change), table):
        assert first_break(books) == "summary-differs"


def test_totals_by_year_are_made_from_those_by_month(post, books, sum_up, database):
    post(1)
    post(2)
    post(1, "50,00", replace={"fiscalYear": "2024"})
    sum_up()
    made = books.rows(tables.third_party_years)
    with database.load() as connection:
        connection.exec_driver_sql("DROP TABLE third_party_years")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0025'")
    migrate(database)
    assert books.rows(tables.third_party_years) == made
    assert {row.year for row in made} == {2024}
    assert first_break(books) is None
