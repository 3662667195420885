"""The history of imports, as the vendor's clients ask for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from ecritures.core.rights import Right
from ecritures.database.tables import imports
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import create_key
from ecritures.imports.request import Status
from helpers.loop_calls import BODY, error_of, status

LOOP = "/loop-api-publiques"
FIRST_DAY = datetime(2026, 7, 1, 12, tzinfo=UTC)


def history(service, key, query="", name="getImportHistory"):
    with service.client(key) as client:
        return client.get(f"{LOOP}/{name}?{query}")


def ids(answer):
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()]


@pytest.fixture
def asked_for(service, key, database, domain):
    """Ask for four imports on four days, the last of another dossier; return their numbers."""
    create_dossier(database, domain, code="MANON001", name="Manon", siren="552100554")
    numbers = []
    with service.client(key) as client:
        for place, (route, more) in enumerate(
            [
                ("importFEC", {}),
                ("importPerso", {"MODELE": "quadra"}),
                ("importFEC", {"URL": f"{BODY['URL']}2"}),
                ("importFEC", {"codeIbs": "MANON001"}),
            ]
        ):
            answer = client.post(f"{LOOP}/{route}", json=BODY | more)
            numbers.append(answer.json()["accountingImportRequestId"])
            with database.write() as connection:
                at = FIRST_DAY + timedelta(days=place)
                done = {"status": int(Status.ENDED_WITH_ERROR)} if place == 2 else {}
                which = imports.c.id == numbers[-1]
                connection.execute(sa.update(imports).where(which).values(created_at=at, **done))
    return numbers


def test_imports_are_listed_newest_first_as_the_status_shows_them(service, key, asked_for):
    for name in ("getImportHistory", "GETIMPORTHISTORY", "importHistory", "historiqueImports"):
        found = history(service, key, name=name)
        assert ids(found) == asked_for[::-1]
    one = found.json()[0]
    assert one == status(service, key, one["id"]).json()
    assert list(one)[:8] == [
        *("_id", "id", "creationDate", "lastUpdate", "codeIBS", "domain", "status", "__v")
    ]


FILTERS = {
    "codeIbs=MANON001": [3],
    "codeIbs=CEGID003": [2, 1, 0],
    "kind=perso": [1],
    "kind=importFEC&codeIbs=CEGID003": [2, 0],
    "kind=json": [],
    "status=4": [2],
    "status=1&codeIbs=CEGID003": [1, 0],
    "from=2026-07-03": [3, 2],
    "to=2026-07-02": [1, 0],
    "from=2026-07-02&to=2026-07-03": [2, 1],
    "from=2026-07-02T12:00:00.000Z": [3, 2, 1],
    "from=2026-07-02T12:00:00.001Z": [3, 2],
    "to=2026-07-02T12:00:00.000Z": [1, 0],
    "to=2026-07-02T11:59:59.999Z": [0],
    "from=2026-07-02T14:30:00%2B02:00": [3, 2],
    "skip=1&take=2": [2, 1],
    "skip=9": [],
    "from=&kind=+&take=": [3, 2, 1, 0],
}


def test_each_parameter_narrows_the_list(service, key, asked_for):
    for query, wanted in FILTERS.items():
        assert ids(history(service, key, query)) == [asked_for[n] for n in wanted], query


REFUSED = {
    "take=0": ("number-refused", "take"),
    "take=-1": ("number-refused", "take"),
    "take=1001": ("number-refused", "take"),
    "skip=x": ("number-refused", "skip"),
    "status=5": ("number-refused", "status"),
    "status=abc": ("number-refused", "status"),
    "kind=xml": ("kind-refused", "kind"),
    "from=2026-02-30": ("date-refused", "from"),
    "from=01/07/2026": ("date-refused", "from"),
    "to=hier": ("date-refused", "to"),
    "to=2026-07-01T25:00:00Z": ("date-refused", "to"),
    "from=0001-01-01T00:00:00%2B14:00": ("date-refused", "from"),
    "to=9999-12-31": ("date-refused", "to"),
    "codeIbs=RIEN": ("dossier-unknown", "RIEN"),
    "codeIbs=A&codeibs=B": ("parameter-twice", "codeIbs"),
}


def test_a_bad_value_is_400_and_named(service, key):
    for query, (code, name) in REFUSED.items():
        answer = history(service, key, query)
        assert (answer.status_code, error_of(answer)["code"]) == (400, code), query
        assert name in error_of(answer)["message"]


def test_a_key_sees_the_imports_of_its_dossiers_alone(
    service, key, asked_for, database, domain, other_key
):
    assert key
    limited = create_key(database, domain, ["MANON001"])
    assert ids(history(service, limited)) == asked_for[3:]
    assert ids(history(service, other_key)) == []
    refused = (
        (None, 401, "key-refused"),
        (limited, 403, "dossier-forbidden"),
        (create_key(database, domain, rights=[Right.IMPORT]), 403, "right-missing"),
        (other_key, 400, "dossier-unknown"),
    )
    for credential, http_status, code in refused:
        answer = history(service, credential, "codeIbs=CEGID003")
        assert (answer.status_code, error_of(answer)["code"]) == (http_status, code)


def test_a_dry_run_is_not_an_import(service, key):
    with service.client(key) as client:
        body = {"dossier": "CEGID003", "url": BODY["URL"], "dryRun": True}
        assert client.post("/v1/imports", json=body).status_code == 202
    assert ids(history(service, key)) == []
