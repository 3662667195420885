"""Callers that connect and say nothing: the service goes on answering the others."""

from __future__ import annotations

import json
import socket
import subprocess
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

import httpx2
import pytest

from helpers.loop_calls import BODY, IMPORT, asked, post
from helpers.program import COMMAND, clean_environment
from helpers.waiting import GUARD_SECONDS

pytestmark = pytest.mark.timing

HALF = b"POST /loop-api-publiques/importFEC HTTP/1.1\r\nHost: x\r\n"
NO_BODY = HALF + b"Content-Length: 10\r\n\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = "Transfer-Encoding: chunked"


@contextmanager
def few_descriptors(tmp_path, count):
    """The real program, which may open `count` descriptors; yields its address and its log."""
    log = tmp_path / "log"
    limited = ("sh", "-c", f'ulimit -n {count} && exec "$@"', "sh")
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*limited, *COMMAND, "serve", "--port", "0", "--json"],
            cwd=tmp_path,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            shown = "".join(process.stdout.readline() for _ in range(4))
            yield json.loads(shown)["address"], log
        finally:
            process.terminate()
            process.communicate(timeout=GUARD_SECONDS)


def connected(stack, address, sent=b""):
    parts = urlsplit(address)
    one = stack.enter_context(
        socket.create_connection((parts.hostname, parts.port), timeout=GUARD_SECONDS)
    )
    one.sendall(sent)
    return one


def ask_for_health(connection):
    connection.sendall(HEALTH)
    received = b""
    while not received.endswith(b'{"status":"ok"}'):
        received += (piece := connection.recv(1000))
        assert piece


def wait_for_the_end(connection):
    """Read until the other side closes; a connection that stays open fails by its timeout."""
    with suppress(ConnectionResetError):
        while connection.recv(1000):
            pass


@pytest.mark.parametrize("sent", [b"", HALF])
def test_health_is_answered_under_more_silent_connections_than_descriptors(tmp_path, sent):
    with few_descriptors(tmp_path, 256) as (address, log), ExitStack() as held:
        for _ in range(300):
            connected(held, address, sent)
        for _ in range(3):
            health = httpx2.get(f"{address}/healthz", timeout=GUARD_SECONDS, trust_env=False)
            assert health.json() == {"status": "ok"}
        assert len(log.read_text().splitlines()) < 50
        assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("sent", [b"", HALF, NO_BODY])
def test_a_request_that_does_not_come_is_closed(start_service, settings, key, sent):
    brief = {"request_head_seconds_max": 0.5, "request_silence_seconds_max": 0.5}
    service = start_service(settings.model_copy(update=brief))
    with ExitStack() as held:
        silent = connected(held, service.url, sent)
        wait_for_the_end(silent)
    assert asked(service, key)


def test_one_connection_too_many_closes_the_one_silent_for_the_longest(
    start_service, settings, key
):
    service = start_service(settings.model_copy(update={"connections_max": 3}))
    with ExitStack() as held:
        silent, *others = (connected(held, service.url) for _ in range(3))
        for one in (silent, *others):
            ask_for_health(one)
        assert post(service, key, BODY).status_code == 200
        wait_for_the_end(silent)
        for one in others:
            ask_for_health(one)


@pytest.mark.parametrize(
    "head",
    [
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n{chunked}\r\n\r\n",
        "POST {path} HTTP/1.1\r\n{chunked}\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "GET /healthz HTTP/1.1\nHost: x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\n\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nA: b\nC: d\r\n\r\n",
        "GET /healthz HTTP/1.1\r\n\r\n",
        "not HTTP\r\n\r\n",
    ],
)
def test_a_request_that_two_programs_may_read_differently_is_refused(service, head):
    with ExitStack() as held:
        connection = connected(held, service.url)
        filled = head.format(path=IMPORT, chunked=CHUNKED)
        connection.sendall(filled.encode())
        answer = held.enter_context(connection.makefile("rb")).read()
    start, _, body = answer.partition(b"\r\n\r\n")
    assert start.startswith(b"HTTP/1.1 400")
    assert b"\r\nrequest-id: " in start
    assert json.loads(body)["code"] == "request-unreadable"


def test_a_head_in_pieces_is_read(service):
    with ExitStack() as held:
        connection = connected(held, service.url)
        for piece in (
            b"GET /healthz HTTP/1.1\r",
            b"\nHost: x\r\n\r",
            b"\nGET /healthz HTTP/1.1\r\n",
        ):
            connection.sendall(piece)
        connection.sendall(b"Host: x\r\nConnection: close\r\n\r\n")
        answer = held.enter_context(connection.makefile("rb")).read()
    assert answer.count(b'{"status":"ok"}') == 2
