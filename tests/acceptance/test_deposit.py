"""The deposit: an address to put a file at, and the URI to import it by."""

from __future__ import annotations

import uuid

import httpx2
import pytest

from ecritures.api.http.app_state import LOOP_PREFIX
from ecritures.config.settings import Settings
from ecritures.core.errors import TransientSourceError
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.execution.attempt import run_import
from ecritures.imports.queries import get_import
from ecritures.imports.request import Status
from helpers.fec import entries, fec
from helpers.loop_calls import error_of, post
from helpers.waiting import GUARD_SECONDS

DEPOSIT = f"{LOOP_PREFIX}/getFileUrlDeposit"
FILE = fec(entries(3))


@pytest.fixture
def deposit(service, key):
    def ask(name="079555421FEC20241231.txt", owner=key):
        with service.client(owner) as client:
            return client.get(DEPOSIT, params={"filename": name})

    return ask


def imported(settings, database, service, key, **named):
    """Ask for an import as a client of the vendor does; run it; return how it ended."""
    body = {"codeIbs": "CEGID003", "URI": "", "URL": ""} | named
    import_id = post(service, key, body).json()["accountingImportRequestId"]
    run_import(Dependencies.over(settings, database), import_id)
    return get_import(database, import_id)


def test_the_address_and_the_uri_are_both_given(deposit):
    answer = deposit("x.txt")
    assert (answer.status_code, set(answer.json())) == (200, {"depositUrl", "uri"})
    guid, name = answer.json()["uri"].split("/")
    assert str(uuid.UUID(guid)) == guid
    assert name == "x.txt"


@pytest.mark.parametrize("path", ["getfileurldeposit", "GETFILEURLDEPOSIT"])
def test_the_route_is_found_in_any_letter_case(service, key, path):
    with service.client(key) as client:
        answer = client.get(f"{LOOP_PREFIX}/{path}", params={"fileName": "x.txt"})
    assert "depositUrl" in answer.json()


def test_an_address_given_out_by_an_earlier_version_is_good_until_it_expires(deposit):
    address = deposit().json()["depositUrl"].replace("&sig=", "&signature=")
    assert httpx2.put(address, content=FILE, timeout=GUARD_SECONDS).status_code == 201
    assert httpx2.get(address, timeout=GUARD_SECONDS).content == FILE


def test_a_deposit_can_be_written_again_until_an_import_has_used_it(
    settings, database, service, key, deposit
):
    given = deposit().json()
    body = {"codeIbs": "CEGID003", "URI": given["uri"]}
    assert (
        "accountingImportRequestId" in post(service, key, body).json()
    )  # before the file is there
    for content in (b"first", FILE):
        assert (
            httpx2.put(given["depositUrl"], content=content, timeout=GUARD_SECONDS).status_code
            == 201
        )

    imported(settings, database, service, key, URI=given["uri"])

    answer = httpx2.put(given["depositUrl"], content=b"other", timeout=GUARD_SECONDS)
    assert (answer.status_code, answer.json()["code"]) == (409, "deposit-used")
    assert httpx2.get(given["depositUrl"], timeout=GUARD_SECONDS).content == FILE


@pytest.mark.parametrize(
    ("name", "code"),
    [("x" * 300 + ".txt", "filename-too-long"), ("x\n.txt", "parameter-unreadable")],
)
def test_a_name_that_cannot_be_one_has_its_own_sentence(deposit, name, code):
    assert error_of(deposit(name))["code"] == code


@pytest.mark.parametrize("host", ["evil.example/x?", "a b", "x@y", ""])
def test_a_host_that_is_none_is_not_repeated(service, key, host):
    with service.client(key, host=host) as client:
        answer = client.get(DEPOSIT, params={"filename": "x.txt"})
    assert answer.json()["depositUrl"].startswith(f"{service.url}/deposits/")


@pytest.mark.parametrize("wait", [None, 7])
def test_a_storage_that_is_down_is_503_and_says_when_to_come_back(deposit, monkeypatch, wait):
    def refuse(*_arguments):
        raise TransientSourceError("storage-unavailable", "En panne.", "Down.", wait)

    monkeypatch.setattr("ecritures.api.loop.routes.open_deposit", refuse)
    answer = deposit()
    assert (answer.status_code, error_of(answer)["code"]) == (503, "storage-unavailable")
    assert answer.headers["retry-after"] == str(wait or 10)


@pytest.mark.parametrize("headers", [{}, {"x-ms-blob-type": "BlockBlob"}])
def test_a_file_is_put_read_back_and_imported_by_its_uri(
    settings, database, service, key, deposit, headers
):
    given = deposit().json()
    assert (
        httpx2.put(
            given["depositUrl"], content=FILE, headers=headers, timeout=GUARD_SECONDS
        ).status_code
        == 201
    )
    assert httpx2.get(given["depositUrl"], timeout=GUARD_SECONDS).content == FILE

    state = imported(settings, database, service, key, URI=given["uri"])

    assert (state.status, state.report["entries"]) == (Status.DONE, 3)
    assert state.source_name == "079555421FEC20241231.txt"


