"""Webhooks: registered by HTTP or a command, and told of an import by the running service."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import signal
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx2
import pytest

from ecritures.cli.support.sample import SAMPLE_NAME, sample_bytes
from ecritures.core.rights import ALL_RIGHTS
from ecritures.directory.keys import create_key
from helpers.v1_calls import call, problem_of
from helpers.waiting import GUARD_SECONDS, wait_until

PATH = "/v1/webhooks"
URL = "https://cabinet.example/ecritures"
SECONDS_MAX = 60


@pytest.fixture
def program_settings():
    return {"ECRITURES_ALLOW_PRIVATE_ADDRESSES": "true", "ECRITURES_ATTEMPT_PAUSE_SECONDS": "0.05"}


@pytest.fixture
def strict(start_service, settings):
    """The service as it is by default: private addresses are refused."""
    return start_service(settings.model_copy(update={"allow_private_addresses": False}))


@contextmanager
def receiver(*statuses):
    """Run a receiver that answers with these statuses in turn, then 204."""
    received, left = [], list(statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append((dict(self.headers), body))
            self.send_response(left.pop(0) if left else 204)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_parts):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def is_signed(headers, body, secret):
    """Verify a delivery as the documentation tells receivers to."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    given = [one.removeprefix("v1,") for one in headers["webhook-signature"].split(" ")]
    return any(hmac.compare_digest(one, expected) for one in given)


def create(service, key, **more):
    answer = call(service, key, "POST", PATH, json={"url": URL} | more)
    assert answer.status_code == 201
    return answer.json()


def test_a_webhook_is_registered_listed_rotated_and_removed(strict, key):
    made = create(strict, key, events=["import.ended", "deposit.unused"])
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert (made["url"], made["events"]) == (URL, ["import.ended", "deposit.unused"])
    assert call(strict, key, "GET", PATH).json() == {"items": [made], "nextCursor": None}

    own = f"{PATH}/{made['id']}"
    rotated = call(strict, key, "POST", f"{own}/rotate").json()
    assert rotated["secret"] not in {secret, None}
    assert rotated["previousSecretUntil"]
    empty = {"items": [], "nextCursor": None}
    assert call(strict, key, "GET", f"{own}/deliveries").json() == empty

    assert call(strict, key, "DELETE", own).json() == {"id": made["id"], "removed": True}
    assert call(strict, key, "GET", PATH).json() == empty
    for verb, path in (("DELETE", own), ("POST", f"{own}/rotate"), ("GET", f"{own}/deliveries")):
        gone = call(strict, key, verb, path)
        assert (gone.status_code, problem_of(gone)["code"]) == (404, "webhook-unknown")


def test_a_repeated_request_registers_one_webhook(strict, key):
    with strict.client(key, **{"idempotency-key": "one"}) as client:
        first, second = (client.post(PATH, json={"url": URL}).json() for _ in range(2))
    assert first.pop("secret").startswith("whsec_")
    assert second == first, "the secret is shown once"
    assert len(call(strict, key, "GET", PATH).json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "http://cabinet.example/"}, "download-scheme-refused"),
        ({"url": "https://127.0.0.1/"}, "webhook-address-refused"),
        ({"url": "nowhere"}, "download-address-invalid"),
        ({"url": URL, "events": ["import.began"]}, "request-invalid"),
        ({}, "request-invalid"),
    ],
)
def test_an_address_that_cannot_be_told_is_refused(strict, key, body, code):
    answer = call(strict, key, "POST", PATH, json=body)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, code)


