"""The pages of the administration: keys and people, over HTTP."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from ecritures.core.rights import Role
from ecritures.database import tables
from ecritures.directory.domains import create_domain
from ecritures.directory.keys import create_key
from helpers.pages import reader, said
from helpers.people import EMAIL, PASSWORD, add_person

KEYS, PEOPLE = "/admin/keys", "/admin/people"
SECRET = re.compile(r'id="secret">([^<]*)<')
NEW_PERSON = {"email": "maud@orvane.example", "role": "collaborator", "dossier": "CEGID003"}
NEW_PASSWORD = "quatre poires et un mulet"
PAGES = (KEYS, f"{KEYS}/new", PEOPLE)


@pytest.fixture
def admin(service, database, domain, dossier):
    add_person(database, domain)
    assert dossier.domain_id == domain.id
    with reader(service) as one:
        one.sign_in(EMAIL, PASSWORD)
        yield one


def secret_in(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return SECRET.search(answer.text)[1]


def number_of(admin, email):
    found = re.search(rf'/admin/people/(\d+)".*?{email}', admin.get(PEOPLE).text)
    return f"{PEOPLE}/{found[1]}"


def test_a_key_is_created_shown_once_and_revoked(admin, service):
    fields = {"name": "Paie", "right-read": "on", "reach": "some", "dossier": "CEGID003"}
    made = secret_in(admin.send(f"{KEYS}/new", **fields))
    assert made not in admin.get(KEYS).text
    assert made[:8] in admin.get(KEYS).text
    with service.client(made) as client:
        assert client.get("/v1/dossiers").json()["items"][0]["code"] == "CEGID003"
        assert client.get("/v1/keys").status_code == 403
        assert "Dernier usage : <span" not in admin.get(KEYS).text  # not: never
        page = f"{KEYS}/{made.partition(':')[0]}/revoke"
        assert "Révoquer la clé" in admin.get(page).text
        assert admin.send(page).headers["location"] == KEYS
        assert client.get("/v1/dossiers").status_code == 401
    assert "1\u00a0clé révoquée" in admin.get(KEYS).text


def test_a_form_sent_twice_creates_one_key_and_shows_it_once(admin, database):
    fields = {"name": "Paie", "right-read": "on", "reach": "all", "form_key": "same"}
    made = secret_in(admin.send(f"{KEYS}/new", **fields))
    again = admin.send(f"{KEYS}/new", **fields).text
    assert "n’est montré qu’une fois" in again
    assert made not in again
    with database.for_all_domains().read() as connection:
        kept = connection.execute(sa.select(tables.idempotency_keys.c.body)).scalars().all()
    assert not any(made in body for body in kept if body)
    assert admin.get(KEYS).text.count("/revoke") == 1


@pytest.mark.parametrize(("fields", "said"), [
    ({}, "au moins un droit"),
    ({"right-read": "on", "reach": "some"}, "au moins un dossier"),
    ({"right-read": "on", "reach": "some", "dossier": "NONE"}, "NONE n’existe pas"),
    ({"right-read": "on", "reach": "some", "dossiers": "<b>," * 50}, "&lt;b&gt;"),
    ({"right-everything": "on"}, "au moins un droit"),
    ({"right-read": "on", "reach": "all", "name": " "}, "Donnez un nom"),
])  # fmt: skip
def test_a_key_that_cannot_be_is_refused_with_its_form(admin, fields, said):
    answer = admin.send(f"{KEYS}/new", **{"name": "Paie"} | fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'action="/admin/keys/new"' in answer.text
    assert "/revoke" not in admin.get(KEYS).text


def test_somebody_is_invited_and_enters_by_the_address_shown_once(admin, service):
    address = secret_in(admin.send(PEOPLE, **NEW_PERSON))
    assert address not in admin.get(PEOPLE).text
    page = address[address.index("/invitation/") :]
    with reader(service) as other:
        given = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
        assert other.send(page, **given).headers["location"] == "/"
        assert other.get("/dossiers").status_code == 200
        for closed in PAGES:
            answer = other.get(closed)
            assert answer.status_code == 403
            assert "administrer" in answer.text


@pytest.mark.parametrize(("fields", "said"), [
    ({"email": "nobody"}, "n’est pas une adresse"),
    ({"email": ""}, "n’est pas une adresse"),
    ({"email": EMAIL}, "déjà"),
    ({"role": "operator"}, "rôle de la liste"),
    ({"role": ""}, "rôle de la liste"),
    ({"name": "x" * 201}, "200 caractères"),
    ({"name": "a\x00b"}, "200 caractères"),
    ({"dossier": "NONE"}, "NONE n’existe pas"),
])  # fmt: skip
def test_somebody_who_cannot_be_is_refused_with_the_form(admin, fields, said):
    answer = admin.send(PEOPLE, **NEW_PERSON | fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'id="invite"' in answer.text


def test_a_role_and_dossiers_are_changed_at_once(admin, service, database, domain):
    add_person(database, domain, "jean@x.example", Role.READER, ["CEGID003"])
    page = number_of(admin, "jean@x.example")
    with reader(service) as jean:
        jean.sign_in("jean@x.example", PASSWORD)
        assert jean.get("/dossiers/CEGID003/balance").status_code == 200
        assert admin.send(page, name="Jean", role="reader").headers["location"] == PEOPLE
        assert jean.get("/dossiers/CEGID003/balance").status_code == 403
        admin.send(page, name="Jean", role="reader-of-all")
        assert jean.get("/dossiers/CEGID003/balance").status_code == 200
        admin.send(page, name="Jean", role="administrator")
        assert jean.get(KEYS).status_code == 200
        admin.send(page, f"{page}/disabled", disabled="yes")
        assert jean.get("/").status_code == 303
        assert "Désactivée" in admin.get(page).text
        answer = admin.send(page, f"{page}/invitation")
        assert answer.status_code == 422
        assert "réactivez" in answer.text
        admin.send(page, f"{page}/disabled", disabled="no")
        address = secret_in(admin.send(page, f"{page}/invitation"))
        assert jean.get(address[address.index("/invitation/") :]).status_code == 200


def test_nobody_changes_their_own_role_nor_locks_themselves_out(admin):
    page = number_of(admin, EMAIL)
    admin.send(page, name="Claire D.", role="reader")
    assert "Claire D." in admin.get(PEOPLE).text
    answer = admin.send(page, f"{page}/disabled", disabled="yes")
    assert answer.status_code == 422
    assert admin.get(KEYS).status_code == 200


@pytest.mark.parametrize("path", [
    f"{KEYS}/new", f"{KEYS}/{'0' * 24}/revoke", PEOPLE, f"{PEOPLE}/1",
    f"{PEOPLE}/1/disabled", f"{PEOPLE}/1/invitation",
])  # fmt: skip
def test_every_form_needs_the_token_of_its_session(admin, path):
    assert admin.client.post(path, data=NEW_PERSON).status_code == 403


def test_what_is_of_another_firm_is_not_there(admin, database):
    other = create_domain(database, "CABINET2")
    person = add_person(database, other, "elsewhere@x.example")
    key = create_key(database, other).partition(":")[0]
    page = f"{PEOPLE}/{person.id}"
    assert admin.get(page).status_code == 404
    for path in (page, f"{page}/disabled", f"{page}/invitation"):
        assert admin.send(PEOPLE, path, **NEW_PERSON).status_code == 404
    assert admin.send(KEYS, f"{KEYS}/{key}/revoke").status_code == 404
    assert key[:8] not in admin.get(KEYS).text
    assert "elsewhere" not in admin.get(PEOPLE).text


def test_the_pages_are_there_in_english(admin):
    admin.client.cookies.set("language", "en", domain=admin.client.base_url.host)
    assert "New key" in admin.get(KEYS).text
    assert "Invite somebody" in admin.get(PEOPLE).text


def test_the_history_says_who_changed_what_from_what_to_what(admin, service):
    def history():
        return said(admin.get("/admin/history"))

    assert "Rien n’a encore changé" in history()
    admin.send("/admin/policies", openings="replace", name="Orvane et fils")
    admin.send(PEOPLE, **NEW_PERSON)
    somebody = number_of(admin, NEW_PERSON["email"])
    admin.send(somebody, name="Maud", role="reader-of-all")
    admin.send(somebody, f"{somebody}/disabled", disabled="yes")
    admin.send(somebody, f"{somebody}/disabled", disabled="yes")  # it is already
    made = secret_in(
        admin.send(f"{KEYS}/new", **{"name": "Paie", "right-read": "on", "reach": "all"})
    )
    admin.send(f"{KEYS}/{made.partition(':')[0]}/revoke")
    words = history()
    assert words.count(f" {EMAIL}") == 12  # who: on a phone, and elsewhere
    assert "Règles" in words
    assert "→ Orvane et fils" in words
    assert "par défaut → Remplacer" in words
    assert f"Personne ajoutée : {NEW_PERSON['email']}" in words
    assert "Rôle : Collaborateur → Lecteur" in words
    assert "Dossiers : CEGID003 → tous" in words
    assert words.count("Accès : ouvert → désactivé") == 1
    assert "Clé créée : Paie" in words
    assert "Clé révoquée" in words
    with reader(service) as other:
        other.sign_in(EMAIL, "wrong")
        assert other.get("/admin/history").status_code == 303


def test_all_that_is_wrong_with_somebody_is_said_at_once_and_the_form_kept(admin, database, domain):
    wrong = {"email": "maud", "role": "", "name": "x" * 201, "dossier": "CEGID003"}
    answer = admin.send(PEOPLE, **wrong)
    assert answer.status_code == 422
    assert "corrigez 3 champs" in said(answer)
    for field in ("email", "role", "name"):
        assert f'id="{field}-error"' in answer.text
    assert 'value="maud"' in answer.text
    assert 'value="CEGID003" checked' in answer.text
    add_person(database, domain, "jean@x.example", Role.READER, ["CEGID003"])
    page = number_of(admin, "jean@x.example")
    answer = admin.send(page, name="J" * 201, role="collaborator", dossier="NONE")
    assert "corrigez 2 champs" in said(answer)
    assert f'value="{"J" * 201}"' in answer.text
    assert 'value="collaborator" selected' in answer.text
