"""PostgreSQL itself keeps the firms apart: row-level security, under the program's own role."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

import ecritures
from ecritures.app.actions.maintenance import end_maintenance, start_maintenance
from ecritures.config.settings import Settings
from ecritures.database import Database, across_domains
from ecritures.database.tables import batches, disruptions, domains, lines, metadata, workers
from ecritures.directory.keys import create_key
from ecritures.directory.presence import Process, register
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.queries import ImportFilter, get_import, list_imports
from ecritures.imports.request import Status
from ecritures.ledger.batch import DeadBatchError, require_loading
from ecritures.sources.fake import FakeDownloader
from ecritures.worker.runner import Runner
from helpers.firms import FILE, TABLES_OF_FIRMS, make_firm, rows
from helpers.postgresql import ADMINISTRATOR
from helpers.running_service import running_service
from helpers.v1_calls import URL, asked, call

TABLES = [pytest.param(table, id=table.name) for table in TABLES_OF_FIRMS]
WITH_DOMAIN = [
    pytest.param(table, id=table.name) for table in TABLES_OF_FIRMS if "domain_id" in table.c
]
LARGE = {
    *("anomalies", "batch_links", "entries", "entry_links", "line_sections", "lines"),
    *("third_party_totals", "third_party_years", "totals"),
}
"""Their policies spare their owner, who fills them, and never show all firms at once."""
SECONDS_MAX = 60
SRC = Path(ecritures.__file__).parent


@pytest.fixture(scope="module")
def database(postgresql):
    """A database as the program opens it: it shows nothing yet."""
    database = Database(postgresql.url(postgresql.create_database(postgresql.template)))
    yield database
    database.close()


@pytest.fixture(scope="module")
def firms(database, tmp_path_factory):
    """Two firms, each with rows in every table; all but their creation is done in their scope."""
    folder = tmp_path_factory.mktemp("isolation")
    return [make_firm(folder, database, code) for code in ("A", "B")]


def count_in(connection):
    return connection.execute(sa.select(sa.func.count()).select_from(domains)).scalar_one()


def keyed(table, row):
    return sa.and_(*(column == getattr(row, column.name) for column in table.primary_key))


def refused(database, statement, error, words):
    with pytest.raises(error, match=words), database.write() as connection:
        connection.execute(statement)


def test_an_import_runs_under_the_scope_of_its_firm(firms):
    for one in firms:
        state = get_import(one.database, one.import_id)
        assert (state.status, state.lines_done) == (Status.DONE, 4)
        assert state.anomaly_count > 0


def test_the_role_of_these_tests_is_subject_to_policies(database, postgresql):
    administrator = Database(postgresql.url("postgres", ADMINISTRATOR))
    assert database.keeps_domains_apart()
    assert not administrator.keeps_domains_apart()
    administrator.close()


@pytest.mark.parametrize(("role", "exit_code"), [(ADMINISTRATOR, 1), ("ecritures", 0)])
def test_the_doctor_tells_a_role_that_escapes_the_policies(postgresql, tmp_path, role, exit_code):
    done = subprocess.run(
        [sys.executable, "-m", "ecritures", "doctor"],
        env=os.environ | {"ECRITURES_DATABASE_URL": postgresql.url(postgresql.template, role)},
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == exit_code, done.stderr
    assert ("BYPASSRLS" in done.stdout) == bool(exit_code)


def test_every_table_has_a_policy_and_only_the_large_ones_spare_their_owner(database):
    query = """
        SELECT relname, relforcerowsecurity
        FROM pg_class JOIN pg_tables ON tablename = relname
        WHERE schemaname = 'public' AND relname <> 'alembic_version'
            AND relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid)
    """
    with database.read() as connection:
        found = dict(connection.execute(sa.text(query)).all())
    assert found == {name: name not in LARGE for name in metadata.tables}


def test_the_owner_is_not_inherited(database):
    owner = "SELECT count(*) FROM pg_tables WHERE tableowner = current_user"
    inherits = "SELECT pg_has_role(current_user, 'ecritures_owner', 'USAGE')"
    with database.read() as connection:
        assert connection.execute(sa.text(owner)).scalar_one() == 0
        assert not connection.execute(sa.text(inherits)).scalar_one()


@pytest.mark.parametrize("table", TABLES)
def test_without_a_scope_nothing_is_seen_nor_written(database, firms, table):
    mine = rows(firms[0].database, table)[0]
    assert rows(database, table) == []
    with database.write() as connection:
        assert connection.execute(table.delete()).rowcount == 0
    refused(database, table.insert().values(mine._mapping), sa.exc.ProgrammingError, "row-level")


@pytest.mark.parametrize("table", TABLES)
def test_a_firm_sees_its_own_rows_and_no_other(database, firms, table):
    a, b = (set(map(str, rows(one.database, table))) for one in firms)
    assert a
    assert b
    assert not a & b
    whole = set(map(str, rows(database.for_all_domains(), table)))
    assert whole == set() if table.name in LARGE else a | b <= whole


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_another_firm_can_be_neither_changed_nor_removed(firms, table):
    a, b = firms
    theirs = rows(b.database, table)
    for row in theirs:
        which = keyed(table, row)
        with a.database.write() as connection:
            changed = {column: column for column in table.c}
            assert connection.execute(table.update().where(which).values(changed)).rowcount == 0
            assert connection.execute(table.delete().where(which)).rowcount == 0
    assert rows(b.database, table) == theirs


@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_another_firm_cannot_be_written(firms, table):
    a, b = firms
    theirs = rows(b.database, table)
    statement = table.insert().values(theirs[0]._mapping)
    refused(a.database, statement, sa.exc.ProgrammingError, "row-level security")
    assert rows(b.database, table) == theirs


@pytest.mark.parametrize("table", WITH_DOMAIN)
def test_a_row_cannot_be_given_to_another_firm(firms, table):
    a, b = firms
    ours, theirs = rows(a.database, table), rows(b.database, table)
    statement = table.update().values(domain_id=b.domain.id)
    refused(a.database, statement, sa.exc.ProgrammingError, "row-level security|check constraint")
    assert (rows(a.database, table), rows(b.database, table)) == (ours, theirs)


def test_a_firm_reads_the_disruptions_of_the_service_and_writes_none(database, firms):
    whole, own = database.for_all_domains(), firms[0].database
    start_maintenance(whole, "upgrade")
    (told,) = rows(own, disruptions)
    assert rows(database, disruptions) == []  # without a scope
    with own.write() as connection:
        assert connection.execute(disruptions.update().values(reason="mine")).rowcount == 0
        assert connection.execute(disruptions.delete()).rowcount == 0
    other = dict(told._mapping) | {"id": "other"}
    refused(own, disruptions.insert().values(other), sa.exc.ProgrammingError, "row-level security")
    end_maintenance(whole)


def test_a_firm_sees_no_process_of_the_service(database, firms):
    whole = database.for_all_domains()
    register(whole, Process(1), timedelta(seconds=30))
    assert rows(whole, workers)
    assert rows(firms[0].database, workers) == []


@pytest.mark.parametrize("name", sorted(LARGE))
def test_the_role_of_the_program_cannot_copy_into_a_large_table(firms, name):
    statement = sa.text(f"COPY {name} FROM STDIN")
    with (
        pytest.raises(sa.exc.NotSupportedError, match="row-level security"),
        firms[0].database.write() as connection,
    ):
        connection.execute(statement)


@pytest.mark.parametrize("table", TABLES)
def test_a_transaction_that_loads_sees_small_tables_of_its_firm_only(firms, table):
    if table.name in LARGE:
        return
    a, b = firms
    with a.database.load() as connection:
        seen = set(map(str, connection.execute(table.select())))
    assert not seen & set(map(str, rows(b.database, table)))
    assert seen == set(map(str, rows(a.database, table)))


def test_lines_of_another_firm_are_not_loaded(firms):
    a, b = firms
    with b.database.read() as connection:
        batch_id = connection.execute(sa.select(batches.c.id)).scalar_one()
    with a.database.write() as connection, pytest.raises(DeadBatchError):
        require_loading(connection, b.domain.id, batch_id)
    frame = pl.DataFrame({"line": [100]})
    constants = {"domain_id": b.domain.id, "batch_id": batch_id}
    with pytest.raises(AssertionError):
        a.database.insert([(lines, frame)], constants, print)


def test_a_connection_forgets_its_scope(database, firms):
    a = firms[0].database
    pid = sa.select(sa.func.pg_backend_pid())
    database.close()  # one connection from here on
    with a.read() as connection:
        same = connection.execute(pid).scalar_one()
    for enter in (a.read, a.write):
        with pytest.raises(sa.exc.ProgrammingError), enter() as connection:
            connection.execute(sa.text("SELECT nothing_of_the_kind"))
        with pytest.raises(KeyError), enter():
            raise KeyError
        with enter() as connection:
            assert count_in(connection) == 1
        with database.read() as connection:
            assert connection.execute(pid).scalar_one() == same
            assert count_in(connection) == 0


def test_one_question_across_domains_leaves_the_scope_as_it_was(firms):
    a = firms[0]
    with a.database.read() as connection:
        with across_domains(connection):
            assert count_in(connection) == 2
        assert count_in(connection) == 1


@pytest.mark.parametrize("mine", [0, 1])
def test_a_question_that_names_no_firm_is_answered_for_one(firms, mine):
    found = list_imports(firms[mine].database, None, ImportFilter(), 10).items
    assert [one.domain for one in found] == [firms[mine].domain.code]


@pytest.mark.timing
def test_a_service_whose_database_shows_nothing_serves_each_firm(database, firms, tmp_path):
    """As `serve` has it: the faces and the runner say themselves whose work they do."""
    settings = Settings(data_dir=tmp_path)
    runner = Runner(Dependencies(settings, database, FakeDownloader({URL: [FILE]})))
    runner.start()
    try:
        for one in firms:
            key = create_key(one.database, one.domain)
            with running_service(settings, database) as service:
                made = asked(service, key, dossier="D")
                wait_until_ended(service, key, made["id"])
                found = call(service, key, "GET", "/v1/imports").json()["items"]
                assert {item["id"] for item in found} == {made["id"], one.import_id}
                metrics = call(service, None, "GET", "/metrics").text
                assert "ecritures_database_up 1.0" in metrics
                assert 'ecritures_imports_total{status="done"}' in metrics
    finally:
        runner.stop()


def wait_until_ended(service, key, import_id):
    deadline = time.monotonic() + SECONDS_MAX
    while call(service, key, "GET", f"/v1/imports/{import_id}").json()["status"] < Status.DONE:
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def test_only_what_concerns_every_firm_sees_the_whole_database():
    found = {
        path.relative_to(SRC).as_posix()
        for path in SRC.rglob("*.py")
        if re.search(r"for_all_domains\(\)|across_domains\(", path.read_text("utf-8"))
    }
    assert found == {
        "api/http/app_state.py",  # whose key is it; the metrics
        "cli/commands/doctor.py",
        "cli/commands/serve.py",  # whom the demonstration signs in
        "cli/support/connect.py",  # the operator's commands
        "database/engine.py",
        "database/migrate.py",
        "imports/dependencies.py",
        "imports/submission/deposits.py",  # a signed address names its firm, and has no other key
        "imports/submission/enqueue.py",  # how many wait in all
        "imports/files/source_trouble.py",  # the storage is everyone's
        "worker/runner.py",  # who is next, who died, what is swept
    }
