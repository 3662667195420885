"""Webhooks, queue, health, firms, and dossiers from a file, on pages of the administration."""

from __future__ import annotations

import re

import pytest
from pydantic import SecretStr

from ecritures.app.actions.maintenance import end_maintenance, start_maintenance
from ecritures.core.rights import Role
from ecritures.directory.authentication import authenticate
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier, list_dossiers
from ecritures.directory.keys import create_key
from ecritures.webhooks.deliveries import enqueue
from ecritures.webhooks.kinds import EventName
from ecritures.webhooks.registration import insert_webhook
from helpers.pages import reader, said
from helpers.people import EMAIL, PASSWORD, add_person
from helpers.v1_calls import asked

HOOKS, QUEUE, HEALTH = "/admin/webhooks", "/admin/queue", "/admin/health"
FIRMS, DOSSIERS = "/admin/firms", "/admin/dossiers"
ADDRESS = "https://cabinet.example/ecritures"
SECRET = re.compile(r'id="secret">([^<]*)<')
ENDED = {"event-import.ended": "on"}


@pytest.fixture
def admin(service, database, domain, dossier):
    add_person(database, domain)
    assert dossier.domain_id == domain.id
    with reader(service) as one:
        one.sign_in(EMAIL, PASSWORD)
        yield one


def address_of_hook(admin):
    return re.search(rf'"({HOOKS}/\d+)"', admin.get(HOOKS).text)[1]


def test_a_webhook_is_registered_and_its_secret_shown_once(admin):
    answer = admin.send(HOOKS, url=ADDRESS, **ENDED)
    secret = SECRET.search(answer.text)[1]
    assert secret.startswith("whsec_")
    page = admin.get(HOOKS).text
    assert secret not in page
    assert "Import terminé" in page
    assert "cabinet.example" in page
    hook = address_of_hook(admin)
    changed = SECRET.search(admin.send(hook, f"{hook}/secret").text)[1]
    assert changed != secret
    assert changed not in admin.get(hook).text
    assert "Le secret d’avant signe aussi" in admin.get(hook).text
    assert admin.send(f"{hook}/remove").headers["location"] == HOOKS
    assert admin.get(hook).status_code == admin.get(f"{hook}/remove").status_code == 404
    assert "Aucun webhook" in admin.get(HOOKS).text


