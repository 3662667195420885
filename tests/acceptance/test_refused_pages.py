"""What somebody sees who may not enter a page, or whose session has ended."""

from __future__ import annotations

import re

import pytest

from ecritures.core.rights import Right, Role
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import create_key
from ecritures.directory.sessions import end_session
from helpers.fec import entry, fec
from helpers.pages import reader, said
from helpers.people import EMAIL, PASSWORD, add_person, session_of


@pytest.fixture
def lea(service, database, domain, dossier):
    add_person(database, domain)
    add_person(database, domain, "lea@x.example", Role.COLLABORATOR, [dossier.code])
    with reader(service) as boss:
        boss.sign_in(EMAIL, PASSWORD)
    with reader(service) as one:
        one.sign_in("lea@x.example", PASSWORD)
        yield one


def test_a_refused_page_names_the_right_and_who_can_give_it(lea):
    answer = lea.get("/admin/keys")
    assert answer.status_code == 403
    text = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
    assert "vous n’avez pas le droit" in text.lower()
    assert "administrer" in text
    assert "Vous êtes collaborateur de 1\u00a0dossier" in answer.text
    assert "avec les droits\u00a0: lire, importer, retirer." in answer.text
    assert "Qui peut vous donner ce droit\u00a0: Claire Delmas." in answer.text
    lea.client.cookies.set("language", "en", domain=lea.client.base_url.host)
    assert "Who can give you this right: Claire Delmas." in lea.get("/admin/keys").text


def test_a_dossier_that_is_not_assigned_names_who_assigns_it(lea, database, domain):
    create_dossier(database, domain, code="AUTRE", name="Autre", siren="552100554")
    answer = lea.get("/dossiers/AUTRE/balance")
    assert answer.status_code == 403
    assert "Qui peut vous confier d’autres dossiers\u00a0: Claire Delmas." in answer.text


def test_the_firms_are_for_operators(lea):
    answer = lea.get("/admin/firms")
    assert answer.status_code == 403
    assert "Seul l’exploitant" in answer.text


def test_a_key_is_told_its_rights(service, database, domain, dossier):
    key = create_key(database, domain, [dossier.code], frozenset({Right.READ}))
    with reader(service) as one:
        one.send("/sign-in", key=key)
        answer = one.get("/admin/keys")
        assert answer.status_code == 403
        assert "avec une clé" in answer.text
        assert "L’exploitant du service" in answer.text


def test_a_form_sent_after_the_session_has_ended_leads_back_to_its_page(lea, database):
    token = lea.token("/account")
    end_session(database, session_of(database, lea.session))
    page = f"{lea.client.base_url}/imports?status=3".replace("//imports", "/imports")
    answer = lea.client.post("/preferences", data={"csrf_token": token}, headers={"referer": page})
    assert answer.headers["location"] == "/sign-in?next=/imports%3Fstatus%3D3&ended=1"
    told = lea.get(answer.headers["location"])
    assert told.status_code == 200
    assert 'id="ended"' in told.text
    again = lea.sign_in("lea@x.example", PASSWORD, next="/imports?status=3")
    assert again.headers["location"] == "/imports?status=3"


@pytest.mark.parametrize(
    "sender", ["", "https://elsewhere.example//x", "//x", "\\x", "javascript:x"]
)
def test_one_is_sent_back_to_pages_of_this_service_alone(service, sender):
    with reader(service) as one:
        answer = one.client.post("/preferences", headers={"referer": sender})
        assert answer.headers["location"] in {
            "/sign-in?ended=1",
            "/sign-in?next=/x&ended=1",
        }


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(service):
    with reader(service) as one:
        headers = {"hx-request": "true", "hx-current-url": "http://x.example/admin/queue"}
        answer = one.client.get("/admin/queue", headers=headers)
        assert (answer.status_code, answer.headers["hx-redirect"]) == (
            401,
            "/sign-in?next=/admin/queue",
        )


