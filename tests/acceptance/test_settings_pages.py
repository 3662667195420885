"""The settings of a dossier and the policies of its firm, on pages."""

from __future__ import annotations

import pytest

from ecritures.core.rights import Role
from ecritures.directory.domains import create_domain, get_domain
from ecritures.directory.dossiers import create_dossier, get_dossier
from helpers.pages import reader, said
from helpers.people import EMAIL, PASSWORD, add_person

FIRM, SETTINGS = "/admin/policies", "/dossiers/CEGID003/settings"
SAVED = f"{SETTINGS}?saved=yes"
SECOND = "07955542100019"


@pytest.fixture
def admin(service, database, domain, dossier):
    add_person(database, domain)
    assert dossier.domain_id == domain.id
    with reader(service) as one:
        one.sign_in(EMAIL, PASSWORD)
        yield one


def test_the_first_value_says_what_the_level_above_has_chosen(admin):
    assert "Par défaut\u00a0: refuser" in admin.get(FIRM).text
    assert "Comme le cabinet\u00a0: refuser" in admin.get(SETTINGS).text
    answer = admin.send(FIRM, openings="replace", differenceCents="7", name="Cabinet Un")
    assert answer.headers["location"] == f"{FIRM}?saved=yes"
    assert "enregistré" in admin.get(answer.headers["location"]).text
    page = admin.get(SETTINGS).text
    assert "Comme le cabinet\u00a0: remplacer la première" in page
    assert "Comme le cabinet\u00a0: 7" in page


def test_a_policy_of_a_dossier_is_chosen_and_taken_back(admin, database, domain):
    answer = admin.send(SETTINGS, f"{SETTINGS}/policies", duplicateEntries="skip", mode="")
    assert answer.headers["location"] == SAVED
    assert get_dossier(database, domain.id, "CEGID003").settings == {"duplicateEntries": "skip"}
    assert "propre au dossier" in admin.get(SETTINGS).text
    admin.send(SETTINGS, f"{SETTINGS}/policies", duplicateEntries="", mode="")
    assert get_dossier(database, domain.id, "CEGID003").settings == {}
    assert "propre au dossier" not in admin.get(SETTINGS).text


def test_the_firm_takes_its_choices_back_too(admin, database):
    admin.send(FIRM, openings="replace")
    admin.send(FIRM, openings="")
    firm = get_domain(database, "CABINET1")
    assert (firm.name, firm.settings) == ("CABINET1", {})


@pytest.mark.parametrize("fields", [
    {"openings": "<script>"},
    {"differenceCents": "101"},
    {"mode": "replace"},
    {"unbalanced": "suspense", "fileValidation": "binding"},
])  # fmt: skip
def test_a_policy_that_cannot_be_is_refused_and_the_form_kept(admin, database, domain, fields):
    for page, path in ((SETTINGS, f"{SETTINGS}/policies"), (FIRM, FIRM)):
        answer = admin.send(page, path, **{"openings": "allow"} | fields)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
        assert "<script>" not in answer.text.partition('role="alert"')[2]
    assert get_dossier(database, domain.id, "CEGID003").settings == {}


def test_the_name_and_the_siren_are_changed(admin, database, domain):
    sent = {"name": "Atelier Lumen SARL", "siren": "552 100 554"}
    assert admin.send(SETTINGS, **sent).status_code == 422  # its establishment is of the other
    assert admin.send(SETTINGS, **sent | {"siren": "079 555 421"}).headers["location"] == SAVED
    found = get_dossier(database, domain.id, "CEGID003")
    assert (found.name, found.siren) == ("Atelier Lumen SARL", "079555421")
    assert "Dossier" in admin.get("/dossiers/CEGID003/audit").text


@pytest.mark.parametrize("fields", [
    {"name": "x" * 201, "siren": "079555421"},
    {"name": "a\x1fb", "siren": "079555421"},
    {"name": "Atelier", "siren": "<script>"},
    {"name": "Atelier", "siren": "1" * 500},
])  # fmt: skip
def test_an_identity_that_cannot_be_is_refused(admin, database, domain, fields):
    answer = admin.send(SETTINGS, **fields)
    assert answer.status_code == 422
    assert "Rien n’a été changé" in answer.text
    assert get_dossier(database, domain.id, "CEGID003").name == "Atelier Lumen"


