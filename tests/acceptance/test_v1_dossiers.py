"""Dossiers on the product's own API, over a real connection."""

from __future__ import annotations

import pytest

from ecritures.core.rights import ALL_RIGHTS
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import create_key
from helpers.v1_calls import ASKED, asked, call, problem_of

NEW = {
    "code": "MANON001",
    "name": "Manon",
    "siren": "552100554",
    "fiscalYears": [{"start": "2024-01-01", "end": "2024-12-31"}],
}


def test_a_dossier_is_created_shown_and_listed(service, key, domain):
    answer = call(service, key, "POST", "/v1/dossiers", json=NEW)
    assert answer.status_code == 201
    shown = call(service, key, "GET", answer.headers["location"]).json()
    year = {"start": "2024-01-01", "end": "2024-12-31", "state": "open", "closed": False}
    assert shown == answer.json()
    assert shown == {
        **NEW,
        "domain": domain.code,
        "sirets": [],
        "establishments": [],
        "fiscalYears": [year],
        "policies": {},
    }
    page = call(service, key, "GET", "/v1/dossiers", params={"limit": 1}).json()
    assert [item["code"] for item in page["items"]] == ["CEGID003"]
    rest = call(service, key, "GET", "/v1/dossiers", params={"cursor": page["nextCursor"]}).json()
    assert ([item["code"] for item in rest["items"]], rest["nextCursor"]) == (["MANON001"], None)


def test_a_dossier_that_exists_is_a_conflict(service, key):
    body = NEW | {"code": "CEGID003"}
    answer = call(service, key, "POST", "/v1/dossiers", json=body)
    assert (answer.status_code, problem_of(answer)["code"]) == (409, "dossier-exists")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"code": "a b"}, "code-invalid"),
        ({"siren": "123456789"}, "siren-invalid"),
        ({"sirets": ["07955542100027"]}, "siret-invalid"),
        ({"fiscalYears": [{"start": "2024-01-01", "end": "2023-01-01"}]}, "fiscal-years-invalid"),
        ({"fiscalYears": [{"start": "2024-02-30", "end": "2024-12-31"}]}, "request-invalid"),
        ({"name": 3}, "request-invalid"),
    ],
)
def test_a_dossier_that_cannot_be_is_refused(service, key, more, code):
    answer = call(service, key, "POST", "/v1/dossiers", json=NEW | more)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, code)


def test_a_key_linked_to_certain_dossiers_sees_only_them_and_creates_none(
    service, key, database, domain
):
    create_dossier(database, domain, code="MANON001", name="Manon", siren="552100554")
    limited = create_key(database, domain, ["MANON001"])
    hidden = asked(service, key)["id"]
    listed = call(service, limited, "GET", "/v1/dossiers").json()["items"]
    assert [item["code"] for item in listed] == ["MANON001"]
    assert call(service, limited, "GET", "/v1/imports").json()["items"] == []
    assert call(service, limited, "GET", f"/v1/imports/{hidden}").status_code == 404
    assert call(service, limited, "GET", "/v1/dossiers/CEGID003").status_code == 403
    assert call(service, limited, "GET", "/v1/dossiers/CEGID003/balance").status_code == 403
    assert call(service, limited, "POST", "/v1/imports", json=ASKED).status_code == 403
    assert call(service, limited, "POST", "/v1/dossiers", json=NEW).status_code == 403


def test_the_balance_of_a_new_dossier_is_empty(service, key):
    path = "/v1/dossiers/CEGID003/balance"
    answer = call(service, key, "GET", path, params={"from": "2024-01-01"})
    assert answer.json() == {
        "dossier": "CEGID003", "ledgerRevision": 0, "from": "2024-01-01", "to": None,
        "by": "account", "openingComputed": True, "accounts": [],
        "openingCents": 0, "movementDebitCents": 0, "movementCreditCents": 0,
        "closingCents": 0, "debitCents": 0, "creditCents": 0,
    }  # fmt: skip
    wrong = call(service, key, "GET", path, params={"to": "2024-13-01"})
    assert problem_of(wrong)["errors"][0]["field"] == "query.to"


def test_a_dossier_is_changed(service, key):
    path = "/v1/dossiers/CEGID003"
    body = {
        "name": "Manon", "sirets": [], "siren": "552100554",
        "policies": {"openings": "allow", "differenceCents": 5, "mode": None},
    }  # fmt: skip
    changed = call(service, key, "PATCH", path, json=body)
    assert changed.status_code == 200
    view = changed.json()
    assert (view["name"], view["siren"], view["sirets"]) == ("Manon", "552100554", [])
    assert view["policies"] == {"openings": "allow", "differenceCents": 5}
    assert call(service, key, "GET", path).json() == view
    taken_back = call(service, key, "PATCH", path, json={"policies": {"openings": None}}).json()
    assert taken_back == view | {"policies": {"differenceCents": 5}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"policies": {"mode": "replace"}}, "policy-not-a-default"),
        ({"policies": {"mode": "perhaps"}}, "request-invalid"),
        ({"policies": {"differenceCents": 101}}, "request-invalid"),
        ({"policies": {"duplicates": {"file": "skip"}}}, "request-invalid"),
        ({"siren": "123456789"}, "siren-invalid"),
        ({"code": "OTHER"}, "request-invalid"),
    ],
)
def test_a_change_that_cannot_be_is_refused(service, key, body, code):
    answer = call(service, key, "PATCH", "/v1/dossiers/CEGID003", json=body)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, code)


def test_a_key_changes_only_the_dossiers_that_it_is_linked_to(service, database, domain, dossier):
    create_dossier(database, domain, code="MANON001", name="Manon", siren="552100554")
    limited = create_key(database, domain, ["MANON001"], ALL_RIGHTS)
    path = f"/v1/dossiers/{dossier.code}"
    assert call(service, limited, "PATCH", path, json={"name": "X"}).status_code == 403
    own = call(service, limited, "PATCH", "/v1/dossiers/MANON001", json={"name": "X"})
    assert own.json()["name"] == "X"
    absent = call(service, limited, "PATCH", "/v1/dossiers/NOBODY", json={"name": "X"})
    assert absent.status_code == 404
