"""The client for `/v1`, on a running service."""

from __future__ import annotations

import uuid
import zipfile

import httpx2
import pytest

from ecritures_client import (
    Client,
    RefusedError,
    Retries,
    Status,
    UnansweredError,
    WaitTooLongError,
)
from helpers.clients import PATIENT, opened
from helpers.tra import document, pair, tra

ANY = {"duplicates": "allow", "openings": "allow"}


def test_a_file_is_sent_followed_and_read_back(client, file, tmp_path):
    seen = []
    made = client.import_file(file, dossier="CEGID003", options=ANY)
    ended = client.wait(made, progress=seen.append)
    assert (ended.status, ended.done, ended.lines) == (Status.DONE, True, 300)
    assert seen[-1] == ended
    assert client.anomalies(ended) == []
    saved = client.save_fec("CEGID003", tmp_path / "back.txt", year="2024")
    assert saved.read_bytes().startswith(b"JournalCode")
    table = client.save_export("CEGID003", "csv", tmp_path / "back.csv")
    assert table.stat().st_size > 1000
    assert {path.name for path in tmp_path.iterdir()} == {file.name, "back.txt", "back.csv"}


def test_anomalies_and_reports_of_a_refused_file_are_there(client, file, tmp_path):
    ended = client.wait(client.import_file(file, dossier="FAILED").id)
    assert (ended.status, ended.done) == (Status.FAILED, False)
    assert ended.message
    found = client.anomalies(ended, lang="en")
    assert len(found) == ended.anomaly_count
    assert any(one.blocking and one.line and one.message for one in found)
    for form in ("csv", "xlsx", "html", "fec"):
        assert client.save_report(ended, form, tmp_path / f"report.{form}").stat().st_size > 0


def test_the_documents_of_an_import_are_listed_and_downloaded(client, tmp_path):
    archive = tmp_path / "ventes.zip"
    named = "F1 é.pdf"
    lines = [*pair(REFINTERNE=uuid.uuid4().hex), document(named), document("F2.pdf")]
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("ventes.tra", tra(lines))
        packed.writestr(named, b"%PDF")
    made = client.import_file(archive, dossier="CEGID003", options=ANY)
    ended = client.wait(made)
    assert (ended.done, ended.attachment_count) == (True, 2), ended.message
    first, absent = client.attachments(ended)
    assert (first.name, first.bytes, first.kept, first.dossier) == (named, 4, True, "CEGID003")
    assert first.entry
    assert first.line
    assert (absent.name, absent.bytes, absent.kept) == ("F2.pdf", None, False)
    saved = client.save_attachment(first, tmp_path / "saved.pdf")
    assert saved.read_bytes() == b"%PDF"
    with pytest.raises(RefusedError) as refused:
        client.save_attachment(absent, tmp_path / "absent.pdf")
    assert refused.value.code == "attachment-not-kept"


def test_a_deposit_is_imported_by_its_uri(client, file):
    uri = client.deposit(file)
    assert uri.endswith(f"/{file.name}")
    made = client.import_address(dossier="CEGID004", uri=uri, options=ANY)
    assert client.wait(made).done


def test_a_dry_run_is_confirmed(client, file):
    tried = client.wait(client.import_file(file, dossier="CEGID004", dry_run=True, options=ANY))
    assert tried.raw["impact"]["entries"]["added"] > 0
    assert client.wait(client.confirm(tried)).raw["dryRun"] is False


def test_a_request_whose_answer_is_lost_is_carried_out_once(client, file, imports_of):
    before = len(imports_of("CUT-ONCE"))
    made = client.import_file(file, dossier="CUT-ONCE", options=ANY)
    assert client.wait(made).done
    assert len(imports_of("CUT-ONCE")) == before + 1


@pytest.mark.parametrize("dossier", ["429-ONCE", "500-ONCE"])
def test_a_service_in_trouble_is_asked_again(client, file, dossier):
    assert client.import_file(file, dossier=dossier, options=ANY).dossier == dossier


def test_a_refusal_that_lasts_ends_the_call(kinds, sandbox, file):
    hasty = Retries(attempts=2, pause=0.01)
    with opened(kinds[0](sandbox["address"], sandbox["apiKey"], retries=hasty)) as client:
        with pytest.raises(RefusedError) as refused:
            client.import_file(file, dossier="500")
        with pytest.raises(UnansweredError) as lost:
            client.import_file(file, dossier="CUT")
    assert (refused.value.status, refused.value.code) == (500, "internal-error")
    assert refused.value.request_id
    assert lost.value.sent


def test_a_refused_request_is_not_repeated_and_says_why(client, file):
    with pytest.raises(RefusedError) as refused:
        client.import_file(file, dossier="INCONNU")
    error = refused.value
    assert (error.status, error.code) == (422, "dossier-unknown")
    assert error.message.startswith("Le dossier INCONNU")
    assert "INCONNU" in error.message_en
    with pytest.raises(RefusedError) as invalid:
        client.import_file(file, dossier="CEGID003", options={"mode": "?"})
    assert invalid.value.errors[0]["field"] == "body.mode"
    with pytest.raises(RefusedError) as unknown:
        client.get_import("4dfa8727-0413-4e80-9fe2-3bea94b22833")
    assert unknown.value.code == "import-unknown"


def test_a_wait_has_an_end(client, file):
    made = client.import_file(file, dossier="WAITING")
    with pytest.raises(WaitTooLongError):
        client.wait(made, timeout=0.5)
    assert client.cancel(made).status is Status.FAILED


def test_nothing_is_left_of_a_download_that_is_refused(client, tmp_path):
    with pytest.raises(RefusedError):
        client.save_fec("INCONNU", tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_service_that_is_not_there_was_never_asked(kinds):
    with (
        opened(kinds[0]("http://127.0.0.1:9", "a:b", retries=Retries(attempts=1))) as client,
        pytest.raises(UnansweredError) as lost,
    ):
        client.get_import("1")
    assert not lost.value.sent


def test_a_download_that_breaks_off_leaves_no_file(tmp_path):
    def broken(_request):
        return httpx2.Response(200, stream=BreaksOff())

    http = httpx2.Client(transport=httpx2.MockTransport(broken))
    with (
        Client("http://e.example", "a:b", retries=Retries(attempts=1), http=http) as client,
        pytest.raises(UnansweredError),
    ):
        client.save_fec("A", tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


class BreaksOff(httpx2.SyncByteStream):
    def __iter__(self):
        yield b"JournalCode"
        raise httpx2.ReadError("cut")


def test_the_place_of_a_deposit_gets_no_key(file):
    asked = []

    def answer(request):
        asked.append((request, b"".join(request.stream)))
        place = {"depositUrl": "https://storage.example/a?sig=b", "uri": "1/a.txt"}
        return httpx2.Response(200 if request.method == "GET" else 201, json=place)

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    with Client("https://e.example/", "a:b", retries=PATIENT, http=http) as client:
        assert client.deposit(file) == "1/a.txt"
    (look, _), (put, body) = asked
    assert (look.headers["x-apikey"], str(look.url.copy_with(query=None))) == (
        "a:b",
        "https://e.example/loop-api-publiques/getFileUrlDeposit",
    )
    assert "x-apikey" not in put.headers
    assert put.headers["x-ms-blob-type"] == "BlockBlob"
    assert put.headers["content-length"] == str(file.stat().st_size)
    assert body == file.read_bytes()
