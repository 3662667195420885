"""A file sent with a request is kept only for the import that uses it."""

from __future__ import annotations

import pytest

from ecritures.app.actions.imports import cancel_import, create_import, retry_import
from ecritures.app.idempotency import IdempotentRequest
from ecritures.core.errors import ConflictError, NotFoundError, RefusedRequestError
from ecritures.directory.authentication import authenticate
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.queries import get_import
from ecritures.imports.request import ImportRequest
from ecritures.sources.fake import FakeDownloader
from ecritures.sources.storage import ObstoreStorage


class RecordingStorage:
    """A storage that records the keys it holds."""

    def __init__(self):
        self._storage = ObstoreStorage.in_memory()
        self.keys = []

    def put(self, key, path):
        self._storage.put(key, path)
        self.keys.append(key)

    def delete(self, key):
        self._storage.delete(key)
        self.keys.remove(key)

    def __getattr__(self, name):
        return getattr(self._storage, name)


@pytest.fixture
def deps(settings, database, caller):
    scoped = database.for_domain(caller.domain_id)
    return Dependencies(settings, scoped, FakeDownloader({}), RecordingStorage())


@pytest.fixture
def upload(tmp_path):
    path = tmp_path / "sent"
    path.write_bytes(b"JournalCode")
    return path


def test_an_accepted_upload_is_kept(deps, caller, dossier, upload):
    request = ImportRequest("fec", dossier.code, name="a.txt")
    view = create_import(deps, caller, request, upload=upload).view
    assert deps.storage.keys == [get_import(deps.database, view["id"]).stored_key]


def test_the_upload_of_a_refused_request_is_removed(deps, caller, upload):
    with pytest.raises(RefusedRequestError):
        create_import(deps, caller, ImportRequest("fec", "ABSENT", name="a.txt"), upload=upload)
    assert deps.storage.keys == []


def test_a_repeated_request_has_the_same_answer_and_keeps_no_second_file(
    deps, caller, dossier, upload
):
    request = ImportRequest("fec", dossier.code, name="a.txt")
    keyed = IdempotentRequest(caller.domain_id, "k", "0" * 64, 24)
    first = create_import(deps, caller, request, upload=upload, idempotent=keyed)
    again = create_import(deps, caller, request, upload=upload, idempotent=keyed)
    assert (first.replayed, again.replayed) == (False, True)
    assert again.view == first.view
    assert len(deps.storage.keys) == 1


def test_the_operator_cancels_without_a_key_and_what_has_ended_is_not_cancelled_again(
    deps, caller, dossier, database
):
    request = ImportRequest("fec", dossier.code, url="https://x.example/a")
    import_id = create_import(deps, caller, request).view["id"]
    assert cancel_import(database, import_id).view["status"] == 4
    with pytest.raises(ConflictError):
        cancel_import(database, import_id)


def test_another_caller_s_import_does_not_exist(deps, caller, dossier, database, other_key):
    request = ImportRequest("fec", dossier.code, url="https://x.example/a")
    import_id = create_import(deps, caller, request).view["id"]
    with pytest.raises(NotFoundError):
        retry_import(database, import_id, authenticate(database, other_key))
