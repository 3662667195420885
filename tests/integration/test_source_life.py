"""How long files, addresses and deposits are kept, and that nothing else is removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ecritures.app.actions.deposits import open_deposit, store_deposit
from ecritures.app.actions.imports import confirm_import
from ecritures.config.settings import Settings
from ecritures.core.errors import AbsentSourceError, RefusedRequestError, SourceError
from ecritures.database import tables
from ecritures.directory.domains import create_domain, storage_prefix
from ecritures.directory.keys import Caller
from ecritures.imports import state as states
from ecritures.imports.files.source_files import store_upload
from ecritures.imports.queries import get_import
from ecritures.imports.request import ImportRequest, Status
from ecritures.imports.submission.deposits import record_deposit
from ecritures.imports.submission.submit import submit_import
from ecritures.sources.files import sha256_of
from ecritures.sources.storage import ObstoreStorage
from ecritures.worker.housekeeping import tidy
from helpers.balances import read_balance
from helpers.fec import entry, fec
from helpers.importing import ADDRESS, FILE, Importing
from helpers.transitions import cancel_import, claim_import, retry_import

DAY = timedelta(days=1)

pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.fake_clock,
]


class House(Importing):
    """Imports, and the files and deposits that the service keeps for them."""

    def __init__(self, folder, *arguments):
        super().__init__(*arguments)
        self._sent = folder / "sent"
        self.answer(FILE)

    def put(self, key, content=FILE):
        self._sent.write_bytes(content)
        self.deps.storage.put(key, self._sent)

    def open_deposit(self):
        return open_deposit(self.deps, self.caller, "x.txt", "http://here")

    def deposit(self, content=FILE):
        given = self.open_deposit()
        key = self.deps.signer.key_in(given.address, self.deps.database.clock.now())
        self.put(key, content)
        return given, key

    def upload(self, content=FILE):
        self._sent.write_bytes(content)
        return store_upload(self.deps, self.dossier.domain_id, self._sent, sha256_of(self._sent))

    def holds(self, key):
        try:
            self.deps.storage.open(key)
        except AbsentSourceError:
            return False
        return True

    def after(self, time):
        self.deps.database.clock.advance(time)
        tidy(self.deps)


@pytest.fixture
def house(tmp_path, database, dossier, caller):
    return House(tmp_path, Settings(data_dir=tmp_path / "data"), database, dossier, caller)


def test_the_file_of_an_address_is_kept_for_its_time_and_its_fingerprint_for_ever(house, database):
    state = house.post()
    key = state.stored_key
    assert key.startswith(f"{storage_prefix(database, state.domain_id)}/")
    house.after(30 * DAY - timedelta(seconds=1))
    assert house.holds(key)
    house.after(timedelta(seconds=1))
    assert not house.holds(key)
    after = get_import(database, state.id)
    assert (after.stored_key, after.source_sha256) == (None, state.source_sha256)


def test_files_may_not_be_kept_at_all(house):
    house.configure(source_days_kept=0)
    assert house.post().stored_key is None
    key = house.upload(fec(entry(9)))
    assert house.post(upload=key, name="x.txt").status is Status.DONE
    house.after(timedelta(0))
    assert not house.holds(key)


def test_the_address_of_what_failed_is_kept_for_a_while(house, database):
    house.answer(SourceError("x", "Non.", "No."))
    state = house.post()
    assert state.source_location == ADDRESS
    house.after(2 * DAY - timedelta(seconds=1))
    assert get_import(database, state.id).source_location == ADDRESS
    house.after(timedelta(seconds=1))
    assert get_import(database, state.id).source_location is None


def test_an_uploaded_file_that_was_refused_stays_as_long_as_it_can_be_tried_again(house):
    house.configure(source_days_kept=0)
    key = house.upload(b"not a FEC")
    assert house.post(upload=key, name="x.txt").status is Status.ENDED_WITH_ERROR
    house.after(1 * DAY)
    assert house.holds(key)
    house.after(1 * DAY)
    assert not house.holds(key)


def test_an_archive_that_cannot_be_unpacked_has_arrived_and_is_kept(house):
    house.answer(b"PK\x03\x04 and nothing of an archive")
    state = house.post()
    assert (state.status, house.outcomes) == (Status.ENDED_WITH_ERROR, ["failed"])
    assert (state.source_bytes, len(state.source_sha256)) == (30, 64)
    house.after(2 * DAY)
    assert house.holds(state.stored_key)


def test_the_file_of_a_cancelled_import_goes_with_the_others(house, database):
    key = house.upload()
    cancel_import(database, house.submit(upload=key, name="x.txt"))
    house.after(30 * DAY)
    assert not house.holds(key)


def test_an_upload_that_was_confirmed_and_cancelled_need_not_be_sent_again(house, database):
    asked = house.submit(upload=house.upload(), name="x.txt", dry_run=True)
    house.run(asked.id)
    confirm_import(database, asked.id)
    cancel_import(database, get_import(database, asked.id))
    retry_import(database, get_import(database, asked.id))
    assert house.run(asked.id).status is Status.DONE
    assert read_balance(database, house.dossier).debit_cents > 0


@pytest.mark.parametrize("wait", [timedelta(0), 40 * DAY])
def test_the_file_of_an_import_cancelled_while_it_was_kept_goes_too(
    house, database, monkeypatch, wait
):
    """Its row never knew of the file, whichever attempt it was."""
    asked, put = house.submit(), house.deps.storage.put
    claim_import(database, asked.id)
    states.recover(database, 10, every_lease=True)  # a first attempt has died
    record_deposit(database, asked.id, asked.domain_id, f"{asked.storage_prefix}/.kept/{asked.id}")
    database.clock.advance(wait)
    keys = []

    def put_and_cancel(key, path):
        put(key, path)
        keys.append(key)
        cancel_import(database, get_import(database, asked.id))

    monkeypatch.setattr(house.deps.storage, "put", put_and_cancel, raising=False)
    house.run()
    (key,) = keys
    house.after(DAY)
    assert house.holds(key)  # counted from the last attempt
    house.after(30 * DAY)
    assert not house.holds(key)


def test_a_deposit_is_imported_by_its_uri_and_removed_after_its_time(house, database):
    given, key = house.deposit()
    state = house.post(uri=given.uri)
    assert (state.status, state.source_name) == (Status.DONE, "x.txt")
    house.after(20 * DAY)
    again = house.post(uri=given.uri, dry_run=True)
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


def test_a_sent_file_that_the_storage_has_damaged_is_never_imported(house, database):
    key = house.upload()
    house.put(key, FILE[:-40])  # its end was lost, in a loss of power perhaps
    house.submit(upload=key, name="x.txt")
    state = house.run_to_the_end()
    assert (state.status, state.message.code) == (Status.ENDED_WITH_ERROR, "file-damaged")
    assert read_balance(database, house.dossier).debit_cents == 0


def test_a_deposit_that_the_storage_has_damaged_waits_to_be_sent_again(house, tmp_path):
    given = house.open_deposit()
    sent = tmp_path / "put"
    sent.write_bytes(FILE)
    key = house.deps.signer.key_in(given.address, house.deps.database.clock.now())
    store_deposit(house.deps, key, sent)
    house.put(key, b"")
    waiting = house.post(uri=given.uri)
    assert (waiting.status, waiting.message.code) == (Status.WAITING, "file-damaged")
    store_deposit(house.deps, key, sent)
    house.deps.database.clock.advance(DAY / 24 / 60)
    assert house.run().status is Status.DONE


def test_the_address_of_a_deposit_is_read_from_the_storage_without_the_network(house):
    given, _ = house.deposit()
    assert house.post(url=given.address).status is Status.DONE
    assert house.deps.downloader.asked == []


def test_a_deposit_that_is_not_there_yet_is_waited_for(house):
    given = house.open_deposit()
    state = house.post(uri=given.uri)
    assert (state.status, state.message.code) == (Status.WAITING, "download-not-found")
    house.put(state.source_location)
    assert house.run_when_due().status is Status.DONE


def test_files_that_the_operator_put_are_named_by_their_path_and_left_alone(house):
    key = f"{storage_prefix(house.deps.database, house.caller.domain_id)}/2024/fec.txt"
    house.put(key)
    assert house.post(uri="2024/fec.txt").status is Status.DONE
    house.after(400 * DAY)
    assert house.holds(key)


def test_a_deposit_of_another_domain_does_not_exist(house, database):
    given, key = house.deposit()
    other = create_domain(database, "CABINET2")
    from_there = Caller(by="", domain_id=other.id, domain=other.code, dossier_ids=None)
    for uri in (given.uri, key, f"{other.storage_prefix}/../{key}"):
        asked = ImportRequest("fec", "CEGID003", uri=uri)
        with pytest.raises(RefusedRequestError):
            submit_import(database, from_there, asked)
    for uri in (f"{other.storage_prefix}/x.txt", key, f"../{other.storage_prefix}/x.txt"):
        with pytest.raises(RefusedRequestError) as refused:
            house.post(uri=uri)
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
    house.deps = replace(house.deps, storage=broken)
    state = house.post(upload=key, name="x.txt")
    assert (state.status, state.message.code) == (Status.WAITING, "storage-unavailable")
