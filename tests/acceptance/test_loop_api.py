"""The Loop-compatible face, as a client that knows only Cegid Loop finds it."""

from __future__ import annotations

import http.client
import json
import re
import uuid
from urllib.parse import urlsplit

import pytest

from ecritures.core.sentences import Sentence
from ecritures.imports import state
from ecritures.imports.queries import get_import
from ecritures.imports.request import Status
from helpers.loop_calls import BODY, IMPORT, SIRET, STATUS, URL, asked, error_of, post, status
from helpers.transitions import claim_import


def test_a_request_gets_the_number_to_poll_with_and_wakes_the_runner(service, key, database):
    answer = post(service, key, BODY)
    assert answer.status_code == 200
    assert list(answer.json()) == ["accountingImportRequestId"]
    import_id = answer.json()["accountingImportRequestId"]
    assert str(uuid.UUID(import_id)) == import_id
    assert len(service.woken) == 1
    state = get_import(database, import_id)
    assert (state.dossier, state.siret, state.source_location) == ("CEGID003", SIRET, URL)


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application-json",
        "Application/JSON; charset=utf-8",
        "application-json;charset=UTF-8",
        "",
        None,
    ],
)
def test_the_media_types_of_real_clients_are_accepted(service, key, media_type):
    assert "accountingImportRequestId" in post(service, key, BODY, media_type).json()


@pytest.mark.parametrize("media_type", ["text/plain", "text/json", "application/xml", "json"])
def test_another_media_type_is_refused_with_415(service, key, media_type):
    answer = post(service, key, BODY, media_type)
    assert answer.status_code == 415
    assert error_of(answer)["code"] == "media-type-refused"


@pytest.mark.parametrize(
    "body",
    [
        {"CODEIBS": "CEGID003", "url": URL},
        {"codeibs": "CEGID003", "Url": URL, "siret": SIRET, "uri": None},
        {"codeIbs": "CEGID003", "CodeIBS": "CEGID003", "URL": URL, "URI": "   "},
        {"codeIbs": "CEGID003", "URL": URL, "url": "", "other": {"deep": [1]}},
    ],
)
def test_keys_are_matched_in_any_letter_case_and_blank_is_absent(service, key, body):
    assert "accountingImportRequestId" in post(service, key, body).json()


def test_a_byte_order_mark_is_forgiven(service, key):
    body = b"\xef\xbb\xbf" + json.dumps(BODY).encode()
    assert "accountingImportRequestId" in post(service, key, body).json()


@pytest.mark.parametrize(
    "path",
    [
        "/loop-api-publiques/importfec",
        "/loop-api-publiques/IMPORTFEC",
        "/Loop-API-publiques/importFEC/",
        "/loop-api-publiques//importFEC",
    ],
)
def test_route_names_are_matched_in_any_letter_case(service, key, path):
    with service.client(key) as client:
        answer = client.post(path, json=BODY)
    assert "accountingImportRequestId" in answer.json()


LITERAL = [
    ({}, "Le codeIbs n'est pas spécifié."),
    ({"codeIbs": " ", "URL": URL}, "Le codeIbs n'est pas spécifié."),
    (
        {"codeIbs": "INCONNU"},
        "Le chemin d'accès URI ou l'URL du fichier n'est pas spécifié.",
    ),
    (
        {"codeIbs": "INCONNU", "URL": URL, "URI": "a/b.txt"},
        "Ambiguité sur le chemin d'accès, seul un des deux champs doit être renseigné.",
    ),
    (
        {"codeIbs": "INCONNU", "URL": URL, "SIRET": "1"},
        "Le dossier INCONNU n'existe pas sur le domaine.",
    ),
    (
        {**BODY, "SIRET": "07955542100028"},
        (
            "Le numéro SIRET est invalide : il doit comporter 14 chiffres et respecter "
            "l'algorithme de Luhn"
        ),
    ),
    (
        {**BODY, "SIRET": "35600000000048"},
        (
            "L'établissement correspondant au SIRET 35600000000048 n'est pas reconnu pour le "
            "dossier CEGID003"
        ),
    ),
]


@pytest.mark.parametrize(("body", "message"), LITERAL)
def test_refusals_have_the_literal_messages_of_the_vendor(service, key, body, message):
    answer = post(service, key, body)
    assert answer.status_code == 400
    assert error_of(answer)["message"] == message
    assert not service.woken


def test_the_instance_is_the_same_for_every_refusal(service, key):
    first, second = (error_of(post(service, key, {}))["instanceId"] for _ in range(2))
    assert first == second


UNREADABLE = [
    (b"", "body-not-json"),
    (b"{", "body-not-json"),
    (b'{"codeIbs": "CEGID003",}', "body-not-json"),
    (b"codeIbs=CEGID003", "body-not-json"),
    (b"[" * 200_000, "body-not-json"),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "body-not-json"),
    (b'{"codeIbs": ' + b"9" * 10_000 + b"}", "body-not-json"),
    (b'{"codeIbs": "\xe9"}', "body-not-utf8"),
    (json.dumps(BODY).encode("utf-16"), "body-not-utf8"),
    (b"[]", "body-not-object"),
    (b"null", "body-not-object"),
    (b'"CEGID003"', "body-not-object"),
    (b"1e999", "body-not-object"),
    (b'{"codeIbs": 3}', "field-not-text"),
    (b'{"codeIbs": true}', "field-not-text"),
    (b'{"codeIbs": 1e999}', "field-not-text"),
    (b'{"codeIbs": ["CEGID003"]}', "field-not-text"),
    (b'{"codeIbs": {"a": 1}}', "field-not-text"),
    (b'{"codeIbs": "\\u0000"}', "field-unreadable"),
    (b'{"codeIbs": "A\\ud800"}', "field-unreadable"),
    (b'{"codeIbs": "CEGID003", "codeIBS": "CEGID004"}', "field-twice"),
    (b'{"URL": "https://a.example/", "URL": "https://b.example/"}', "field-twice"),
]


