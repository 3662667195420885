"""Deliveries reach real receivers, and no others."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from ecritures.webhooks.deliveries import Outcome
from ecritures.webhooks.poster import HttpPoster
from helpers.ports import free_port

HEADERS = {"webhook-id": "msg_1"}
BODY = json.dumps({"label": "été"}, ensure_ascii=False).encode()


class Names:
    """A resolver that gives each name the same address."""

    def __init__(self, address):
        self._address = address

    def resolve(self, _host, _port):
        return [self._address]


@contextmanager
def receiver(status=204, location=None, wait=None):
    """Run a receiver; yield its address and what it is sent."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            received.append((self.path, dict(self.headers), body))
            if wait is not None:
                wait.wait()
            self.send_response(status)
            if location:
                self.send_header("location", location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_parts):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook?x=1", received
    finally:
        if wait is not None:
            wait.set()
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def poster():
    return HttpPoster(allow_private_addresses=True)


def test_a_delivery_arrives_as_it_was_signed(poster):
    with receiver() as (address, received):
        assert poster.post(address, HEADERS, BODY) == Outcome(204, None)
    [(path, headers, body)] = received
    assert (path, body) == ("/hook?x=1", BODY)
    assert headers["webhook-id"] == "msg_1"
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [301, 307, 400, 410, 500])
def test_a_status_that_is_not_2xx_is_a_refusal(poster, status):
    with receiver(status) as (address, _):
        assert poster.post(address, HEADERS, BODY) == Outcome(status, "webhook-refused")


def test_a_redirect_is_not_followed(poster):
    with receiver() as (elsewhere, received), receiver(307, elsewhere) as (address, _):
        assert poster.post(address, HEADERS, BODY) == Outcome(307, "webhook-refused")
    assert received == []


@pytest.mark.timing
def test_a_receiver_that_does_not_answer_is_given_up():
    poster = HttpPoster(allow_private_addresses=True, seconds_max=0.2)
    with receiver(wait=Event()) as (address, received):
        assert poster.post(address, HEADERS, BODY) == Outcome(None, "webhook-timeout")
        assert len(received) == 1


def test_a_receiver_that_is_not_there_cannot_be_reached(poster):
    address = f"http://127.0.0.1:{free_port()}/"
    assert poster.post(address, HEADERS, BODY) == Outcome(None, "webhook-unreachable")


def test_private_addresses_and_plain_http_are_refused_unless_the_operator_allows_them():
    poster = HttpPoster(allow_private_addresses=False)
    refused = poster.post("https://127.0.0.1:1/", HEADERS, BODY)
    assert refused == Outcome(None, "webhook-address-refused")
    with receiver() as (address, received):
        assert poster.post(address, HEADERS, BODY).status is None
    assert received == []


def test_a_name_with_a_private_address_is_as_if_it_did_not_exist():
    poster = HttpPoster(allow_private_addresses=False, resolver=Names("10.0.0.1"))
    refused = poster.post("https://inside.example/", HEADERS, BODY)
    assert refused == Outcome(None, "webhook-unreachable")
