"""`ecritures serve --sandbox`: what a client meets in production, met on request."""

from __future__ import annotations

import json
import uuid

import httpx2
import pytest

from ecritures.cli.support.sample import sample_bytes
from ecritures.sandbox.outcomes import BY_NAME, HEADER
from helpers import loop_json
from helpers.loop_calls import BODY, IMPORT
from helpers.paths import ROOT
from helpers.sandbox import running_sandbox
from helpers.v1_calls import ASKED, call, problem_of
from helpers.waiting import wait_until

NAMES = sorted(BY_NAME)
STATUS = "/loop-api-publiques/getImportStatus"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as shown:
        yield shown


@pytest.fixture
def client(sandbox):
    headers = {"x-apikey": sandbox["apiKey"]}
    with httpx2.Client(
        base_url=sandbox["address"], headers=headers, trust_env=False, timeout=60
    ) as client:
        yield client


def uploaded(client, dossier="CEGID003", **headers):
    """Ask for an import by `/v1`, with a file of its own."""
    content = sample_bytes().replace(b"Reprise", uuid.uuid4().hex.encode())
    files = {"file": ("079555421FEC20241231.txt", content)}
    return client.post(
        "/v1/imports",
        data={"dossier": dossier, "duplicates": "allow", "openings": "allow"},
        files=files,
        headers=headers,
    )


def asked(client, dossier="CEGID003", **headers):
    """Ask for an import as a client written for Cegid Loop does."""
    answer = client.get("/loop-api-publiques/getFileUrlDeposit", params={"filename": "a.txt"})
    place = answer.json()
    content = sample_bytes().replace(b"Reprise", uuid.uuid4().hex.encode())
    assert httpx2.put(place["depositUrl"], content=content).status_code == 201
    return client.post(IMPORT, json={"codeIbs": dossier, "URI": place["uri"]}, headers=headers)


def status_of(client, import_id):
    return client.get(STATUS, params={"accountingImportRequestId": import_id}).json()


def forced_both_ways(outcome):
    """The two ways in which a request asks for an outcome: by its dossier, by a header."""
    return [{"dossier": outcome.upper()}, {HEADER: outcome}]


def test_the_firm_has_a_dossier_for_each_outcome(sandbox, client):
    dossiers = {one["code"] for one in client.get("/v1/dossiers").json()["items"]}
    assert dossiers == {*sandbox["dossiers"], *sandbox["outcomes"].values()}
    assert sorted(sandbox["outcomes"]) == NAMES


def test_an_ordinary_import_is_posted(client):
    import_id = asked(client).json()["accountingImportRequestId"]
    wait_until(lambda: status_of(client, import_id)["status"] > 2)
    assert status_of(client, import_id)["status"] == 3
    assert client.get("/v1/dossiers/CEGID003/balance").json()["debitCents"] > 0


def test_the_limited_key_is_refused(sandbox, client):
    limited = {"x-apikey": sandbox["limitedKey"]}
    assert asked(client, **limited).status_code == 403
    assert client.get("/v1/dossiers/CEGID004", headers=limited).status_code == 403


@pytest.mark.parametrize("ask", [asked, uploaded])
@pytest.mark.parametrize("way", forced_both_ways("429"))
def test_too_many_requests_says_when_to_come_back(client, ask, way):
    answer = ask(client, **way)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")
    body = answer.json()
    assert (body["error"] if ask is asked else body)["code"] == "too-many-requests"


@pytest.mark.parametrize("ask", [asked, uploaded])
@pytest.mark.parametrize("way", forced_both_ways("500"))
def test_a_failing_service_has_the_envelope_of_its_interface(client, ask, way):
    answer = ask(client, **way)
    assert answer.status_code == 500
    body = answer.json()
    assert (body["error"] if ask is asked else body)["code"] == "internal-error"


@pytest.mark.parametrize(("ask", "status"), [(asked, 400), (uploaded, 422)])
@pytest.mark.parametrize("way", forced_both_ways("siret"))
def test_a_siret_is_refused_in_the_words_of_the_vendor(client, ask, status, way):
    answer = ask(client, **way)
    assert answer.status_code == status
    assert "n'est pas reconnu pour le dossier" in answer.text


@pytest.mark.parametrize("ask", [asked, uploaded])
@pytest.mark.parametrize("way", forced_both_ways("failed"))
def test_an_import_ends_with_an_error_and_anomalies(client, ask, way):
    made = ask(client, **way).json()
    import_id = made.get("accountingImportRequestId") or made["id"]
    wait_until(lambda: status_of(client, import_id)["status"] == 4)
    assert status_of(client, import_id)["message"]
    found = client.get(f"/v1/imports/{import_id}/anomalies").json()["items"]
    assert any(one["blocking"] and one["line"] for one in found)
    mended = client.get(f"/v1/imports/{import_id}/anomalies", params={"as": "fec"})
    assert (mended.status_code, mended.text[:7]) == (200, "Journal")


@pytest.mark.parametrize("kind", ["importTRA", "importPerso"])
def test_imports_of_other_kinds_end_with_an_error_too(client, kind):
    place = client.get("/loop-api-publiques/getFileUrlDeposit", params={"filename": "a.tra"}).json()
    httpx2.put(place["depositUrl"], content=b"x")
    body = {"codeIbs": "FAILED", "URI": place["uri"], "MODELE": "quadra"}
    import_id = client.post(f"/loop-api-publiques/{kind}", json=body).json()
    number = import_id["accountingImportRequestId"]
    wait_until(lambda: status_of(client, number)["status"] > 2)
    assert status_of(client, number)["status"] == 4


