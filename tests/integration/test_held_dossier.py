"""A transaction that holds a dossier for long delays the requests of its own firm alone."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from ecritures.api.http.rate_limit import RateLimit
from ecritures.api.loop.submit_together import SubmissionBatch, Submitter, UnauthenticatedRequest
from ecritures.config.settings import Settings
from ecritures.database.failures import is_locked
from ecritures.database.tables import dossiers
from ecritures.imports.request import ImportRequest
from ecritures.imports.submission import enqueue

pytestmark = pytest.mark.timing


@pytest.fixture(params=["postgresql"])
def database(database):
    """SQLite has one writer at a time, whatever it writes."""
    return database


@pytest.fixture
def submitter(database, tmp_path):
    rate = RateLimit(database.clock, 0, 0)
    return Submitter(SubmissionBatch(Settings(data_dir=tmp_path), database, rate, lambda: None))


def hold(connection, dossier):
    row = sa.select(dossiers.c.id).where(dossiers.c.id == dossier.id)
    connection.execute(row.where(dossiers.c.domain_id == dossier.domain_id).with_for_update())


def fec(key, code, name="a"):
    request = ImportRequest("fec", code, url=f"https://x.example/{name}")
    return UnauthenticatedRequest(key, request)


def test_other_firms_are_answered_while_a_dossier_is_held(
    database, key, other_key, dossier, submitter
):
    async def scenario(connection):
        held = asyncio.create_task(submitter.submit(fec(key, dossier.code)))
        others = [await submitter.submit(fec(other_key, "AUTRE", name)) for name in "abc"]
        assert not held.done()
        connection.rollback()
        return others, await held

    with database._backend._engine.connect() as connection:
        connection.exec_driver_sql(f"BEGIN; SET LOCAL ecritures.domain = '{dossier.domain_id}'")
        hold(connection, dossier)
        others, held = asyncio.run(scenario(connection))

    assert len({one.import_id for one in others}) == 3
    assert held.import_id


def test_a_dossier_held_for_too_long_is_an_error_and_not_a_wait(
    database, key, dossier, submitter, monkeypatch
):
    monkeypatch.setattr("ecritures.api.loop.submit_together.LOCK_SECONDS_MAX", 0.1)
    assert enqueue.LOCK_SECONDS_MAX > 1
    with database.write() as connection:
        hold(connection, dossier)
        with pytest.raises(sa.exc.OperationalError) as raised:
            asyncio.run(submitter.submit(fec(key, dossier.code)))
    assert is_locked(raised.value)
