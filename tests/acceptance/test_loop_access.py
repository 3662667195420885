"""Who may call the Loop-compatible face, and what surrounds its answers."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest

from ecritures.config.settings import Settings
from ecritures.core.rights import Right
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import create_key, revoke_key
from helpers.loop_calls import BODY, IMPORT, asked, error_of, post, status

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.database import Database
    from ecritures.directory.domains import Domain
    from helpers.running_service import RunningService


@pytest.mark.parametrize("credential", [None, "", "x", "a:b", ":", "clé:sécret"])
def test_without_a_right_key_the_answer_is_401_before_anything_else(service, credential):
    wrong = credential and credential.encode()
    headers = {"content-type": "text/plain"} | ({"x-apikey": wrong} if wrong else {})
    with service.client() as client:
        answer = client.post(IMPORT, content=b"{" * 10_000_000, headers=headers)
    assert answer.status_code == 401
    assert error_of(answer)["code"] == "key-refused"


def test_a_wrong_secret_and_a_revoked_key_are_refused(service, key, database):
    assert post(service, key + "x", BODY).status_code == 401
    assert post(service, key, BODY).status_code == 200
    revoke_key(database, key)
    assert post(service, key, BODY).status_code == 401


def test_a_key_linked_to_other_dossiers_gets_403(
    service: RunningService, key: str, database: Database, domain: Domain
):
    create_dossier(database, domain, code="MANON001", name="Manon", siren="552100554")
    limited = create_key(database, domain, ["MANON001"])
    answer = post(service, limited, BODY)
    assert answer.status_code == 403
    assert error_of(answer)["code"] == "dossier-forbidden"
    assert "accountingImportRequestId" in post(service, limited, BODY | {
        "codeIbs": "MANON001"
    }).json()  # fmt: skip
    assert "error" in status(service, limited, asked(service, key)).json()


def test_a_key_without_the_right_gets_403_in_the_envelope(
    service: RunningService, key: str, database: Database, domain: Domain
):
    reader = create_key(database, domain, rights=[Right.READ])
    refused = post(service, reader, BODY)
    assert (refused.status_code, error_of(refused)["code"]) == (403, "right-missing")
    assert "« import »" in error_of(refused)["message"]
    with service.client(reader) as client:
        deposit = client.get("/loop-api-publiques/getFileUrlDeposit", params={"filename": "a.txt"})
        unbuilt = client.post("/loop-api-publiques/importTRA", json=BODY)
    assert {deposit.status_code, unbuilt.status_code} == {403}
    assert error_of(deposit)["code"] == error_of(unbuilt)["code"] == "right-missing"
    importer = create_key(database, domain, rights=[Right.IMPORT])
    unseen = status(service, importer, asked(service, key))
    assert (unseen.status_code, error_of(unseen)["code"]) == (403, "right-missing")
    assert status(service, reader, asked(service, importer)).status_code == 200


def test_a_subscription_key_is_ignored_unless_the_operator_asks_for_one(
    service: RunningService,
    start_service: Callable[[Settings], RunningService],
    settings: Settings,
    key: str,
):
    with service.client(key, **{"Ocp-Apim-Subscription-Key": "whatever"}) as client:
        assert client.post(IMPORT, json=BODY).status_code == 200
    strict = start_service(
        Settings(data_dir=settings.data_dir, subscription_keys=["first", "second"])
    )
    assert post(strict, key, BODY).status_code == 401
    with strict.client(key, **{"Ocp-Apim-Subscription-Key": "wrong"}) as client:
        assert error_of(client.post(IMPORT, json=BODY))["code"] == "subscription-key-refused"
    with strict.client(key, **{"Ocp-Apim-Subscription-Key": "second"}) as client:
        assert client.post(IMPORT, json=BODY).status_code == 200
        assert client.get("/v1/dossiers").status_code == 200


def test_nothing_of_one_domain_is_visible_to_another(service, key, other_key):
    import_id = asked(service, key)
    hidden = status(service, other_key, import_id)
    absent = status(service, other_key, str(uuid.uuid4()))
    assert hidden.status_code == absent.status_code == 404
    assert error_of(hidden)["code"] == error_of(absent)["code"] == "import-unknown"
    refused = error_of(post(service, other_key, BODY))
    assert refused["message"] == "Le dossier CEGID003 n'existe pas sur le domaine."


def test_answers_have_the_headers_of_the_vendor(service, key):
    answer = post(service, key, BODY)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    sent = answer.headers["request-id"]
    assert str(uuid.UUID(sent)) == sent
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.headers["strict-transport-security"] == "max-age=15724800; includeSubDomains"
    assert post(service, key, BODY).headers["request-id"] != sent


def test_an_answer_is_plain_when_gzip_is_not_accepted(service, key):
    with service.client(key, **{"accept-encoding": "identity"}) as client:
        answer = client.post(IMPORT, json=BODY)
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path", ["/loop-api-publiques", "/loop-api-publiques/", "/LOOP-api-publiques/rien"]
)
def test_an_unknown_route_is_404_in_the_envelope(service, path):
    with service.client() as client:
        answer = client.post(path, content=b"x" * 2_000_000)
    assert answer.status_code == 404
    assert error_of(answer)["code"] == "route-unknown"


def test_a_wrong_verb_is_405_in_the_envelope(service, key):
    with service.client(key) as client:
        answer = client.get("/loop-api-publiques/importfec")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert error_of(answer)["code"] == "method-not-allowed"


def test_an_unforeseen_error_is_500_in_the_envelope_and_tells_nothing(service, key, database):
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE imports RENAME TO hidden_imports")
    answer = post(service, key, BODY)
    assert answer.status_code == 500
    assert error_of(answer)["code"] == "internal-error"
    assert "imports" not in answer.text
    assert "request-id" in answer.headers
    with service.client() as client:
        assert client.get("/healthz").json() == {"status": "ok"}
