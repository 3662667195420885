"""A worker stands still at a chosen statement, held there by the test, and is struck.

Killed, another one takes its import over; put to sleep past its lease, it also wakes up again.
Either way the import ends, once.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Event

import psycopg
import pytest
import sqlalchemy as sa

from ecritures.database import Database, tables
from ecritures.database.migrate import migrate
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import Caller
from ecritures.imports.queries import list_attempts
from ecritures.imports.request import ImportRequest
from ecritures.imports.submission.submit import submit_import
from helpers.asking import Asked
from helpers.faulty_server import FaultyServer, whole
from helpers.fec import entry, fec
from helpers.postgresql import ADMINISTRATOR, postgresql_server
from helpers.reckoning import check_every_import_ended_once
from helpers.striking import Program, read, unfinished
from helpers.waiting import wait_until

pytestmark = pytest.mark.timing

FILE = fec(entry(1) + entry(9))  # a number is missing: an anomaly, and no obstacle
SIZE = 2

AT_COMMIT = 1  # the lock that a publication asks for when it commits
ITS_IMPORT = "SELECT FROM imports WHERE id = %(import)s FOR UPDATE"
ITS_ATTEMPT = "SELECT FROM attempts WHERE import_id = %(import)s FOR UPDATE"
ITS_DOSSIER = "SELECT FROM dossiers WHERE code = %(dossier)s FOR UPDATE"
ITS_LEDGER = "SELECT FROM dossiers WHERE code = %(dossier)s FOR SHARE"  # may be named, not changed
TABLE = "LOCK TABLE {} IN SHARE MODE"
ANSWER = "its file is not given"
COMMIT = f"SELECT pg_advisory_xact_lock({AT_COMMIT})"
DOWNLOAD = (ANSWER, "")
ENTRIES = (TABLE.format("entries"), 'COPY "entries')
PUBLISH = (ITS_LEDGER, "UPDATE dossiers SET ledger_revision")
STEPS = {
    "to begin": [(ITS_IMPORT, "UPDATE imports SET status")],
    "to note that it began": [(TABLE.format("attempts"), "INSERT INTO attempts")],
    "to download": [DOWNLOAD],
    "to say that it has the file": [DOWNLOAD, (ITS_IMPORT, "UPDATE imports SET stored_key")],
    "to tell an anomaly": [DOWNLOAD, (TABLE.format("anomalies"), 'COPY "anomalies"')],
    "to open its batch": [(ITS_DOSSIER, "INSERT INTO batches")],
    "to load entries": [ENTRIES],
    "to load lines": [ENTRIES, (TABLE.format("lines"), 'COPY "lines')],
    "to publish": [PUBLISH],
    "to add codes": [(TABLE.format("codes"), 'INSERT INTO "codes"')],
    "to end its attempt": [PUBLISH, (ITS_ATTEMPT, "UPDATE attempts")],
    "to hear that it has published": [PUBLISH, (COMMIT, "COMMIT")],
}
"""What a worker is about to do → what holds it up, one after the other, and at which statement."""
UNDONE = {"to begin", "to note that it began"}
SLEPT_AT = ["to download", "to load lines", "to publish", "to hear that it has published"]
AT_ONCE, IN_BLOCKS = "10000000", "400"
STRIKES = [
    *((AT_ONCE, one, "killed") for one in STEPS),
    *((AT_ONCE, one, "asleep") for one in SLEPT_AT),
    *((IN_BLOCKS, "to load lines", how) for how in ("killed", "asleep")),
    *((IN_BLOCKS, "to publish", how) for how in ("killed", "asleep")),
]
"""How large the blocks of the file are, what the worker is about to do, and how it is struck."""

STANDS = """
    SELECT count(*) FROM pg_stat_activity WHERE starts_with(query, %(statement)s)
    AND EXISTS (
        SELECT FROM unnest(pg_blocking_pids(pid)) AS blocking(pid)
        WHERE blocking.pid = %(holder)s OR %(holder)s = ANY(pg_blocking_pids(blocking.pid))
    )