@pytest.mark.parametrize(("body", "code"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_an_unreadable_body_is_told_clearly_and_the_service_goes_on(service, key, body, code):
    answer = post(service, key, body)
    assert answer.status_code == 400
    assert error_of(answer)["code"] == code
    assert asked(service, key)


def test_a_body_of_ten_megabytes_is_refused_with_413(service, key):
    answer = post(service, key, b'{"codeIbs": "' + b"A" * 10_000_000 + b'"}')
    assert answer.status_code == 413
    assert "1048576 octets" in error_of(answer)["message"]


def test_a_body_that_does_not_declare_its_size_is_counted(service, key):
    def stream():
        for _ in range(200):
            yield b" " * 10_000

    with service.client(key) as client:
        answer = client.post(IMPORT, content=stream())
    assert answer.status_code == 413


def test_a_caller_that_waits_for_leave_is_refused_before_it_sends(service, key):
    address = urlsplit(service.url)
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.putrequest("POST", IMPORT)
    for name, value in {
        "x-apikey": key, "content-length": "10000000", "expect": "100-continue",
    }.items():  # fmt: skip
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_caller_that_leaves_in_the_middle_harms_nobody(service, key):
    address = urlsplit(service.url)
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.putrequest("POST", IMPORT)
    connection.putheader("x-apikey", key)
    connection.putheader("content-length", "1000")
    connection.endheaders(b"{")
    connection.close()
    assert asked(service, key)


@pytest.mark.parametrize(
    "path", ["getImportStatus", "getstatus", "ImportStatus", "GETIMPORTSTATUS", "importstatus"]
)
@pytest.mark.parametrize("name", ["accountingImportRequestId", "ACCOUNTINGIMPORTREQUESTID"])
def test_the_status_has_the_eight_fields_first_under_every_alias(service, key, path, name):
    import_id = asked(service, key)
    with service.client(key) as client:
        answer = client.get(f"/loop-api-publiques/{path}", params={name: import_id.upper()})
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == [
        "_id", "id", "creationDate", "lastUpdate", "codeIBS", "domain", "status", "__v",
        "message", "anomalyCount", "lineCount", "reportUrl",
    ]  # fmt: skip
    assert re.fullmatch(r"[0-9a-f]{24}", body["_id"])
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert re.fullmatch(moment, body["creationDate"])
    assert re.fullmatch(moment, body["lastUpdate"])
    assert (body["id"], body["codeIBS"], body["domain"]) == (import_id, "CEGID003", "CABINET1")
    assert (body["status"], body["__v"], body["message"]) == (1, 0, None)
    assert body["reportUrl"] == f"{service.url}/v1/imports/{import_id}"


def test_the_status_goes_from_1_to_4_with_the_reason(service, key, database):
    import_id = asked(service, key)
    mine = claim_import(database, import_id)
    assert mine is not None
    assert status(service, key, import_id).json()["status"] == 2
    with database.write() as connection:
        state.finish(
            connection,
            mine,
            status=Status.ENDED_WITH_ERROR,
            outcome="refused",
            now=database.clock.now(),
            message=Sentence("file-empty", "Le fichier est vide.", "The file is empty."),
        )
    body = status(service, key, import_id).json()
    assert (body["status"], body["message"]) == (4, "Le fichier est vide.")


def test_the_report_address_is_the_one_callers_use(start_service, settings, key):
    service = start_service(settings.model_copy(update={"public_url": "https://e.example/api/"}))
    import_id = asked(service, key)
    body = status(service, key, import_id).json()
    assert body["reportUrl"] == f"https://e.example/api/v1/imports/{import_id}"


def test_the_report_address_leads_a_reader_to_its_page_and_a_program_to_its_refusal(service, key):
    address = status(service, key, asked(service, key)).json()["reportUrl"]
    with service.client(accept="text/html,*/*") as browser:
        page = browser.get(address)
        wrong = browser.get(address, headers={"x-apikey": f"{key}x"})
    with service.client() as program:
        refused = program.get(address)
    assert (page.status_code, page.headers["location"]) == (303, address.partition("/v1")[2])
    assert {wrong.status_code, refused.status_code} == {401}


@pytest.mark.parametrize("query", ["", "?accountingImportRequestId=", "?id=1"])
def test_a_missing_number_is_refused_clearly(service, key, query):
    with service.client(key) as client:
        answer = client.get(f"{STATUS}{query}")
    assert answer.status_code == 400
    assert error_of(answer)["code"] == "request-id-missing"


@pytest.mark.parametrize("import_id", ["x", "1234", "é", "' OR 1=1 --", "A" * 5000])
def test_a_malformed_number_is_refused_clearly(service, key, import_id):
    answer = status(service, key, import_id)
    assert answer.status_code == 404
    assert error_of(answer)["code"] == "import-unknown"