def test_refused_entries_sent_as_json_have_anomalies_with_lines(client):
    body = {"codeIbs": "FAILED", "data": loop_json.document()["data"]}
    made = client.post("/loop-api-publiques/importJson", json=body).json()
    import_id = made["accountingImportRequestId"]
    wait_until(lambda: status_of(client, import_id)["status"] == 4)
    found = client.get(f"/v1/imports/{import_id}/anomalies").json()["items"]
    assert any(one["blocking"] and one["line"] for one in found)
    assert {one["code"] for one in found} >= {"JSON-DAT-01", "JSON-MNT-01"}
    assert "JSON-DOS-01" not in {one["code"] for one in found}


@pytest.mark.parametrize("ask", [asked, uploaded])
@pytest.mark.parametrize("way", forced_both_ways("waiting"))
def test_an_import_waits_for_its_file(client, ask, way):
    made = ask(client, **way).json()
    import_id = made.get("accountingImportRequestId") or made["id"]
    wait_until(lambda: status_of(client, import_id)["message"])
    assert status_of(client, import_id)["status"] == 1
    seen = client.get(f"/v1/imports/{import_id}").json()
    assert seen["nextAttemptAt"]
    assert client.post(f"/v1/imports/{import_id}/cancel").status_code == 200


@pytest.mark.parametrize("way", forced_both_ways("slow"))
def test_a_slow_answer_outlasts_an_impatient_caller_and_its_import_runs_for_a_while(client, way):
    with pytest.raises(httpx2.ReadTimeout):
        client.get("/v1/imports", params={"dossier": "SLOW"}, timeout=0.3)
    made = uploaded(client, **way).json()
    wait_until(lambda: status_of(client, made["id"])["status"] == 2)
    wait_until(lambda: status_of(client, made["id"])["status"] != 2)
    assert status_of(client, made["id"])["status"] == 3


@pytest.mark.parametrize("way", forced_both_ways("cut"))
def test_the_connection_is_cut_once_the_request_is_carried_out(client, way):
    before = len(client.get("/v1/imports", params={"limit": 1000}).json()["items"])
    with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
        asked(client, **way)
    assert len(client.get("/v1/imports", params={"limit": 1000}).json()["items"]) == before + 1


def test_a_repeated_request_whose_answer_was_lost_is_carried_out_once(client):
    key = {"idempotency-key": str(uuid.uuid4()), HEADER: "cut-once"}
    body = BODY | {"URL": f"https://files.example/{uuid.uuid4()}.txt", "codeIbs": "CEGID004"}
    before = len(client.get("/v1/imports", params={"dossier": "CEGID004"}).json()["items"])
    with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
        client.post(IMPORT, json=body, headers=key)
    again = client.post(IMPORT, json=body, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    after = client.get("/v1/imports", params={"dossier": "CEGID004"}).json()["items"]
    assert len(after) == before + 1


@pytest.mark.parametrize("way", forced_both_ways("429-once"))
def test_an_outcome_may_concern_every_other_request_only(client, way):
    assert [asked(client, **way).status_code for _ in range(4)] == [429, 200, 429, 200]


def test_an_outcome_can_be_forced_on_any_request(client):
    for path in ("/v1/dossiers", STATUS):
        assert client.get(path, headers={HEADER: "500"}).status_code == 500
    assert client.get("/v1/dossiers/429/balance").status_code == 429


def test_the_header_wins_over_the_dossier(client):
    made = uploaded(client, "FAILED", **{HEADER: "waiting"}).json()
    wait_until(lambda: status_of(client, made["id"])["message"])
    assert status_of(client, made["id"])["status"] == 1


def test_an_outcome_that_is_none_is_refused(client):
    answer = client.get("/v1/dossiers", headers={HEADER: "falied"})
    assert (answer.status_code, answer.json()["code"]) == (422, "sandbox-outcome-unknown")
    assert "failed" in answer.json()["detail"]


@pytest.mark.parametrize("name", NAMES)
def test_the_page_names_every_outcome_and_its_dossier(name):
    page = (ROOT / "docs/how-to/sandbox.md").read_text("utf-8")
    assert f"`{name}`" in page
    assert f"`{name.upper().removesuffix('-ONCE')}`" in page


def test_a_body_that_is_too_large_is_refused_as_elsewhere(client):
    answer = client.post(
        IMPORT, content=b" " * (1 << 21), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


def test_a_service_that_is_no_sandbox_forces_nothing(service, key):
    for name in NAMES:
        answer = call(service, key, "GET", "/v1/dossiers", headers={HEADER: name})
        assert answer.status_code == 200
        named = ASKED | {"dossier": name.upper()}
        answer = call(service, key, "POST", "/v1/imports", json=named)
        assert problem_of(answer)["code"] == "dossier-unknown"


def test_the_real_database_is_never_used_and_its_folder_refused(firm, tmp_path):
    real = tmp_path / "data"
    elsewhere = {"ECRITURES_DATABASE_URL": f"sqlite:///{real / 'ecritures.db'}"}
    with running_sandbox(tmp_path, **elsewhere) as shown:
        assert "CEGID003" in shown["dossiers"]
    dossiers = json.loads(firm("dossier", "list", "--json").stdout)
    assert "CUT" not in json.dumps(dossiers)
    refused = firm("serve", "--sandbox", "--port", "0", "--data-dir", real)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert "ni vide, ni celui d'un bac à sable" in refused.stderr


def test_a_data_folder_of_its_own_keeps_the_keys(tmp_path):
    options = ("--data-dir", str(tmp_path / "sandbox"))
    with running_sandbox(tmp_path, *options) as first:
        pass
    with running_sandbox(tmp_path, *options) as second:
        assert second["apiKey"] == first["apiKey"]
    assert (tmp_path / "sandbox" / "sandbox-key").stat().st_mode & 0o777 == 0o600