def test_all_that_is_wrong_with_settings_is_said_at_once_and_the_form_kept(admin):
    answer = admin.send(SETTINGS, name="x" * 201, siren="123")
    assert "corrigez 2 champs" in said(answer)
    assert ('id="name-error"' in answer.text, 'id="siren-error"' in answer.text) == (True, True)
    assert ('value="123"' in answer.text, f'value="{"x" * 201}"' in answer.text) == (True, True)
    answer = admin.send(FIRM, name="x" * 201, differenceCents="101", openings="replace")
    assert "corrigez 2 champs" in said(answer)
    assert "Écrivez un nombre de centimes, de 0 à 100" in said(answer)
    assert ('value="101"' in answer.text, 'value="replace" selected' in answer.text) == (True, True)


def test_establishments_are_added_put_first_and_removed(admin, database, domain):
    def sirets():
        return get_dossier(database, domain.id, "CEGID003").sirets

    (first,) = sirets()
    place = f"{SETTINGS}/establishments"
    assert admin.send(SETTINGS, place, siret="123").status_code == 422
    assert admin.send(SETTINGS, place, siret=first).status_code == 422
    assert admin.send(SETTINGS, place, siret=f" {SECOND[:9]} {SECOND[9:]} ").status_code == 303
    assert sirets() == (first, SECOND)
    admin.send(SETTINGS, f"{place}/{SECOND}/main")
    assert sirets() == (SECOND, first)
    admin.send(SETTINGS, f"{place}/{first}/remove")
    assert sirets() == (SECOND,)
    assert "principal" in admin.get(SETTINGS).text


def test_who_may_not_administer_reads_the_settings_alone(service, admin, database, domain):
    add_person(database, domain, "lea@x.example", Role.READER)
    with reader(service) as lea:
        lea.sign_in("lea@x.example", PASSWORD)
        page = lea.get(SETTINGS)
        assert page.status_code == 200
        assert "Enregistrer" not in page.text
        for path in ("", "/policies", "/establishments", f"/establishments/{SECOND}/main"):
            answer = lea.send(SETTINGS, f"{SETTINGS}{path}", name="x", siret=SECOND, mode="append")
            assert answer.status_code == 403
        assert lea.get(FIRM).status_code == 403
    assert admin.get(FIRM).status_code == 200


@pytest.mark.parametrize("path", [
    SETTINGS, f"{SETTINGS}/policies", f"{SETTINGS}/establishments",
    f"{SETTINGS}/establishments/{SECOND}/main", f"{SETTINGS}/establishments/{SECOND}/remove", FIRM,
])  # fmt: skip
def test_every_form_needs_the_token_of_its_session(admin, path):
    assert admin.client.post(path, data={"mode": "append"}).status_code == 403


def test_the_dossier_of_another_firm_is_not_there(admin, database):
    other = create_domain(database, "CABINET2")
    create_dossier(database, other, code="AUTRE", name="Autre", siren="552100554")
    assert admin.get("/dossiers/AUTRE/settings").status_code == 404
    answer = admin.send(SETTINGS, "/dossiers/AUTRE/settings/policies", mode="append")
    assert answer.status_code == 404


def test_the_pages_are_there_in_english(admin):
    admin.client.cookies.set("language", "en", domain=admin.client.base_url.host)
    assert "As the firm: refuse" in admin.get(SETTINGS).text
    assert "By default: refuse" in admin.get(FIRM).text


def test_two_tabs_that_change_other_policies_do_not_undo_each_other(admin):
    opened = {"was:duplicates": "", "was:openings": ""}
    path = f"{SETTINGS}/policies"
    admin.send(SETTINGS, path, duplicates="skip", openings="", **opened)
    admin.send(SETTINGS, path, duplicates="", openings="replace", **opened)

    page = admin.get(SETTINGS).text

    assert 'name="was:duplicates" value="skip"' in page
    assert 'name="was:openings" value="replace"' in page
