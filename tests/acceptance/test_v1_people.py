"""The people and the keys of a firm, over HTTP: who may administer them, and what it changes."""

from __future__ import annotations

import pytest

from ecritures.core.rights import Right, Role
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import create_key
from helpers.pages import reader
from helpers.people import PASSWORD, add_person
from helpers.v1_calls import call, problem_of

USERS, KEYS = "/v1/users", "/v1/keys"
CLAIRE = {"email": "claire@x.example", "role": "collaborator", "dossiers": ["CEGID003"]}


@pytest.fixture
def ask(service, key, dossier):
    assert dossier.code == "CEGID003"

    def ask(verb, path, body=None, by=key, **headers):
        return call(service, by, verb, path, json=body, headers=headers)

    return ask


def code_of(answer):
    return answer.status_code, problem_of(answer)["code"]


def test_somebody_added_signs_in_by_invitation_with_the_rights_of_the_role(service, ask):
    answer = ask("POST", USERS, CLAIRE | {"name": "Claire"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["domain"], made["dossiers"], made["hasPassword"]) == (
        *("CABINET1", ["CEGID003"]),
        False,
    )
    page = made["invitation"]["url"].removeprefix(service.url)
    assert page.startswith("/invitation/")
    with reader(service) as claire:
        assert claire.send(page, password=PASSWORD, again=PASSWORD).status_code == 303
        assert claire.get("/account").status_code == 200
        [listed] = ask("GET", USERS).json()["items"]
        assert (listed["hasPassword"], listed["invitedUntil"]) == (True, None)
        assert "invitation" not in listed
        changed = ask("PATCH", f"{USERS}/{made['id']}", {"disabled": True})
        assert changed.json()["disabled"] is True
        assert claire.get("/account").status_code == 303


def test_an_invitation_replaces_the_one_before(service, ask):
    made = ask("POST", USERS, CLAIRE).json()
    again = ask("POST", f"{USERS}/{made['id']}/invitations")
    assert again.status_code == 201
    with reader(service) as claire:
        first, second = (
            one["invitation"]["url"].removeprefix(service.url) for one in (made, again.json())
        )
        assert claire.get(first).status_code == 410
        assert claire.get(second).status_code == 200
    ask("PATCH", f"{USERS}/{made['id']}", {"disabled": True})
    refused = ask("POST", f"{USERS}/{made['id']}/invitations")
    assert code_of(refused) == (409, "user-disabled")


def test_what_is_not_named_stays_as_it_is(ask, database, domain):
    create_dossier(database, domain, code="D2", name="", siren="079555421")
    made = ask("POST", USERS, CLAIRE).json()
    path = f"{USERS}/{made['id']}"

    def changed(**changes):
        found = ask("PATCH", path, changes).json()
        return found["role"], found["dossiers"], found["name"]

    assert changed() == ("collaborator", ["CEGID003"], CLAIRE["email"])
    assert changed(name="Claire") == ("collaborator", ["CEGID003"], "Claire")
    assert changed(dossiers=["D2", "CEGID003", "D2"])[1] == ["CEGID003", "D2"]
    assert changed(role="reader")[:2] == ("reader", ["CEGID003", "D2"])
    assert changed(dossiers=None)[1] is None
    assert changed(role="collaborator")[1] == []
    assert changed(role="administrator")[1] is None


@pytest.mark.parametrize(("body", "expected"), [
    ({}, (422, "request-invalid")),
    (CLAIRE | {"role": "operator"}, (422, "request-invalid")),
    (CLAIRE | {"email": "claire"}, (422, "email-invalid")),
    (CLAIRE | {"email": "a@b@c"}, (422, "email-invalid")),
    (CLAIRE | {"email": "a" * 300 + "@x.example"}, (422, "request-invalid")),
    (CLAIRE | {"name": "a\x00b"}, (422, "request-invalid")),
    (CLAIRE | {"dossiers": ["NONE"]}, (404, "dossier-unknown")),
    (CLAIRE | {"role": "administrator"}, (422, "role-of-all-dossiers")),
    (CLAIRE | {"password": PASSWORD}, (422, "request-invalid")),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_adds_nobody(ask, body, expected):
    assert code_of(ask("POST", USERS, body)) == expected
    assert ask("GET", USERS).json()["items"] == []


def test_an_address_is_known_once_to_a_firm_whatever_its_case(ask, other_key):
    assert ask("POST", USERS, CLAIRE).status_code == 201
    again = CLAIRE | {"email": " CLAIRE@x.example "}
    assert code_of(ask("POST", USERS, again)) == (409, "user-exists")
    elsewhere = CLAIRE | {"dossiers": None}
    assert ask("POST", USERS, elsewhere, by=other_key).status_code == 201


def test_people_of_another_firm_are_not_there(ask, other_key):
    made = ask("POST", USERS, CLAIRE).json()
    assert ask("GET", USERS, by=other_key).json()["items"] == []
    path = f"{USERS}/{made['id']}"
    assert code_of(ask("PATCH", path, {"disabled": True}, by=other_key)) == (404, "user-unknown")
    refused = ask("POST", f"{path}/invitations", by=other_key)
    assert code_of(refused) == (404, "user-unknown")
    [listed] = ask("GET", USERS).json()["items"]
    assert listed["disabled"] is False


def test_operators_of_the_service_are_nobody_of_a_firm(ask, database):
    operator = add_person(database, None, "operator@x.example", Role.OPERATOR)
    assert ask("GET", USERS).json()["items"] == []
    refused = ask("PATCH", f"{USERS}/{operator.id}", {"disabled": True})
    assert code_of(refused) == (404, "user-unknown")


def test_a_page_of_people_leads_to_the_next(ask):
    for letter in "cab":
        ask("POST", USERS, {"email": f"{letter}@x.example", "role": "reader"})
    first = ask("GET", f"{USERS}?limit=2").json()
    assert [one["email"][0] for one in first["items"]] == ["a", "b"]
    rest = ask("GET", f"{USERS}?limit=2&cursor={first['nextCursor']}").json()
    assert ([one["email"][0] for one in rest["items"]], rest["nextCursor"]) == (["c"], None)


def test_adding_twice_with_one_idempotency_key_is_adding_once(ask):
    first, second = (ask("POST", USERS, CLAIRE, **{"Idempotency-Key": "one"}) for _ in range(2))
    shown = first.json()
    assert "/invitation/" in shown.pop("invitation")["url"]
    assert second.json() == shown, "the invitation is shown once"
    assert len(ask("GET", USERS).json()["items"]) == 1


@pytest.mark.parametrize("path", [USERS, KEYS])
@pytest.mark.parametrize(("dossiers", "rights", "expected"), [
    ([], [Right.READ, Right.IMPORT, Right.WITHDRAW], "right-missing"),
    (["CEGID003"], list(Right), "key-limited"),
])  # fmt: skip
def test_only_who_administers_the_whole_firm_does(
    ask, database, domain, path, dossiers, rights, expected
):
    limited = create_key(database, domain, dossiers, rights)
    body = CLAIRE if path == USERS else {}
    for verb, given in (("GET", None), ("POST", body)):
        assert code_of(ask(verb, path, given, by=limited)) == (403, expected)


def test_nobody_gives_a_right_that_is_not_their_own(ask, database, domain):
    administers = create_key(database, domain, [], [Right.ADMINISTER])
    for path, body in ((USERS, CLAIRE), (KEYS, {"rights": ["read"]})):
        assert code_of(ask("POST", path, body, by=administers)) == (403, "right-missing")
    assert ask("POST", KEYS, {"rights": ["administer"]}, by=administers).status_code == 201


def test_a_key_is_made_used_and_revoked(ask, key):
    until = "2999-12-31T22:59:59.000Z"
    wanted = {"dossiers": ["CEGID003"], "rights": ["read", "import"], "name": "Paie"}
    made = ask("POST", KEYS, wanted | {"expiresAt": until})
    assert made.status_code == 201
    new = made.json()["apiKey"]
    name = new.partition(":")[0]
    assert ask("GET", "/v1/dossiers", by=new).status_code == 200
    listed = ask("GET", KEYS).json()["items"]
    assert [one["key"] for one in listed] == [key.partition(":")[0], name]
    assert listed[1] == {
        "key": name, "domain": "CABINET1", "dossiers": ["CEGID003"], "rights": ["read", "import"],
        "name": "Paie", "createdAt": listed[1]["createdAt"], "expiresAt": until, "revokedAt": None,
        "lastUsedAt": listed[1]["lastUsedAt"],
    }  # fmt: skip
    assert listed[1]["lastUsedAt"] >= listed[1]["createdAt"]
    revoked = ask("DELETE", f"{KEYS}/{name}").json()
    assert revoked["revokedAt"]
    assert ask("DELETE", f"{KEYS}/{name}").json() == revoked
    assert ask("GET", "/v1/dossiers", by=new).status_code == 401


def test_keys_of_another_firm_are_not_there(ask, key, other_key):
    name = other_key.partition(":")[0]
    assert [one["key"] for one in ask("GET", KEYS).json()["items"]] == [key.partition(":")[0]]
    assert code_of(ask("DELETE", f"{KEYS}/{name}")) == (404, "key-unknown")
    assert ask("GET", "/v1/dossiers", by=other_key).status_code == 200


def test_a_key_gives_access_to_dossiers_that_exist(ask):
    assert code_of(ask("POST", KEYS, {"dossiers": ["NONE"]})) == (404, "dossier-unknown")