def test_who_has_never_signed_in_is_told_of_no_session(service):
    with reader(service) as one:
        assert 'id="ended"' not in one.get("/sign-in").text


def test_a_refused_act_is_told_in_a_sentence_and_leads_back_to_its_page(claire, post):
    address = post(fec(entry(1)))
    sent = {"csrf_token": claire.token(address)}
    sender = {"referer": f"http://testserver{address}"}
    answer = claire.client.post(f"{address}/cancel", data=sent, headers=sender)
    assert answer.status_code == 409
    heading = answer.text.partition("<h1>")[2].partition("</h1>")[0]
    assert "est déjà terminé" in heading
    assert "import-ended" not in heading
    assert f'class="btn main-act" href="{address}"' in answer.text
    assert "import-ended" in answer.text.partition('<p class="hint">')[2]


def test_the_address_of_a_form_leads_a_reader_to_a_page(claire, post):
    page = post(fec(entry(1)))
    html, json = {"accept": "text/html,*/*"}, {"accept": "application/json"}
    above = {
        f"{page}/cancel": page,
        f"{page}/years": page,
        "/dossiers/CEGID003/settings/establishments": "/dossiers/CEGID003/settings",
        "/dossiers/CEGID003/lettering/match": "/dossiers/CEGID003/lettering",
        "/preferences": "/",
    }
    for address, expected in above.items():
        answer = claire.client.get(address, headers=html)
        assert answer.headers.get("location") == expected, address
        assert claire.client.get(address, headers=json).status_code == 405
    assert claire.client.get("/v1/imports/x/cancel", headers=html).status_code == 405


def test_the_language_chosen_on_a_refused_form_leads_back_to_the_page_of_the_form(claire, post):
    address = post(fec(entry(1)))
    sent = {"csrf_token": claire.token(address)}
    sender = {"referer": f"http://testserver{address}?severity=note"}
    answer = claire.client.post(f"{address}/cancel", data=sent, headers=sender)
    assert f'name="next" value="{address}?severity=note"' in answer.text


def test_a_page_names_what_is_wrong_as_its_form_does(claire):
    books = "/dossiers/CEGID003"
    assert "Montant : « abc »" in said(claire.get(f"{books}/entries?amount=abc"))
    assert "Du : « x »" in said(claire.get(f"{books}/ledger?from=x"))
    claire.client.cookies.set("language", "en", domain=claire.client.base_url.host)
    assert "From: “x”" in said(claire.get(f"{books}/ledger?from=x"))
    assert "Lettering of customers" in said(claire.get(f"{books}/lettering"))


def test_a_fec_over_two_years_leads_back_to_the_page_of_exports(claire, post):
    post(fec([*entry(1), *entry(2, EcritureDate="20250115")]))
    answer = claire.get("/dossiers/CEGID003/export/file")
    assert answer.status_code == 409
    assert "Demandez un exercice, ou une autre forme." in said(answer)
    assert 'class="btn main-act" href="/dossiers/CEGID003/export"' in answer.text


def test_a_form_without_script_takes_one_file(claire):
    form = {"csrf_token": claire.token("/imports/new"), "dossier": "CEGID003"}
    two = [("file", (name, fec(entry(1)))) for name in ("a.txt", "b.txt")]
    told = said(claire.client.post("/imports/new", data=form, files=two))
    assert "Envoyez un seul fichier à la fois." in told
    none = {"file": ("", b"")}
    told = said(claire.client.post("/imports/new", data=form, files=none))
    assert "Choisissez un fichier, ou donnez son adresse." in told
    del form["dossier"]
    told = said(claire.client.post("/imports/new", data=form))
    assert "Choisissez un fichier, ou donnez son adresse." in told


def test_a_reader_is_not_offered_to_import(enter_as, preview):
    preview(fec(entry(1)))
    home = said(enter_as(Role.READER, ["CEGID003"]).get("/"))
    assert "L’aperçu est prêt" in home
    assert "Vérifier" not in home
    assert "se dépose" not in home