"""
"""How many stand there, perhaps behind a heartbeat that stands there too."""

PUBLICATIONS_CAN_BE_HELD_AT_COMMIT = f"""
CREATE FUNCTION ask_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_xact_lock_shared({AT_COMMIT});
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ask_at_commit AFTER UPDATE OF ledger_revision ON dossiers
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ask_at_commit();
"""
"""Only the transaction that publishes asks: a heartbeat's commit, which holds rows that the
publication needs, is never held up."""


class Stage:
    """A database, a server of files, and a worker that waits, asleep, for its entry."""

    def __init__(self, folder, stack, block_bytes):
        self._folder = folder
        self._block_bytes = block_bytes
        self._server = stack.enter_context(postgresql_server(folder / "cluster"))
        self._files = stack.enter_context(FaultyServer())
        self._name = self._server.create_database()
        self.database = Database(self._server.url(self._name)).for_all_domains()
        stack.callback(self.database.close)
        migrate(self.database)
        with psycopg.connect(self._server.url(self._name, ADMINISTRATOR)) as administrator:
            administrator.execute(PUBLICATIONS_CAN_BE_HELD_AT_COMMIT)
        self._domain = create_domain(self.database, "CABINET")
        self._may_answer = Event()
        self._may_answer.set()
        self._stack = stack
        self.accepted = {}
        self.asleep = self.start_worker()
        self.asleep.pause()

    def start_worker(self):
        worker = Program(
            ["worker"],
            Path(tempfile.mkdtemp(dir=self._folder)),
            database_url=self._server.url(self._name),
            storage_url=str(self._folder / "storage"),
            deposit_secret="shared",
            allow_private_addresses="true",
            lease_seconds="0.6",
            block_bytes=self._block_bytes,
        )
        worker.start()
        self._stack.callback(worker.kill)
        return worker

    def ask(self):
        """Ask for an import in a dossier of its own."""
        code = f"D{len(self.accepted)}"
        create_dossier(self.database, self._domain, code=code, name="", siren="732829320")
        caller = Caller("", self._domain.id, self._domain.code, None)
        address = self._files.serve(f"/{code}.txt", self._answer)
        asked = submit_import(self.database, caller, ImportRequest("fec", code, url=address))
        self.accepted[asked.id] = Asked(code, SIZE)
        self._its = {"import": asked.id, "dossier": code}
        return asked.id

    def _answer(self, exchange):
        self._may_answer.wait()
        whole(FILE)(exchange)

    def bring(self, holds, held):
        """Let a worker come as far as what holds it up, one after the other."""
        for what, statement in holds:
            before = held.pop_all()
            stands = held.enter_context(self._hold(what, statement))
            before.close()
            wait_until(stands)

    @contextmanager
    def _hold(self, what, statement):
        """Hold a worker up at a statement; give what tells whether it stands there."""
        address = self._server.url(self._name, ADMINISTRATOR)
        with (
            psycopg.connect(address, autocommit=True) as watch,
            psycopg.connect(address) as holder,
        ):
            if what == ANSWER:
                asked = len(self._files.requests)
                self._may_answer.clear()
                yield lambda: len(self._files.requests) > asked
                self._may_answer.set()
                return
            holder.execute(what, self._its)
            yield partial(self._count_standing, watch, statement, holder.info.backend_pid)
            holder.rollback()

    def _count_standing(self, watch, statement, holder):
        return watch.execute(STANDS, {"statement": statement, "holder": holder}).fetchone()[0]

    def lease_ran_out(self, import_id):
        query = sa.select(tables.imports).where(tables.imports.c.id == import_id)
        row = read(self.database, query)[0]
        return row.leased_until is None or row.leased_until < self.database.clock.now()


@pytest.fixture(scope="module")
def stage(request):
    folder = Path(tempfile.mkdtemp(prefix="ecritures-chaos-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield Stage(folder, stack, request.param)


@pytest.mark.parametrize(("stage", "about", "how"), STRIKES, indirect=["stage"])
def test_a_worker_is_struck_when_it_is_about(stage, about, how):
    import_id = stage.ask()
    struck = stage.asleep
    with ExitStack() as held:
        held.callback(struck.resume)
        stage.bring(STEPS[about], held)
        attempts = len(list_attempts(stage.database, import_id))  # the lease is short
        if how == "killed":
            struck.kill()
        else:
            struck.pause()
        other = stage.start_worker()
        if how == "asleep":
            wait_until(lambda: stage.lease_ran_out(import_id))
    if how == "asleep":
        struck.resume()
    wait_until(lambda: not unfinished(stage.database))
    for worker in {other} if how == "killed" else {struck, other}:
        wait_until(lambda at_work=worker.scratch: not list(at_work.glob("*")))

    check_every_import_ended_once(stage.database, stage.accepted)
    outcomes = [attempt.outcome for attempt in list_attempts(stage.database, import_id)]
    if about == "to hear that it has published":
        assert len(outcomes) == attempts
    elif how == "killed":
        assert (attempts == 0) is (about in UNDONE)
        assert len(outcomes) > attempts
    struck.kill()
    stage.asleep = other
    other.pause()
