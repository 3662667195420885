"""What a dead worker leaves is put back, whatever another one holds meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from ecritures.database import tables
from ecritures.imports.queries import get_import
from ecritures.imports.request import ImportRequest, Status
from ecritures.imports.state import recover
from ecritures.imports.submission.submit import submit_import
from helpers.transitions import claim_import

pytestmark = pytest.mark.timing


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_worker_that_sleeps_in_a_transaction_holds_up_no_other(
    settings, database, caller, dossier
):
    held, free = (
        submit_import(database, caller, ImportRequest("fec", dossier.code, url=f"https://x/{one}"))
        for one in range(2)
    )
    for one in (held, free):
        claim_import(database, one.id)
    its_row = sa.select(tables.imports).where(tables.imports.c.id == held.id).with_for_update()
    with ThreadPoolExecutor(1) as pool, database.write() as sleeping:
        sleeping.execute(its_row)
        pool.submit(recover, database, settings.interruptions_max, every_lease=True).result(30)
        assert get_import(database, free.id).status is Status.WAITING
    assert get_import(database, held.id).status is Status.RUNNING

    recover(database, settings.interruptions_max, every_lease=True)

    assert get_import(database, held.id).status is Status.WAITING
