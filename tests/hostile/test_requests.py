"""Each hostile request gets its answer, quickly, and leaves the service as it was.

Every run tries a few of them; `make test-hostile` tries all.
"""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest

from helpers.ports import free_port
from helpers.program import Program
from helpers.waiting import wait_until
from hostile.requests import SHAPES

if TYPE_CHECKING:
    import subprocess

TRIED = [one for one in SHAPES if one.quick or os.environ.get("HOSTILE")]
SECONDS_MAX = 30
GROWTH_BYTES_MAX = 96 << 20


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    port = free_port()
    program = Program(folder, {"ECRITURES_DATA_DIR": str(folder), "ECRITURES_LOG_LEVEL": "warning"})
    program("domain", "create", "CABINET1")
    program("dossier", "create", "CEGID003", "--domain", "CABINET1", "--siren", "079555421")
    made = program("key", "create", "--domain", "CABINET1", "--json")
    key = json.loads(made.stdout)["apiKey"]
    with program.start("serve", "--port", str(port)) as process:
        wait_until(lambda: is_well(port))
        yield port, key, process
        process.terminate()


def is_well(port: int) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200
    except httpx2.TransportError:
        return False


def resident_bytes(process: subprocess.Popen[str]) -> int:
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:"))


def answer_to(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS_MAX) as connection:
        with suppress(ConnectionError):  # it was refused before its end: the answer has come
            connection.sendall(sent)
        received = b""
        while b"\r\n\r\n" not in received:
            try:
                more = connection.recv(1 << 16)
            except ConnectionError:
                break
            if not more:
                break
            received += more
    return received


@pytest.mark.parametrize("shape", TRIED, ids=lambda shape: shape.name)
def test_a_hostile_request_gets_its_answer(service, shape):
    port, key, process = service
    before = resident_bytes(process)
    begun = time.monotonic()

    answer = answer_to(port, shape.wire.replace(b"{key}", key.encode()))

    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    assert int(answer.split()[1]) in shape.statuses, answer[:500]
    assert b"Traceback" not in answer
    assert time.monotonic() - begun < SECONDS_MAX
    assert resident_bytes(process) - before < GROWTH_BYTES_MAX
    assert is_well(port)


def test_there_are_many_of_them():
    assert len(SHAPES) >= 60
    assert len({shape.name for shape in SHAPES}) == len(SHAPES)
