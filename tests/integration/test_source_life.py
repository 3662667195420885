"""How long files, addresses and deposits are kept, and that nothing else is removed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ecritures.app.actions.deposits import open_deposit
from ecritures.config.settings import Settings
from ecritures.core.clock import FakeClock
from ecritures.core.errors import AbsentSourceError, RefusedRequestError, SourceError
from ecritures.database import Database, tables
from ecritures.database.migrate import migrate
from ecritures.directory.domains import create_domain, storage_prefix
from ecritures.directory.keys import Caller, authenticate
from ecritures.imports.attempt import run_import
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.queries import get_import
from ecritures.imports.record import ImportRequest, Status
from ecritures.imports.source_files import store_upload
from ecritures.imports.submit import submit_import
from ecritures.sources.fake import FakeDownloader
from ecritures.sources.storage import ObstoreStorage
from ecritures.worker.housekeeping import tidy
from helpers.fec import entries, fec
from helpers.transitions import cancel_import

ADDRESS = "https://files.example/079555421FEC20241231.txt"
FILE = fec(entries(1))
DAY = timedelta(days=1)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def database(settings, clock):
    database = Database(settings.effective_database_url, clock)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def house(tmp_path, database, clock, dossier, key):
    class House:
        def open(self, *answers, **settings):
            self.deps = Dependencies(
                Settings(data_dir=tmp_path / "data", **settings),
                database,
                FakeDownloader({ADDRESS: answers or [FILE]}),
                ObstoreStorage.in_memory(),
            )
            self.caller = authenticate(database, key)

        def run(self, **request):
            asked = ImportRequest("fec", dossier.code, **request)
            state = submit_import(database, self.caller, asked)
            run_import(self.deps, state.id)
            return get_import(database, state.id)

        def deposit(self, content=FILE):
            given = open_deposit(self.deps, self.caller, "x.txt", "http://here")
            key = self.deps.signer.key_in(given.address, clock.now())
            (tmp_path / "sent").write_bytes(content)
            self.deps.storage.put(key, tmp_path / "sent")
            return given, key

        def upload(self, content=FILE):
            (tmp_path / "sent").write_bytes(content)
            return store_upload(self.deps, dossier.domain_id, tmp_path / "sent")

        def holds(self, key):
            try:
                self.deps.storage.open(key)
            except AbsentSourceError:
                return False
            return True

        def after(self, time):
            clock.advance(time)
            tidy(self.deps)

    house = House()
    house.open()
    return house


def test_the_file_of_an_address_is_kept_for_its_time_and_its_fingerprint_for_ever(house, database):
    state = house.run(url=ADDRESS)
    key = state.stored_key
    assert key.startswith(f"{storage_prefix(database, state.domain_id)}/")
    house.after(30 * DAY - timedelta(seconds=1))
    assert house.holds(key)
    house.after(timedelta(seconds=1))
    assert not house.holds(key)
    after = get_import(database, state.id)
    assert (after.stored_key, after.source_sha256) == (None, state.source_sha256)


def test_files_may_not_be_kept_at_all(house):
    house.open(source_days_kept=0)
    assert house.run(url=ADDRESS).stored_key is None
    key = house.upload()
    assert house.run(upload=key, name="x.txt").status is Status.DONE
    house.after(timedelta(0))
    assert not house.holds(key)


def test_the_address_of_what_failed_is_kept_for_a_while(house, database):
    house.open(SourceError("x", "Non.", "No."))
    state = house.run(url=ADDRESS)
    assert state.source_location == ADDRESS
    house.after(2 * DAY - timedelta(seconds=1))
    assert get_import(database, state.id).source_location == ADDRESS
    house.after(timedelta(seconds=1))
    assert get_import(database, state.id).source_location is None


def test_an_uploaded_file_that_was_refused_stays_as_long_as_it_can_be_tried_again(house):
    house.open(source_days_kept=0)
    key = house.upload(b"not a FEC")
    assert house.run(upload=key, name="x.txt").status is Status.ENDED_WITH_ERROR
    house.after(1 * DAY)
    assert house.holds(key)
    house.after(1 * DAY)
    assert not house.holds(key)


def test_the_file_of_a_cancelled_import_goes_with_the_others(house, database):
    key = house.upload()
    asked = ImportRequest("fec", "CEGID003", upload=key, name="x.txt")
    cancel_import(database, submit_import(database, house.caller, asked))
    house.after(30 * DAY)
    assert not house.holds(key)


def test_a_deposit_is_imported_by_its_uri_and_removed_after_its_time(house, database):
    given, key = house.deposit()
    state = house.run(uri=given.uri)
    assert (state.status, state.source_name) == (Status.DONE, "x.txt")
    house.after(20 * DAY)
    again = house.run(uri=given.uri, dry_run=True)
    assert again.status is Status.DONE
    house.after(20 * DAY)
    assert house.holds(key)  # the second import ended twenty days ago
    house.after(10 * DAY)
    assert not house.holds(key)
    with database.read() as connection:
        assert connection.execute(tables.deposits.select()).all() == []


def test_a_deposit_that_nobody_imports_is_removed(house):
    _, key = house.deposit()
    house.after(29 * DAY)
    assert house.holds(key)
    house.after(1 * DAY)
    assert not house.holds(key)


def test_a_sent_file_whose_request_was_never_written_down_is_removed(house):
    key = house.upload()
    house.after(29 * DAY)
    assert house.holds(key)
    house.after(1 * DAY)
    assert not house.holds(key)


def test_the_address_of_a_deposit_is_read_from_the_storage_without_the_network(house):
    given, _ = house.deposit()
    assert house.run(url=given.address).status is Status.DONE
    assert house.deps.downloader.asked == []


def test_a_deposit_that_is_not_there_yet_is_waited_for(house, tmp_path, database, clock):
    given = open_deposit(house.deps, house.caller, "x.txt", "http://here")
    state = house.run(uri=given.uri)
    assert (state.status, state.message.code) == (Status.WAITING, "download-not-found")
    (tmp_path / "sent").write_bytes(FILE)
    house.deps.storage.put(state.source_location, tmp_path / "sent")
    clock.advance(timedelta(seconds=5))
    run_import(house.deps, state.id)
    assert get_import(database, state.id).status is Status.DONE


def test_files_that_the_operator_put_are_named_by_their_path_and_left_alone(house, tmp_path):
    key = f"{storage_prefix(house.deps.database, house.caller.domain_id)}/2024/fec.txt"
    (tmp_path / "sent").write_bytes(FILE)
    house.deps.storage.put(key, tmp_path / "sent")
    assert house.run(uri="2024/fec.txt").status is Status.DONE
    house.after(400 * DAY)
    assert house.holds(key)


def test_a_deposit_of_another_domain_does_not_exist(house, database):
    given, key = house.deposit()
    other = create_domain(database, "CABINET2")
    from_there = Caller(key="", domain_id=other.id, domain=other.code, dossier_ids=None)
    for uri in (given.uri, key, f"{other.storage_prefix}/../{key}"):
        asked = ImportRequest("fec", "CEGID003", uri=uri)
        with pytest.raises(RefusedRequestError):
            submit_import(database, from_there, asked)
    for uri in (f"{other.storage_prefix}/x.txt", key, f"../{other.storage_prefix}/x.txt"):
        with pytest.raises(RefusedRequestError) as refused:
            house.run(uri=uri)
        assert refused.value.sentence.code in {"uri-unknown", "uri-refused"}


def test_a_storage_that_is_down_delays_and_loses_nothing(house):
    key = house.upload()
    broken = ObstoreStorage.from_settings(
        Settings(
            storage_url="s3://bucket",
            storage_options={
                "endpoint": "http://127.0.0.1:1", "access_key_id": "a", "secret_access_key": "b",
                "region": "x",
            },
        )
    )  # fmt: skip
    house.deps = Dependencies(house.deps.settings, house.deps.database, FakeDownloader({}), broken)
    state = house.run(upload=key, name="x.txt")
    assert (state.status, state.message.code) == (Status.WAITING, "storage-unavailable")
