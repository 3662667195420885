"""The storage behind its seam: a folder, memory, and Azure as Azurite plays it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from ecritures.config.settings import Settings
from ecritures.core.errors import (
    AbsentSourceError,
    RefusedRequestError,
    SourceError,
    TransientSourceError,
)
from ecritures.sources.download import HttpDownloader
from ecritures.sources.storage import ObstoreStorage, fetch

KEY = "0b8f3f1e-8e0e-4b43-9a52-2d1a4a3c7a11/142ae28e/Écritures d'août #1.txt"
CONTENT = bytes(range(256)) * 50_000  # 12.8 MB, several blocks
HOUR = timedelta(hours=1)
SIGNED_HEADERS = {"x-ms-blob-type": "BlockBlob"}


@pytest.fixture(params=["folder", "memory", "azure", "azure-prefix"])
def storage(request, tmp_path):
    match request.param:
        case "folder":
            return ObstoreStorage.from_settings(Settings(data_dir=tmp_path / "data"))
        case "memory":
            return ObstoreStorage.in_memory()
        case kind:
            settings = request.getfixturevalue("container").settings
            if kind == "azure-prefix":
                settings["storage_url"] += "/some/where"
            return ObstoreStorage.from_settings(Settings(**settings))


@pytest.fixture
def sent(tmp_path):
    path = tmp_path / "sent"
    path.write_bytes(CONTENT)
    return path


def test_a_file_comes_back_as_it_was_put(storage, sent, tmp_path):
    storage.put(KEY, sent)
    seen: list[int] = []
    found = fetch(storage, KEY, tmp_path / "back", len(CONTENT), seen.append)
    assert (found.bytes, found.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert (tmp_path / "back").read_bytes() == CONTENT
    assert seen == sorted(seen)
    assert seen[-1] == len(CONTENT)


def test_an_empty_file_is_a_file(storage, tmp_path):
    (tmp_path / "empty").touch()
    storage.put(KEY, tmp_path / "empty")
    assert fetch(storage, KEY, tmp_path / "back", 0).bytes == 0


def test_what_is_put_again_is_replaced(storage, sent, tmp_path):
    storage.put(KEY, sent)
    sent.write_bytes(b"other")
    storage.put(KEY, sent)
    assert fetch(storage, KEY, tmp_path / "back", 5).bytes == 5


def test_a_file_that_is_not_there_is_told_by_its_name_alone(storage, sent, tmp_path):
    storage.put(KEY, sent)
    for key in ("a/b/secret/x.txt", KEY.rpartition("/")[0]):
        with pytest.raises(AbsentSourceError) as told:
            fetch(storage, key, tmp_path / "back", 10)
        assert "secret" not in told.value.sentence.fr


def test_a_file_too_big_is_refused_before_it_is_read(storage, sent, tmp_path):
    storage.put(KEY, sent)
    with pytest.raises(SourceError) as told:
        fetch(storage, KEY, tmp_path / "back", len(CONTENT) - 1)
    assert told.value.sentence.code == "download-too-big"


def test_a_file_is_removed_once_and_again(storage, sent):
    storage.put(KEY, sent)
    storage.delete(KEY)
    storage.delete(KEY)
    with pytest.raises(AbsentSourceError):
        storage.open(KEY)


def test_a_folder_that_is_gone_is_no_absent_file_and_is_not_made_anew(sent, tmp_path):
    storage = ObstoreStorage.from_settings(_folder(tmp_path))
    storage.put(KEY, sent)
    (tmp_path / "folder").rename(tmp_path / "away")
    for use in (
        lambda: storage.open(KEY),
        lambda: storage.delete(KEY),
        lambda: storage.put(KEY, sent),
    ):
        with pytest.raises(TransientSourceError) as told:
            use()
        assert told.value.sentence.code == "storage-unavailable"
    (tmp_path / "away").rename(tmp_path / "folder")
    assert fetch(storage, KEY, tmp_path / "back", len(CONTENT)).bytes == len(CONTENT)


def test_what_a_death_left_half_put_is_removed_with_the_file_or_when_it_is_put_again(
    sent, tmp_path
):
    sent.write_bytes(b"x" * (64 << 20))
    storage = ObstoreStorage.from_settings(_folder(tmp_path))
    folder = tmp_path / "folder" / "a"
    for use in (lambda: storage.put("a/b", sent), lambda: storage.delete("a/b")):
        while not list(folder.glob("b#*")):
            _die_while_putting(tmp_path, sent)
        use()
        assert not list(folder.glob("b#*"))


def _die_while_putting(tmp_path, sent):
    """Start a process that puts a file, and kill it as soon as something of it is there."""
    program = (
        "import sys; from pathlib import Path; from ecritures.config.settings import Settings;"
        "from ecritures.sources.storage import ObstoreStorage;"
        "storage = ObstoreStorage.from_settings(Settings(storage_url=sys.argv[1]));"
        "storage.put('a/b', Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "folder"), str(sent)]
    with subprocess.Popen(command) as process:
        while process.poll() is None:
            if list((tmp_path / "folder").glob("a/b#*")):
                process.kill()


def test_a_folder_and_memory_sign_nothing(tmp_path):
    for kept in (ObstoreStorage.in_memory(), ObstoreStorage.from_settings(_folder(tmp_path))):
        assert kept.sign(KEY, datetime.now(UTC), HOUR) is None


def test_a_folder_is_named_as_a_path_or_as_an_address(tmp_path, sent):
    for number, url in enumerate([str(tmp_path / "a"), f"file://{tmp_path}/a"]):
        ObstoreStorage.from_settings(Settings(storage_url=url)).put(f"{number}/x", sent)
    assert {path.name for path in (tmp_path / "a").iterdir()} == {"0", "1"}


@pytest.mark.parametrize(
    "url", ["az://", "ftp://x/y", "az://container", "https://files.example/c", "/dev/null/x"]
)
def test_a_storage_that_cannot_be_is_refused_with_a_sentence(url, monkeypatch):
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(RefusedRequestError) as refused:
        ObstoreStorage.from_settings(Settings(storage_url=url))
    assert "ECRITURES_STORAGE_URL" in refused.value.sentence.fr


def _folder(tmp_path):
    return Settings(storage_url=str(tmp_path / "folder"))


def test_an_address_that_azure_signed_takes_and_gives_the_file(container):
    kept = ObstoreStorage.from_settings(Settings(**container.settings))
    address = kept.sign(KEY, datetime.now(UTC), HOUR)
    assert httpx2.put(address, content=b"deposit", headers=SIGNED_HEADERS).status_code == 201
    assert container.get(KEY) == b"deposit"
    assert httpx2.get(address).content == b"deposit"
    other = address.replace("142ae28e", "142ae28f")
    assert httpx2.get(other).status_code == 403
    assert httpx2.put(other, content=b"x", headers=SIGNED_HEADERS).status_code == 403
    assert httpx2.delete(address).status_code == 403


def test_the_signature_is_the_one_that_azure_s_own_library_makes(container):
    from azure.storage.blob import generate_blob_sas  # noqa: PLC0415 - slow, and for this test

    from helpers.azurite import ACCOUNT  # noqa: PLC0415
    from helpers.azurite import KEY as ACCOUNT_KEY  # noqa: PLC0415

    now = datetime.now(UTC).replace(microsecond=0)
    kept = ObstoreStorage.from_settings(Settings(**container.settings))
    query = httpx2.URL(kept.sign(KEY, now, HOUR) or "").params
    theirs = generate_blob_sas(
        ACCOUNT, container.name, KEY, account_key=ACCOUNT_KEY, permission="rcw",
        expiry=now + HOUR, protocol=None,
    )  # fmt: skip
    assert set(httpx2.QueryParams(theirs)) == set(query)
    for name in ("se", "sr", "sp"):
        assert httpx2.QueryParams(theirs)[name] == query[name]


def test_an_address_that_azure_signed_ends_when_it_says(container):
    kept = ObstoreStorage.from_settings(Settings(**container.settings))
    address = kept.sign(KEY, datetime.now(UTC) - 2 * HOUR, HOUR)
    assert httpx2.put(address, content=b"x", headers=SIGNED_HEADERS).status_code == 403


@pytest.fixture
def downloader():
    return HttpDownloader.from_settings(Settings(allow_private_addresses=True))


def test_a_blob_is_fetched_by_a_signed_address(container, downloader, tmp_path):
    container.put("a/b.txt", CONTENT)
    found = downloader.download(container.sas("a/b.txt"), tmp_path / "x")
    assert (found.bytes, found.sha256) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


def test_a_part_of_a_blob_is_given_while_it_is_the_same(container):
    container.put("a/b.txt", CONTENT)
    address = container.sas("a/b.txt")
    etag = httpx2.get(address).headers["etag"]
    ask = {"Range": "bytes=100-", "If-Range": etag}
    part = httpx2.get(address, headers=ask)
    assert (part.status_code, part.content == CONTENT[100:]) == (206, True)


@pytest.mark.parametrize("wrong", ["expired", "another blob", "write only"])
def test_an_address_that_azure_refuses_is_a_final_failure(container, downloader, tmp_path, wrong):
    container.put("a/b.txt", CONTENT)
    address = {
        "expired": container.sas("a/b.txt", lasts=-HOUR),
        "another blob": container.sas("a/c.txt").replace("/a/c.txt?", "/a/b.txt?"),
        "write only": container.sas("a/b.txt", permission="w"),
    }[wrong]
    with pytest.raises(SourceError) as told:
        downloader.download(address, tmp_path / "x")
    assert (type(told.value), told.value.sentence.code) == (SourceError, "download-forbidden")
    assert "sig=" not in told.value.sentence.fr + told.value.sentence.en


def test_a_blob_that_is_not_there_may_be_about_to_arrive(container, downloader, tmp_path):
    with pytest.raises(AbsentSourceError):
        downloader.download(container.sas("a/b.txt"), tmp_path / "x")


def test_a_file_put_into_a_folder_survives_a_loss_of_power(tmp_path, monkeypatch):
    storage = ObstoreStorage.from_settings(Settings(data_dir=tmp_path / "data"))
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_ino))
    source = tmp_path / "source"
    source.write_bytes(CONTENT)

    storage.put(KEY, source)

    folder = tmp_path / "data" / "storage"
    file = folder / KEY
    places = [file, file.parent, file.parent.parent, folder]
    assert synced == [place.stat().st_ino for place in places]
