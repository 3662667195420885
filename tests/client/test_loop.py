"""The client for the routes of Cegid Loop, on a running service."""

from __future__ import annotations

import uuid

import httpx2
import pytest

from ecritures_client import LoopClient, RefusedError, Status, UnansweredError, UnreadableError
from helpers.clients import PATIENT, opened
from helpers.loop_json import document


def new_address():
    """Return the address of a file that no request has named: the same request again joins it."""
    return f"https://files.example/{uuid.uuid4()}.txt"


def test_a_fec_is_deposited_imported_and_followed(loop, file):
    seen = []
    request_id = loop.import_fec("CEGID004", uri=loop.deposit(file), siret="07955542100027")
    ended = loop.wait(request_id, progress=seen.append)
    assert ended.status.ended
    assert (ended.id, ended.code_ibs) == (request_id, "CEGID004")
    assert seen[-1] == ended
    assert loop.get_import_status(request_id) == ended


def test_an_import_that_fails_has_its_message_on_this_service(loop, file):
    ended = loop.wait(loop.import_fec("FAILED", uri=loop.deposit(file)))
    assert (ended.status, ended.done) == (Status.FAILED, False)
    assert ended.message


@pytest.mark.parametrize("route", ["import_tra", "import_perso"])
def test_files_of_other_kinds_are_asked_for(loop, file, route):
    more = {"modele": "quadra"} if route == "import_perso" else {}
    request_id = getattr(loop, route)("FAILED", uri=loop.deposit(file), **more)
    assert loop.wait(request_id).status is Status.FAILED


def test_entries_are_sent_as_json(loop):
    request_id = loop.import_json("CEGID004", document()["data"])
    assert loop.get_import_status(request_id).id == request_id


@pytest.mark.parametrize("refused", [200, 400])
def test_a_refusal_is_one_whatever_its_status(refused):
    told = {"error": {"instanceId": "1", "message": "Le codeIbs n'est pas spécifié."}}
    http = httpx2.Client(
        transport=httpx2.MockTransport(lambda _request: httpx2.Response(refused, json=told))
    )
    with (
        LoopClient("https://loop.example/x", "a:b", http=http) as loop,
        pytest.raises(RefusedError) as error,
    ):
        loop.import_json("", {})
    assert (error.value.status, error.value.code) == (refused, "")
    assert error.value.message == "Le codeIbs n'est pas spécifié."


@pytest.mark.parametrize("content", [b"<html>", b"{}", b"[]"])
def test_an_answer_of_a_proxy_is_no_refusal(content):
    answer = httpx2.Response(200, content=content)
    http = httpx2.Client(transport=httpx2.MockTransport(lambda _request: answer))
    with (
        LoopClient("https://loop.example/x", "a:b", http=http) as loop,
        pytest.raises(UnreadableError),
    ):
        loop.import_fec("CEGID004", url="https://files.example/a.txt")


def test_a_siret_is_refused_in_the_words_of_the_vendor(loop):
    with pytest.raises(RefusedError, match="siret-unknown"):
        loop.import_fec("SIRET", url="https://files.example/a.txt")


def test_a_request_to_import_is_not_repeated_when_its_answer_is_lost(loop, imports_of):
    before = len(imports_of("CUT"))
    with pytest.raises(UnansweredError) as lost:
        loop.import_fec("CUT", url=new_address())
    assert lost.value.sent
    with pytest.raises(RefusedError):
        loop.import_fec("500", url=new_address())
    assert len(imports_of("CUT")) == before + 1


def test_it_is_where_the_service_honours_the_key(kinds, sandbox, imports_of):
    before = len(imports_of("CUT-ONCE"))
    given = {"retries": PATIENT, "honours_idempotency_key": True}
    with opened(kinds[1](sandbox["loopAddress"], sandbox["apiKey"], **given)) as loop:
        assert loop.import_fec("CUT-ONCE", url=new_address())
    assert len(imports_of("CUT-ONCE")) == before + 1


@pytest.mark.parametrize("content", [b"<html>sign in</html>", b"{}", b"[1]"])
def test_an_answer_of_a_proxy_is_no_answer_of_the_service(content):
    http = httpx2.Client(
        transport=httpx2.MockTransport(lambda _: httpx2.Response(200, content=content))
    )
    with LoopClient("https://l.example", "a:b", http=http) as loop:
        with pytest.raises(UnreadableError):
            loop.get_import_status("1")
        with pytest.raises(UnreadableError):
            loop.deposit(__file__)


def test_keys_are_sent_as_the_vendor_wants_them():
    asked = []

    def answer(request):
        asked.append(request)
        return httpx2.Response(200, json={"accountingImportRequestId": "1"})

    http = httpx2.Client(transport=httpx2.MockTransport(answer))
    with LoopClient("https://l.example/p/", "a:b", subscription_key="s", http=http) as loop:
        loop.import_perso("C1", "M", url="https://f.example/", siret="1", idempotency_key="k")
    [one] = asked
    assert str(one.url) == "https://l.example/p/importPerso"
    names = ("x-apikey", "ocp-apim-subscription-key", "idempotency-key")
    assert [one.headers[name] for name in names] == ["a:b", "s", "k"]
    assert one.content == (
        b'{"codeIbs":"C1","URI":"","URL":"https://f.example/","SIRET":"1","MODELE":"M"}'
    )
