"""Imports whose server sends so slowly that they run for too long, or nearly.

Each is either in the ledger, or ended with the sentence that nothing was imported: never both.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from ecritures.database import Database
from ecritures.database.migrate import migrate
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import Caller
from ecritures.imports.queries import get_import
from ecritures.imports.request import ImportRequest, Status
from ecritures.imports.submission.submit import submit_import
from helpers.asking import good
from helpers.faulty_server import FaultyServer, late
from helpers.ports import free_port
from helpers.postgresql import postgresql_server
from helpers.reckoning import OVERRAN, check_every_import_ended_once
from helpers.striking import Program, unfinished
from helpers.waiting import wait_until

pytestmark = pytest.mark.timing

RUN_SECONDS_MAX = 3.0
IMPORTS = 12
SECONDS_MAX = 300


@pytest.fixture
def stack():
    with ExitStack() as stack:
        yield stack


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, stack):
    """A database, the command that runs its imports, and a folder."""
    folder = Path(tempfile.mkdtemp(prefix="ecritures-chaos-"))
    folder.chmod(0o755)
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'ecritures.db'}"
        return url, ["serve", "--port", str(free_port())], folder / "data"
    server = stack.enter_context(postgresql_server(folder / "cluster"))
    return server.url(server.create_database()), ["worker"], folder / "data"


def test_what_runs_too_long_is_stopped_or_posted_never_both(place, stack, rng):
    url, command, folder = place
    database = Database(url).for_all_domains()
    stack.callback(database.close)
    migrate(database)
    domain = create_domain(database, "CABINET")
    files = stack.enter_context(FaultyServer())
    running = Program(
        command,
        folder,
        database_url=url,
        storage_url=str(folder / "storage"),
        deposit_secret="shared",
        allow_private_addresses="true",
        domain_imports_max=str(IMPORTS),
        lease_seconds="1",
        run_hours_max=str(RUN_SECONDS_MAX / 3600),
        log_level="warning",
    )
    pauses = [3 * RUN_SECONDS_MAX, 0.0]
    pauses += [RUN_SECONDS_MAX * rng.uniform(0.5, 1.2) for _ in range(IMPORTS - 2)]
    accepted = {}
    for number, seconds in enumerate(pauses):
        asked = good(rng.choice([1, 500]))
        create_dossier(database, domain, code=f"D{number}", name="", siren="732829320")
        address = files.serve(f"/{number}.txt", late(asked.file, seconds))
        request = ImportRequest("fec", f"D{number}", url=address)
        caller = Caller("", domain.id, domain.code, None)
        accepted[submit_import(database, caller, request).id] = asked
    running.start()
    stack.callback(running.kill)
    wait_until(lambda: not unfinished(database), SECONDS_MAX)

    check_every_import_ended_once(database, accepted, may_overrun=True)
    slowest = get_import(database, next(iter(accepted)))
    assert (slowest.status, slowest.message.code) == (Status.ENDED_WITH_ERROR, OVERRAN)
