"""The vendor's reference routes, over HTTP."""

from __future__ import annotations

import pytest

from ecritures.config.settings import Settings
from ecritures.core.rights import Right
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import create_key
from helpers.fec import entries, fec
from helpers.importing import Importing
from helpers.loop_calls import error_of

LOOP = "/loop-api-publiques"
ROUTES = ["compte", "journal", "section", "etablissementComplet", "EcritureComptable"]
DOSSIER = "codeDossier=CEGID003"


@pytest.fixture
def get(service, key, tmp_path, database, dossier, caller):
    """Call a route of a service whose dossier has sixty entries; its query is sent as written."""
    importing = Importing(Settings(data_dir=tmp_path / "data"), database, dossier, caller)
    importing.post(fec(entries(60)))

    def call(address, credential=key):
        with service.client(credential) as client:
            return client.get(f"{service.url}{LOOP}/{address}")

    return call


def test_a_list_is_a_bare_array_of_objects_with_ids(get):
    for name in ROUTES:
        for spelled in (name, name.lower(), name.upper()):
            answer = get(f"{spelled}?{DOSSIER}")
            assert answer.status_code == 200
            found = answer.json()
            assert isinstance(found, list)
            assert all(list(one)[:2] == ["objectId", "revisionId"] for one in found)
            assert bool(found) == (name != "section")


def test_a_hundred_are_given_by_default_and_a_thousand_at_most(get):
    address = f"EcritureComptable?{DOSSIER}"
    every = get(f"{address}&take=1000").json()
    assert len(every) == 120
    assert get(address).json() == every[:100]
    assert get(f"{address}&skip=110&take=3").json() == every[110:113]


def test_conditions_are_joined_as_the_vendor_writes_them(get):
    said = 'filter=compteNumero=="607000"&&debit>=120&sort=date:desc&&reference:desc'
    found = get(f"EcritureComptable?{DOSSIER}&{said}&take=2&select=reference&&compteNumero").json()
    assert [list(one.values())[2:] for one in found] == [["9", "607000"], ["8", "607000"]]
    escaped = said.replace("&&", "%26%26").replace('"', "%22")
    again = get(f"EcritureComptable?{escaped}&take=2&{DOSSIER}").json()
    assert [one["objectId"] for one in again] == [one["objectId"] for one in found]


REFUSED = [
    ("", "dossier-missing", "codeDossier"),
    ("codeDossier=", "dossier-missing", "codeDossier"),
    ("codeDossier=A&codeDossier=B", "parameter-twice", "codeDossier"),
    ("codeDossier=RIEN", "dossier-unknown", "Le dossier RIEN n'existe pas sur le domaine."),
    (f"{DOSSIER}&take=-1", "number-refused", "take doit être un nombre entier de 1 à 1000"),
    (f"{DOSSIER}&take=0", "number-refused", "take"),
    (f"{DOSSIER}&take=1001", "number-refused", "take"),
    (f"{DOSSIER}&take=%D9%A1", "number-refused", "take"),
    (f"{DOSSIER}&skip=-1", "number-refused", "skip doit être un nombre entier de 0"),
    (f"{DOSSIER}&skip=99999999999999999999", "number-refused", "skip"),
    (f"{DOSSIER}&filter=numro==1", "field-unknown", "caractère 1 : le champ « numro »"),
    (f"{DOSSIER}&filter=debit==", "filter-syntax", "caractère 8"),
    (f"{DOSSIER}&filter=debit==1&&", "filter-syntax", "caractère 11"),
    (f"{DOSSIER}&filter={'a' * 2001}", "filter-long", "2001 caractères"),
    (f"{DOSSIER}&filter=debit==%00", "parameter-unreadable", "filter"),
    (f"{DOSSIER}&sort=debit:up", "sort-order-unknown", "« up »"),
    (f"{DOSSIER}&select=*", "field-unknown", "Paramètre select, caractère 1"),
]
"""Query, code, and what the message says."""


def test_what_cannot_be_understood_is_400_in_the_envelope(get):
    for query, code, words in REFUSED:
        answer = get(f"EcritureComptable?{query}")
        assert (answer.status_code, error_of(answer)["code"]) == (400, code), query
        assert words in error_of(answer)["message"]


def test_a_key_sees_its_dossiers_if_it_may_read(get, database, domain, other_key):
    create_dossier(database, domain, code="MANON001", name="Manon", siren="552100554")
    refused = (
        (None, 401, "key-refused"),
        (create_key(database, domain, rights=[Right.IMPORT]), 403, "right-missing"),
        (create_key(database, domain, ["MANON001"]), 403, "dossier-forbidden"),
        (other_key, 400, "dossier-unknown"),
    )
    reader = create_key(database, domain, rights=[Right.READ])
    for name in ROUTES:
        for credential, status, code in refused:
            answer = get(f"{name}?{DOSSIER}", credential)
            assert (answer.status_code, error_of(answer)["code"]) == (status, code)
        assert get(f"{name}?{DOSSIER}", reader).status_code == 200


def test_a_list_is_only_read(service, key):
    with service.client(key) as client:
        answer = client.post(f"{LOOP}/compte", json={})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