@pytest.mark.parametrize("fields", [
    {"url": ADDRESS},
    {"url": "", **ENDED},
    {"url": "javascript:alert(1)", **ENDED},
    {"url": "<script>", **ENDED},
    {"url": "https://" + "x" * 5000, **ENDED},
])  # fmt: skip
def test_a_webhook_that_cannot_be_is_refused(admin, fields):
    answer = admin.send(HOOKS, **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Aucun webhook" in admin.get(HOOKS).text


def test_all_that_is_wrong_with_a_webhook_is_said_at_once_and_the_form_kept(admin):
    answer = admin.send(HOOKS, url="ftp://cabinet.example")
    assert "corrigez 2 champs" in said(answer)
    assert ('id="url-error"' in answer.text, 'id="events-error"' in answer.text) == (True, True)
    assert 'value="ftp://cabinet.example"' in answer.text


def test_deliveries_are_shown_and_sent_again(admin, database, domain):
    admin.send(HOOKS, url=ADDRESS, **ENDED)
    with database.write() as connection:
        body = {"import": "1", "dossier": "CEGID003"}
        now = database.clock.now()
        enqueue(connection, domain.id, EventName.IMPORT_ENDED, "dossier/1", body, now)
    hook = address_of_hook(admin)
    page = admin.get(hook).text
    assert "En attente" in page
    assert "CEGID003" in page
    again = re.search(rf'action="({hook}/deliveries/[^"]+/resend)"', page)[1]
    assert admin.send(hook, again).headers["location"] == hook
    assert admin.send(hook, f"{hook}/deliveries/none/resend").status_code == 404


def test_the_queue_shows_in_which_order_imports_run_and_cancels_them(admin, service, key):
    assert "Rien n’attend" in admin.get(QUEUE).text
    views = [asked(service, key, url=f"https://x.example/{name}.txt") for name in ("one", "two")]
    page = admin.get(QUEUE).text
    assert page.index(views[0]["id"]) < page.index(views[1]["id"])
    assert "0 en cours, 2 en attente, 0 en nouvel essai" in page
    place = f"{QUEUE}/{views[0]['id']}"
    assert admin.send(QUEUE, f"{place}/retry").headers["location"] == QUEUE
    assert len(service.woken) > 2
    assert admin.send(QUEUE, f"{place}/cancel").headers["location"] == QUEUE
    page = admin.get(QUEUE).text
    assert views[0]["id"] not in page
    assert views[1]["id"] in page


def test_what_is_of_another_firm_is_not_there(admin, service, database):
    other = create_domain(database, "CABINET2")
    with database.write() as connection:
        insert_webhook(connection, other.id, ADDRESS, (), database.clock.now())
    create_dossier(database, other, code="CEGID003", name="Autre", siren="079555421")
    key = create_key(database, other)
    view = asked(service, key)
    assert authenticate(database, key).domain_id == other.id
    assert view["id"] not in admin.get(QUEUE).text
    for path in (f"{HOOKS}/1/secret", f"{HOOKS}/1/remove", f"{QUEUE}/{view['id']}/cancel"):
        assert admin.send(HOOKS, path).status_code == 404
    assert "Aucun webhook" in admin.get(HOOKS).text


@pytest.mark.parametrize("path", [HOOKS, f"{HOOKS}/1/secret", f"{HOOKS}/1/remove",
                                  f"{HOOKS}/1/deliveries/x/resend", f"{QUEUE}/x/cancel",
                                  f"{QUEUE}/x/retry", FIRMS,
                                  f"{DOSSIERS}/preview", f"{DOSSIERS}/create"])  # fmt: skip
def test_every_form_needs_the_token_of_its_session(admin, path):
    assert admin.client.post(path, data={"url": ADDRESS}).status_code == 403


def test_these_pages_are_for_administrators(service, database, domain, dossier):
    add_person(database, domain, "lea@x.example", Role.COLLABORATOR, [dossier.code])
    with reader(service) as lea:
        lea.sign_in("lea@x.example", PASSWORD)
        for path in (HOOKS, QUEUE, HEALTH, DOSSIERS):
            assert lea.get(path).status_code == 403


def test_the_pages_are_there_in_english(admin):
    admin.client.cookies.set("language", "en", domain=admin.client.base_url.host)
    assert "Register the address" in admin.get(HOOKS).text
    assert "The queue is empty" in admin.get(QUEUE).text


def test_health_shows_an_administrator_states_and_an_operator_everything(
    admin, service, database, settings
):
    page = admin.get(HEALTH)
    assert page.status_code == 200
    assert "Base de données" in page.text
    assert ("tout fonctionne" in page.text) is not ("> : remarque<" in page.text)
    assert "Aucune interruption" in page.text
    assert str(settings.data_dir) not in page.text
    assert "ECRITURES_" not in page.text
    add_person(database, None, "op@x.example", Role.OPERATOR)
    with reader(service) as operator:
        operator.sign_in("op@x.example", PASSWORD)
        page = operator.get(HEALTH).text
        assert str(settings.data_dir) in page
        assert "ECRITURES_DATA_DIR" in page


def test_secrets_are_masked_on_the_page_of_settings(start_service, settings, database, domain):
    assert domain.code
    add_person(database, None, "op@x.example", Role.OPERATOR)
    secret = settings.model_copy(update={"oidc_client_secret": SecretStr("hush-hush")})
    with reader(start_service(secret)) as operator:
        operator.sign_in("op@x.example", PASSWORD)
        page = operator.get(HEALTH).text
        assert "ECRITURES_OIDC_CLIENT_SECRET" in page
        assert "hush-hush" not in page


def test_a_maintenance_that_goes_on_is_told(admin, database):
    start_maintenance(database, "Mise à jour <b>")
    page = admin.get(HEALTH).text
    assert "une interruption est en cours" in page
    assert "Mise à jour &lt;b&gt;" in page
    assert page.count('class="late"') == 1  # today
    assert 'class="down"' not in page
    end_maintenance(database)
    assert "En ce moment" not in admin.get(HEALTH).text


def test_an_operator_creates_firms_and_goes_from_one_to_another(service, database):
    add_person(database, None, "op@x.example", Role.OPERATOR)
    with reader(service) as operator:
        operator.sign_in("op@x.example", PASSWORD)
        assert "Aucun cabinet" in operator.get(FIRMS).text
        for closed in (QUEUE, HOOKS, "/admin/keys", "/admin/policies"):
            assert operator.get(closed).status_code == 409
        for code in ("X Y", "", "x" * 65):
            assert operator.send(FIRMS, code=code).status_code == 422
        assert operator.send(FIRMS, code="A", name="Un").headers["location"] == "/admin/people"
        assert operator.send(FIRMS, code="A").status_code == 422
        operator.send(FIRMS, code="B", name="Deux")
        page = operator.get(FIRMS).text
        assert page.index("Passer à Un") < page.index("Vous y êtes")
        answer = operator.send(FIRMS, "/account/firm", firm="A", next=FIRMS)
        assert answer.headers["location"] == FIRMS
        assert "Passer à Deux" in operator.get(FIRMS).text


def test_nobody_else_sees_the_firms(admin):
    assert admin.get(FIRMS).status_code == 403
    assert "Cabinets" not in admin.get(QUEUE).text
    assert admin.send(QUEUE, FIRMS, code="C").status_code == 403


def test_dossiers_are_created_from_a_file_after_a_preview(admin, database, domain):
    rows = "code;nom;siren\nNOUV;Éric <b>;552100554\nCEGID003;Déjà;079555421\n"
    token = admin.token(DOSSIERS)
    sent = {"file": ("d.csv", rows.encode("cp1252"), "text/csv")}
    preview = admin.client.post(f"{DOSSIERS}/preview", data={"csrf_token": token}, files=sent)
    assert preview.status_code == 200
    assert "1\u00a0dossier sera créé" in preview.text
    assert "Le dossier CEGID003 existe déjà." in preview.text
    assert "<b>" not in preview.text.partition("<main")[2].partition("NOUV")[0]
    assert len(list_dossiers(database, domain.id)) == 1
    created = admin.send(DOSSIERS, f"{DOSSIERS}/create", text=rows, right="1")
    assert created.headers["location"] == f"{DOSSIERS}?created=1"
    assert [one.code for one in list_dossiers(database, domain.id)] == ["CEGID003", "NOUV"]
    assert "1\u00a0dossier créé" in admin.get(created.headers["location"]).text
    again = admin.send(DOSSIERS, f"{DOSSIERS}/create", text=rows, right="1")
    assert again.status_code == 409
    assert "ont changé depuis" in again.text


@pytest.mark.parametrize("fields", [{}, {"text": ""}, {"text": "x" * 600_000, "right": "1"}])
def test_a_file_that_is_none_is_refused(admin, fields):
    for path in ("preview", "create"):
        answer = admin.send(DOSSIERS, f"{DOSSIERS}/{path}", **fields)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
