"""The clients, both kinds by the same calls, and a sandbox to try them on."""

from __future__ import annotations

import uuid

import pytest

from ecritures.cli.support.sample import SAMPLE_NAME, sample_bytes
from ecritures_client import Client
from ecritures_client.steps import Request
from helpers.clients import KINDS, PATIENT, opened
from helpers.sandbox import running_sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as shown:
        yield shown


@pytest.fixture(params=sorted(KINDS))
def kinds(request):
    """The class for `/v1` and that for the routes of Cegid Loop."""
    return KINDS[request.param]


@pytest.fixture
def client(kinds, sandbox):
    with opened(kinds[0](sandbox["address"], sandbox["apiKey"], retries=PATIENT)) as client:
        yield client


@pytest.fixture
def loop(kinds, sandbox):
    with opened(kinds[1](sandbox["loopAddress"], sandbox["apiKey"], retries=PATIENT)) as client:
        yield client


@pytest.fixture
def file(tmp_path):
    """A FEC of its own; a dossier takes it once."""
    path = tmp_path / SAMPLE_NAME
    path.write_bytes(sample_bytes().replace(b"Reprise", uuid.uuid4().hex.encode()))
    return path


@pytest.fixture
def imports_of(sandbox):
    """Return the imports of a dossier."""

    def imports_of(dossier):
        with Client(sandbox["address"], sandbox["apiKey"]) as client:
            items = client.run(_listed())["items"]
        return [one for one in items if one["dossier"] == dossier]

    return imports_of


def _listed():
    answer = yield Request("GET", "/v1/imports", params={"limit": "1000"})
    return answer.json()
