"""A file into the ledger: posted whole, once, or not at all."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ecritures.app.actions.imports import confirm_import
from ecritures.core.errors import ConflictError, LostClaimError, SourceError, TransientSourceError
from ecritures.database import tables
from ecritures.imports.queries import list_anomalies
from ecritures.imports.request import Status
from ecritures.imports.state import recover
from ecritures.ledger.batch import NewBatch, Origin, insert_batch
from ecritures.ledger.loading import loader
from ecritures.ledger.loading.sweep import sweep
from helpers.balances import read_balance
from helpers.fec import COLUMNS, entries, entry, fec, line
from helpers.importing import ADDRESS
from helpers.transitions import count_rows, read_all


def count(database, table):
    return count_rows(database, table)


def rows(database, query):
    return [tuple(row) for row in read_all(database, query)]


def test_a_conforming_file_is_posted(importing, database, dossier):
    state = importing.post(fec(entries(3)))

    assert (state.status, state.message) == (Status.DONE, None)
    assert state.lines_done == 6
    balance = read_balance(database, dossier)
    assert [(a.account, a.debit_cents, a.credit_cents) for a in balance.accounts] == [
        ("401000", 0, 36000),
        ("607000", 36000, 0),
    ]


def test_the_source_is_known_by_its_fingerprint_and_its_address_forgotten(importing):
    content = fec(entries(1))

    state = importing.post(content, url=f"{ADDRESS}?sig=secret")

    assert state.source_bytes == len(content)
    assert len(state.source_sha256) == 64
    assert state.source_name == "079555421FEC20241231.txt"
    assert state.source_location is None


def test_every_value_of_a_line_can_be_read_back(importing, database):
    lines = entry(
        1,
        CompAuxNum="F01",
        CompAuxLib="Fournisseur",
        EcritureLet="AA",
        DateLet="20240201",
        Montantdevise="-1,234",
        Idevise="USD",
    )
    lines[1] |= {
        "EcritureLib": "Autre libellé",
        "PieceDate": "",
        "EcritureDate": "20240116",
        "CompAuxLib": "Fournisseur, autrement",
    }

    importing.post(fec(lines, columns=[*COLUMNS, "Note"]))

    stored = tables.lines.c
    query = sa.select(
        stored.line,
        sa.func.coalesce(stored.label, tables.entries.c.label),
        sa.func.coalesce(stored.piece_date, tables.entries.c.piece_date),
        sa.func.coalesce(stored.entry_date, tables.entries.c.entry_date),
        stored.lettering,
        stored.currency_amount,
        stored.currency_scale,
        stored.currency,
        stored.third_party_label,
    ).join(
        tables.entries,
        (tables.entries.c.batch_id == stored.batch_id) & (tables.entries.c.entry == stored.entry),
    )
    first, second = rows(database, query.order_by(stored.line))
    assert first[:2] == (2, "Facture 1 à régler")
    assert [str(first[2]), str(first[3])] == ["2024-01-14", "2024-01-15"]
    assert first[4:8] == ("AA", -1234, 3, "USD")
    assert first[8] is None
    assert second[:3] == (3, "Autre libellé", None)
    assert str(second[3]) == "2024-01-16"
    assert second[8] == "Fournisseur, autrement"


def test_columns_beyond_the_law_are_kept_aside(importing, database):
    lines = entry(1)
    lines[0]["Note"] = "à « part »"

    importing.post(fec(lines, columns=[*COLUMNS, "Note"]))

    query = sa.select(tables.lines.c.extra).order_by(tables.lines.c.line)
    assert rows(database, query) == [('{"Note":"à « part »"}',), (None,)]


def test_scattered_entries_are_posted_whole(importing, database):
    one, two = entry(1), entry(2)

    state = importing.post(fec([one[0], two[0], one[1], two[1]]))

    assert state.status is Status.DONE
    query = sa.select(tables.lines.c.line, tables.lines.c.entry).order_by(tables.lines.c.line)
    assert rows(database, query) == [(2, 1), (3, 2), (4, 1), (5, 2)]


def test_accounts_are_created_once_and_keep_their_first_label(importing, database):
    importing.post(fec(entry(1)))
    importing.post(fec(entry(1, "5,00", CompteLib="Autre nom")))

    code = tables.codes.c
    query = sa.select(code.code, code.id, code.label).where(code.kind == "account")
    assert rows(database, query.order_by(code.id)) == [
        ("607000", 1, "Compte 607000"),
        ("401000", 2, "Compte 401000"),
    ]
    labels = sa.select(tables.lines.c.account_label).order_by(
        tables.lines.c.batch_id, tables.lines.c.line
    )
    assert rows(database, labels) == [(None,), (None,), ("Autre nom",), ("Autre nom",)]


def test_a_refused_file_leaves_nothing_but_its_anomalies(importing, database, dossier):
    state = importing.post(fec([line(debit="10,00"), line(account="401", credit="9,99")]))

    assert state.status is Status.ENDED_WITH_ERROR
    assert state.message.code == "import-refused"
    assert "FEC-ECR-01" in state.message.fr
    assert read_balance(database, dossier).accounts == ()
    assert {a.code for a in list_anomalies(database, state).items} >= {"FEC-ECR-01", "FEC-EQU-02"}
    for table in (tables.lines, tables.entries, tables.batches, tables.codes):
        assert count(database, table) == 0


def test_an_anomaly_that_does_not_block_is_posted_and_told(importing, database):
    state = importing.post(fec(entries(1, PieceDate="")))

    assert state.status is Status.DONE
    assert state.message.code == "imported-with-anomalies"
    assert state.report["anomalyCounts"]["FEC-OBL-02"] == 2
    first = next(a for a in list_anomalies(database, state).items if a.line)
    assert (first.code, first.line, first.column) == ("FEC-OBL-02", 2, "PieceDate")


def test_a_dry_run_posts_nothing(importing, database):
    state = importing.post(fec(entries(2)), dry_run=True)

    assert (state.status, state.message.code) == (Status.DONE, "dry-run")
    assert count(database, tables.lines) == 0


def test_a_dry_run_of_a_file_that_would_be_refused_is_done_and_says_why(importing, database):
    state = importing.post(fec(entry(1, "1.50")), dry_run=True)
    assert (state.status, state.message.code) == (Status.DONE, "dry-run-refused")
    assert "bloquante" in state.message.fr
    assert (state.report["importable"], state.plan) == (False, None)
    assert state.anomaly_count
    with pytest.raises(ConflictError):
        confirm_import(database, state.id)


def test_a_final_failure_ends_the_import(importing):
    state = importing.post(SourceError("download-not-found", "Introuvable.", "Not found."))

    assert (state.status, state.message.fr) == (Status.ENDED_WITH_ERROR, "Introuvable.")
    (attempt,) = importing.attempts
    assert (attempt.outcome, attempt.message_fr) == ("failed", "Introuvable.")


def test_a_second_try_succeeds_once(importing, database, dossier):
    failure = TransientSourceError("download-reset", "Coupé.", "Cut.")

    importing.configure(attempt_pause_seconds=0)

    importing.post(failure, fec(entries(1)))
    importing.run()
    state = importing.run()

    assert (state.status, state.message, state.attempt) == (Status.DONE, None, 2)
    assert read_balance(database, dossier).debit_cents == 12000


@pytest.mark.timing
def test_a_job_delivered_twice_takes_effect_once(importing, database, dossier):
    importing.submit(fec(entries(50)))

    threads = [threading.Thread(target=importing.run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert read_balance(database, dossier).debit_cents == 50 * 12000
    assert len(importing.attempts) == 1


@pytest.fixture(params=["at once", "block by block"])
def pace(request, importing):
    """Let what is imported be loaded as it is published, or before."""
    if request.param == "block by block":
        importing.configure(block_bytes=800)
    return request.param


@pytest.mark.usefixtures("pace")
@pytest.mark.parametrize("step", ["make", "publish_batch", "check_totals"])
def test_who_loses_its_claim_publishes_nothing(importing, database, dossier, monkeypatch, step):
    """Another attempt takes the import over just before this one loads or publishes."""
    owner = loader.RowMaker if step == "make" else loader
    original = getattr(owner, step)

    def take_over(*args, **kwargs):
        result = original(*args, **kwargs)
        if step == "make":
            with database.write() as connection:
                connection.execute(
                    tables.imports.update().values(attempt=tables.imports.c.attempt + 1)
                )
        else:  # inside the publishing transaction already
            raise LostClaimError
        return result

    monkeypatch.setattr(owner, step, take_over)
    importing.post(fec(entries(9)))

    assert read_balance(database, dossier).accounts == ()


def test_the_sweeper_removes_what_dead_attempts_left(importing, database, monkeypatch, pace):
    def die(*_args, **_kwargs):
        raise LostClaimError

    monkeypatch.setattr(loader, "check_totals", die)
    state = importing.post(fec(entries(9)))
    assert count(database, tables.lines) == (0 if pace == "at once" else 18)
    assert state.status is Status.RUNNING
    recover(database, 10, every_lease=True)

    assert sweep(database) == (0 if pace == "at once" else 1)

    for table in (tables.lines, tables.entries, tables.batches):
        assert count(database, table) == 0


def test_the_sweeper_spares_what_runs_and_what_is_published(importing, database):
    importing.post(fec(entries(3)))
    running = importing.submit()
    until = database.clock.now() + timedelta(hours=1)
    batch = NewBatch(running.domain_id, running.dossier_id, 1, Origin.IMPORT, "loading", until)
    with database.write() as connection:
        insert_batch(connection, batch)

    assert sweep(database) == 0
    assert count(database, tables.batches) == 2


@pytest.mark.usefixtures("pace")
def test_two_imports_of_one_dossier_at_once_give_each_account_one_number(
    importing, database, dossier, monkeypatch
):
    """An import published while another loads makes the other load again."""
    original = loader.RowMaker.make
    other = []

    def publish_another_first(maker, numbered):
        if not other:
            other.append(True)
            importing.post(fec(entry(9, "1,00", CompteNum="611000")), url=f"{ADDRESS}?other")
        return original(maker, numbered)

    monkeypatch.setattr(loader.RowMaker, "make", publish_another_first)
    importing.configure(attempt_pause_seconds=0)
    lines = entry(9, "1,00")
    lines[0]["CompteNum"] = "622000"
    state = importing.post(fec(lines))
    assert (state.status, state.message.code) == (Status.WAITING, "ledger-moved")

    assert importing.run(state.id).status is Status.DONE
    balance = read_balance(database, dossier)
    assert balance.debit_cents == balance.credit_cents == 200
    ids = [
        number
        for (number,) in rows(
            database, sa.select(tables.codes.c.id).where(tables.codes.c.kind == "account")
        )
    ]
    assert len(ids) == len(set(ids)) == len(balance.accounts)


def test_a_server_that_has_no_statistics_gets_them_with_the_first_import(importing, database):
    importing.post(fec(entries(2)))
    if not database.is_shared:
        return
    query = sa.text("SELECT reltuples FROM pg_class WHERE relname IN ('lines', 'entries')")
    with database.read() as connection:
        assert all(rows >= 0 for rows in connection.execute(query).scalars())
