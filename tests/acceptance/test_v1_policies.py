"""The policies of imports on the product's own API: of a domain, a dossier, a request."""

from __future__ import annotations

import pytest

from ecritures.core.rights import ALL_RIGHTS
from ecritures.directory.keys import create_key
from helpers.loop_calls import asked as asked_by_loop
from helpers.v1_calls import ASKED, asked, call, problem_of

OWN = "/v1/domains/CABINET1"


def test_a_firm_shows_and_changes_its_domain(service, key):
    before = call(service, key, "GET", OWN).json()
    assert (before["code"], before["policies"]["duplicates"]) == ("CABINET1", "refuse")
    body = {"name": "Cabinet Un", "policies": {"duplicates": "skip", "differenceCents": 0}}
    changed = call(service, key, "PATCH", OWN, json=body)
    assert changed.status_code == 200
    assert changed.json()["name"] == "Cabinet Un"
    skipped = dict.fromkeys(("duplicates", "duplicateEntries", "lookalikes"), "skip")
    assert changed.json()["policies"] == before["policies"] | skipped | {"differenceCents": 0}
    back = {"policies": {"duplicates": None, "differenceCents": None}}
    assert call(service, key, "PATCH", OWN, json=back).json() == before | {"name": "Cabinet Un"}


def test_a_domain_is_changed_by_keys_of_all_of_it_only(service, key, other_key, database, domain):
    limited = create_key(database, domain, ["CEGID003"], ALL_RIGHTS)
    body = {"policies": {"openings": "allow"}}
    refused = call(service, limited, "PATCH", OWN, json=body)
    assert (refused.status_code, problem_of(refused)["code"]) == (403, "key-limited")
    for verb, more in (("GET", {}), ("PATCH", {"json": body})):
        hidden = call(service, other_key, verb, OWN, **more)
        assert (hidden.status_code, problem_of(hidden)["code"]) == (404, "domain-unknown")
    assert call(service, key, "GET", OWN).json()["policies"]["openings"] == "refuse"


def test_what_replaces_is_no_default(service, key):
    answer = call(service, key, "PATCH", OWN, json={"policies": {"mode": "replace"}})
    assert (answer.status_code, problem_of(answer)["code"]) == (422, "policy-not-a-default")


def test_an_import_says_each_value_and_who_chose_it(service, key):
    call(service, key, "PATCH", OWN, json={"policies": {"openings": "allow"}})
    body = {"policies": {"unbalanced": "difference"}}
    call(service, key, "PATCH", "/v1/dossiers/CEGID003", json=body)
    more = {"duplicates": {"entries": "allow"}, "differenceCents": 10}
    view = asked(service, key, **more)
    assert call(service, key, "GET", f"/v1/imports/{view['id']}").json() == view
    policies = view["policies"]
    assert policies["openings"] == {"value": "allow", "from": "domain"}
    assert policies["unbalanced"] == {"value": "difference", "from": "dossier"}
    assert policies["differenceCents"] == {"value": 10, "from": "request"}
    assert policies["duplicateEntries"] == {"value": "allow", "from": "request"}
    assert policies["duplicates"] == {"value": "refuse", "from": "default"}


def test_a_loop_compatible_request_follows_the_dossier_and_the_firm(service, key):
    call(service, key, "PATCH", OWN, json={"policies": {"openings": "allow", "duplicates": "skip"}})
    body = {"policies": {"openings": "replace"}}
    call(service, key, "PATCH", "/v1/dossiers/CEGID003", json=body)
    import_id = asked_by_loop(service, key)
    policies = call(service, key, "GET", f"/v1/imports/{import_id}").json()["policies"]
    assert policies["openings"] == {"value": "replace", "from": "dossier"}
    assert policies["duplicates"] == {"value": "skip", "from": "domain"}


def test_the_fields_of_a_form_give_the_same_choices(service, key):
    file = {"file": ("079555421FEC20241231.txt", b"JournalCode")}
    fields = {
        "dossier": "CEGID003", "duplicates": '{"file": "skip"}', "unbalanced": "difference",
        "differenceCents": "3",
    }  # fmt: skip
    answer = call(service, key, "POST", "/v1/imports", data=fields, files=file)
    assert answer.status_code == 202
    policies = answer.json()["policies"]
    assert policies["duplicates"] == {"value": "skip", "from": "request"}
    assert policies["differenceCents"] == {"value": 3, "from": "request"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"unbalanced": "suspense", "fileValidation": "binding"}, "policies-contradict"),
        ({"differenceCents": 3}, "policies-contradict"),
        ({"duplicates": {"entries": "skip"}, "duplicateEntries": "allow"}, "request-invalid"),
        ({"replace": {}}, "request-invalid"),
        ({"duplicates": {"other": "skip"}}, "request-invalid"),
        ({"duplicates": "perhaps"}, "request-invalid"),
        ({"differenceCents": "3"}, "request-invalid"),
        ({"mode": "perhaps"}, "request-invalid"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(service, key, more, code):
    answer = call(service, key, "POST", "/v1/imports", json=ASKED | more)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, code)


@pytest.mark.parametrize(
    ("more", "fr", "en"),
    [
        (
            {"replace": {"fiscalYear": "2024", "from": "2024-02-01", "to": "2024-02-29"}},
            "Donnez fiscalYear, ou from et to, pas les deux.",
            "Give fiscalYear, or from and to, not both.",
        ),
        (
            {"model": "quadra", "format": "tra"},
            "Donnez un modèle ou un format, pas les deux.",
            "Give a model or a format, not both.",
        ),
    ],
)
def test_fields_that_contradict_are_refused_in_both_languages(service, key, more, fr, en):
    answer = call(service, key, "POST", "/v1/imports", json=ASKED | more)
    assert answer.status_code == 422
    [error] = problem_of(answer)["errors"]
    assert (error["message"], error["messageEn"]) == (fr, en)