def test_the_address_can_be_given_back_as_url_though_it_is_private(
    settings, database, service, key, deposit
):
    guarded = Settings(**(settings.model_dump() | {"allow_private_addresses": False}))
    given = deposit().json()
    httpx2.put(given["depositUrl"], content=FILE, timeout=GUARD_SECONDS)

    assert imported(guarded, database, service, key, URL=given["depositUrl"]).status is Status.DONE
    stranger = given["depositUrl"].partition("?")[0]
    state = imported(guarded, database, service, key, URL=stranger)
    assert state.message.code in {"download-scheme-refused", "download-address-refused"}


def test_nothing_is_taken_or_given_without_the_right_signature(deposit):
    address = deposit().json()["depositUrl"]
    httpx2.put(address, content=FILE, timeout=GUARD_SECONDS)
    for forged in (
        address.partition("?")[0],
        address[:-1] + ("0" if address[-1] != "0" else "1"),
        address.replace("expires=1", "expires=9"),
        address.replace("079555421FEC", "079555422FEC"),
    ):
        assert httpx2.get(forged, timeout=GUARD_SECONDS).status_code == 401
        assert httpx2.put(forged, content=b"x", timeout=GUARD_SECONDS).status_code == 401
    assert httpx2.get(address, timeout=GUARD_SECONDS).content == FILE


@pytest.mark.parametrize(
    "name", ["../x.txt", "a/x.txt", "a\\x.txt", "%2e%2e%2fx.txt", "x.exe", "x", ".txt", "x\n.txt"]
)
def test_a_name_with_a_path_or_another_extension_is_refused(deposit, name):
    answer = deposit(name)
    assert answer.status_code == 400
    assert error_of(answer)["code"] in {
        "filename-refused",
        "extension-refused",
        "parameter-unreadable",
    }


def test_the_name_must_be_given(service, key):
    with service.client(key) as client:
        assert error_of(client.get(DEPOSIT))["code"] == "filename-missing"


def test_a_key_is_needed(deposit):
    assert deposit(owner=None).status_code == 401


def test_a_file_too_big_is_refused_and_not_kept(start_service, key, settings):
    small = Settings(**(settings.model_dump() | {"upload_bytes_max": 100_000}))
    service = start_service(small)
    with service.client(key) as client:
        address = client.get(DEPOSIT, params={"filename": "x.txt"}).json()["depositUrl"]
        assert client.put(address, content=bytes(100_001)).status_code == 413
        blocks = (bytes(1000) for _ in range(101))
        assert client.put(address, content=blocks).status_code == 413
        assert client.get(address).status_code == 404
        assert client.put(address, content=bytes(100_000)).status_code == 201
    assert list(small.scratch_dir.iterdir()) == []


@pytest.mark.parametrize(
    "uri",
    [
        "../x.txt", "/etc/passwd", "%2e%2e/%2e%2e/x.txt", "..\\x.txt", "a/../../x.txt",
        "142ae28e-bb2e-4a1d-a8a1-17d59e55b7ca/x.txt", ".kept/x",
    ],
)  # fmt: skip
def test_a_uri_that_leads_elsewhere_is_refused(service, key, uri):
    answer = post(service, key, {"codeIbs": "CEGID003", "URI": uri})
    assert error_of(answer)["code"] in {"uri-refused", "uri-unknown"}


def test_a_deposit_of_another_domain_is_refused(service, key, other_key, deposit):
    given = deposit(owner=other_key).json()
    httpx2.put(given["depositUrl"], content=FILE, timeout=GUARD_SECONDS)
    answer = post(service, key, {"codeIbs": "CEGID003", "URI": given["uri"]})
    assert error_of(answer)["code"] == "uri-unknown"


def test_with_azure_the_file_goes_to_azure_and_not_through_the_service(
    container, database, start_service, key, settings
):
    azure = Settings(**(settings.model_dump() | container.settings))
    service = start_service(azure)
    with service.client(key) as client:
        given = client.get(DEPOSIT, params={"filename": "079555421FEC20241231.txt"}).json()
    address = given["depositUrl"]
    assert address.startswith(f"{container.endpoint}/{container.name}/")
    assert (
        httpx2.put(address, content=FILE, timeout=GUARD_SECONDS).status_code == 400
    )  # Azure wants its header
    put = httpx2.put(
        address, content=FILE, headers={"x-ms-blob-type": "BlockBlob"}, timeout=GUARD_SECONDS
    )
    assert put.status_code == 201
    assert httpx2.get(address, timeout=GUARD_SECONDS).content == FILE

    by_uri = imported(azure, database, service, key, URI=given["uri"])
    other = FILE.replace(b"120,00", b"130,00")
    httpx2.put(
        address, content=other, headers={"x-ms-blob-type": "BlockBlob"}, timeout=GUARD_SECONDS
    )
    by_url = imported(azure, database, service, key, URL=address)

    assert (by_uri.status, by_url.status) == (Status.DONE, Status.DONE)
    assert by_url.warnings == []
    assert container.get(by_url.stored_key) == other