def test_webhooks_are_for_keys_that_administer_the_whole_domain(
    strict, key, other_key, database, domain
):
    made = create(strict, key)
    importer = create_key(database, domain, rights=["read", "import"])
    limited = create_key(database, domain, ["CEGID003"], ALL_RIGHTS)
    for one, code in ((importer, "right-missing"), (limited, "key-limited")):
        for verb, body in (("GET", {}), ("POST", {"json": {"url": URL}})):
            refused = call(strict, one, verb, PATH, **body)
            assert (refused.status_code, problem_of(refused)["code"]) == (403, code)
    assert call(strict, other_key, "GET", PATH).json()["items"] == []
    hidden = call(strict, other_key, "DELETE", f"{PATH}/{made['id']}")
    assert (hidden.status_code, problem_of(hidden)["code"]) == (404, "webhook-unknown")


@pytest.mark.timing
def test_the_end_of_an_import_is_told_signed_and_again_when_asked(firm):
    made = firm("key", "create", "--domain", "CABINET1", "--json")
    key = json.loads(made.stdout)["apiKey"]
    with receiver(500) as (address, received), serving(firm, key) as service:
        webhook = service.post(PATH, json={"url": address}).json()
        file = {"file": (SAMPLE_NAME, sample_bytes())}
        asked = service.post("/v1/imports", data={"dossier": "CEGID003"}, files=file).json()
        deliveries = f"{PATH}/{webhook['id']}/deliveries"

        def listed():
            return service.get(deliveries).json()["items"]

        wait_until(lambda: [one["state"] for one in listed()] == ["delivered"])
        [told] = listed()
        assert (told["event"], told["attempts"], told["answerStatus"]) == ("import.ended", 2, 204)
        assert service.post(f"{deliveries}/{told['id']}/resend").status_code == 200
        wait_until(lambda: len(received) == 3)
    assert {headers["webhook-id"] for headers, _ in received} == {told["id"]}
    assert all(is_signed(*one, webhook["secret"]) for one in received)
    document = json.loads(received[0][1])
    assert document == told["payload"]
    data = document["data"]
    assert (data["id"], data["status"], data["lines"]) == (asked["id"], 3, 300)
    assert data["ledger"]["revision"] == 1


@contextmanager
def serving(program, key):
    """Run the service; yield a client of it."""
    with program.start("serve", "--port", "0", "--json") as service:
        try:
            base, headers = address_of(service), {"x-apikey": key}
            with httpx2.Client(
                base_url=base, headers=headers, trust_env=False, timeout=GUARD_SECONDS
            ) as client:
                yield client
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(SECONDS_MAX)


def address_of(service):
    text = ""
    for line in iter(service.stdout.readline, ""):
        text += line
        if line == "}\n":
            return json.loads(text)["address"]
    pytest.fail(f"the program has ended: {text}")


@pytest.mark.timing
def test_commands_administer_webhooks(firm):
    def webhook(*arguments):
        return firm("webhook", *arguments, "--domain", "CABINET1", "--json")

    made = json.loads(webhook("create", URL, "--event", "import.ended").stdout)
    assert made["secret"].startswith("whsec_")
    number = made["id"]
    [listed] = json.loads(webhook("list").stdout)
    assert listed == {name: value for name, value in made.items() if name != "secret"}
    assert URL in firm("webhook", "list", "--domain", "CABINET1").stdout
    assert json.loads(webhook("rotate", number).stdout)["secret"] != made["secret"]

    (firm.folder / SAMPLE_NAME).write_bytes(sample_bytes())
    assert firm("import", SAMPLE_NAME, "--dossier", "CEGID003").returncode == 0
    [told] = json.loads(webhook("deliveries", number).stdout)
    assert (told["event"], told["state"]) == ("import.ended", "waiting")
    shown = firm("webhook", "deliveries", number, "--domain", "CABINET1").stdout
    assert told["id"] in shown
    again = json.loads(webhook("resend", number, told["id"]).stdout)
    assert (again["id"], again["state"]) == (told["id"], "waiting")

    assert json.loads(webhook("remove", number).stdout) == {"id": number, "removed": True}
    gone = webhook("remove", number)
    assert (gone.returncode, len(gone.stderr.splitlines())) == (2, 1)
