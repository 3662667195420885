"""The pages over HTTP: without script, with bad input, by people of another firm, and twice."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ecritures.core.rights import Role
from ecritures.directory.domains import get_domain
from ecritures.directory.sessions import end_session, find_session
from helpers.fec import fec, line
from helpers.ledgers import Books
from helpers.pages import reader
from helpers.people import LIMITS, add_person, enter

BOOKS = "/dossiers/CEGID003"
PLACES = [
    "/",
    "/imports",
    "/imports/new",
    "/dossiers",
    "/dossiers/new",
    "/search?q=vente",
    f"{BOOKS}/balance",
    f"{BOOKS}/balance?columns=months",
    f"{BOOKS}/balance?by=third-party&compare=2023&fiscal-year=all",
    f"{BOOKS}/ledger",
    f"{BOOKS}/ledger?account=411*",
    f"{BOOKS}/journals",
    f"{BOOKS}/journals/VE",
    f"{BOOKS}/entries?amount=120",
    f"{BOOKS}/sections",
    f"{BOOKS}/lettering",
    f"{BOOKS}/aged?kind=40",
    f"{BOOKS}/charts",
    f"{BOOKS}/fiscal-years",
    f"{BOOKS}/audit?verify=1",
    f"{BOOKS}/export",
]
FILE = fec(
    [
        line(1, "411000", "120,00", "0,00", CompAuxNum="ORMEAUX", CompAuxLib="Les Ormeaux"),
        line(1, "706000", "0,00", "120,00"),
    ]
)


@pytest.fixture
def enter_as(service, database, domain, dossier):
    """Open a browser of somebody with a role, signed in."""
    opened = []
    assert dossier.code == "CEGID003"

    def enter_with(role=Role.ADMINISTRATOR, dossiers=None, firm=domain):
        email = f"{role}-{len(opened)}@example.com"
        add_person(database, firm, email, role, dossiers)
        context = reader(service)
        one = context.__enter__()
        opened.append(context)
        one.carry(enter(database.for_all_domains(), email))
        return one

    yield enter_with
    for context in opened:
        context.__exit__(None, None, None)


@pytest.fixture
def claire(enter_as):
    return enter_as()


def preview(one, name="079555421FEC20241231.txt", content=FILE, **fields):
    """Send a file as a browser without script does; return the address of its import."""
    form = {"csrf_token": one.token("/imports/new"), "dossier": "CEGID003"} | fields
    answer = one.client.post("/imports/new", data=form, files={"file": (name, content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def posted(one, run):
    """Preview a file and import it; return the address of its import."""
    address = preview(one)
    run()
    answer = one.send(f"{address}/preview", f"{address}/confirm")
    assert answer.status_code == 303
    run()
    return address


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_place_is_there_with_entries_and_without(claire, run, language):
    claire.client.cookies.set("language", language, domain=claire.client.base_url.host)
    for _ in range(2):
        for place in PLACES:
            answer = claire.get(place)
            assert answer.status_code == 200, place
            assert f'<html lang="{language}"' in answer.text
            assert " style=" not in answer.text
            assert not re.search(r"<script(?![^>]*src=)", answer.text)
        posted(claire, run) if not list_of_imports(claire) else None


def list_of_imports(one):
    return re.findall(r'href="/imports/([0-9a-f-]{36})"', one.get("/imports").text)


def test_a_file_is_previewed_imported_and_undone_without_script(claire, run):
    address = preview(claire)
    assert "data-live" in claire.get(address).text
    run()
    shown = claire.get(f"{address}/preview").text
    assert "1\u00a0écriture s’ajoutera" in shown
    assert "120,00" in shown
    assert claire.send(f"{address}/preview", f"{address}/confirm").status_code == 303
    run()
    assert "Importé" in claire.get(address).text
    assert "706000" in claire.get(f"{BOOKS}/balance").text
    undone = claire.send(f"{address}/undo", reason="Mauvais dossier")
    assert undone.headers["location"] == address
    page = claire.get(address).text
    assert "Annulé" in page
    assert "Mauvais dossier" in page
    assert "1\u00a0import depuis ce matin : 1\u00a0annulé." in " ".join(
        claire.get("/").text.split("\n")
    )
    assert "706000" not in claire.get(f"{BOOKS}/balance").text
    assert claire.send(f"{address}/undo", f"{address}/restore").status_code == 303
    assert "706000" in claire.get(f"{BOOKS}/balance").text


def test_what_prevents_an_undo_is_shown_before_it_is_tried(claire, run, database, dossier):
    address = posted(claire, run)
    assert "Annuler cet import" in claire.get(f"{address}/undo").text
    Books(database, dossier).set_dossier(locked_through=date(2099, 12, 31))
    page = claire.get(f"{address}/undo").text
    assert "dans une période verrouillée" in page
    assert "Exercices et verrous" in page
    assert "Annuler cet import" not in page
    assert claire.send(f"{address}/undo").status_code == 409


def test_a_preview_confirmed_in_another_tab_leads_to_its_import(claire, run):
    address = preview(claire)
    run()
    page = claire.get(f"{address}/preview").text
    form = dict(re.findall(r'name="(csrf_token|plan)" value="([^"]*)"', page))
    for _ in range(2):
        answer = claire.client.post(f"{address}/confirm", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, address)


def test_an_address_that_does_not_exist_is_a_page_for_readers_alone(claire, service):
    answer = claire.client.get("/nothing", headers={"accept": "text/html,*/*"})
    assert (answer.status_code, "Cette page n’existe pas" in answer.text) == (404, True)
    for path in ("/nothing", "/v1/nothing", "/loop-api-publiques/nothing"):
        told = claire.client.get(path, headers={"accept": "application/json"})
        assert (told.status_code, told.headers["content-type"][:16] != "text/html") == (404, True)
    with reader(service) as nobody:
        seen = nobody.client.get("/nothing", headers={"accept": "text/html"})
        assert seen.headers["location"] == "/sign-in?next=/nothing"


def test_a_double_click_imports_and_undoes_once(claire, run):
    address = preview(claire)
    run()
    page = claire.get(f"{address}/preview").text
    form = dict(re.findall(r'name="(csrf_token|form_key|plan)" value="([^"]*)"', page))
    first, second = (claire.client.post(f"{address}/confirm", data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    run()
    form = dict(
        re.findall(
            r'name="(csrf_token|form_key)" value="([^"]*)"',
            claire.get(f"{address}/undo").text.partition('id="undo" method="post"')[2],
        )
    )
    for _ in range(2):
        assert claire.client.post(f"{address}/undo", data=form).status_code == 303
    assert claire.get(f"{BOOKS}/audit").text.count("Import annulé") == 1


def test_a_refused_file_is_shown_with_its_lines_and_mended(claire, run):
    wrong = FILE.replace(b"120,00", b"120.00", 1)
    address = preview(claire, content=wrong)
    run()
    page = claire.get(address).text
    assert "FEC-MNT-01" in page
    lines = claire.get(f"{address}/lines?code=FEC-MNT-01").text
    assert '<span class="cell-bad">120.00</span>' in lines
    assert "1 changement" in claire.get(f"{address}/mend").text.replace("\u00a0", " ")
    mended = claire.send(f"{address}/mend", repair="on")
    assert mended.status_code == 303
    run()
    assert "s’ajoutera" in claire.get(f"{mended.headers['location']}/preview").text
    original = claire.get(f"{address}/file")
    assert original.content == wrong


def test_an_entry_off_balance_is_shown_with_all_its_lines(claire, run):
    address = preview(claire, content=FILE.replace(b"0,00|120,00", b"0,00|20,00"))
    run()
    row = claire.get(address).text.partition('id="FEC-ECR-01"')[2].partition("</tbody>")[0]
    assert "cell-bad" not in row
    assert "il manque 100,00" in row.replace("\u00a0", " ")
    lines = claire.get(f"{address}/lines?code=FEC-ECR-01").text
    assert lines.count('<tr class="at">') == 2
    assert "«" not in lines.partition('class="where"')[2]
    assert '<td class="n">20,00</td>' in lines


def test_a_cell_is_mended_by_hand(claire, run):
    wrong = FILE.replace(b"0,00|120,00", b"0,00|119,00")
    assert wrong != FILE
    address = preview(claire, content=wrong)
    run()
    key = "cell:3:Credit"
    nothing = claire.send(f"{address}/mend")
    assert nothing.status_code == 409
    assert "Rien n’a changé" in nothing.text
    changed = {"was:3:Credit": "119,00", key: "120,00"}
    stale = claire.send(f"{address}/mend", **changed | {"was:3:Credit": "1"})
    assert stale.status_code == 409
    mended = claire.send(f"{address}/mend", **changed)
    run()
    assert "s’ajoutera" in claire.get(f"{mended.headers['location']}/preview").text


def test_what_a_file_contains_is_never_markup(claire, run):
    label = '<script>alert("x")</script>'
    content = FILE.replace(b"Les Ormeaux", label.encode())
    address = preview(claire, content=content, name="<b>079555421FEC20241231.txt")
    run()
    claire.send(f"{address}/preview", f"{address}/confirm")
    run()
    for place in (*PLACES, address, f"{address}/undo"):
        assert label not in claire.get(place).text, place
        assert "<b>079" not in claire.get(place).text, place


def test_a_form_without_the_token_of_its_session_does_nothing(claire, run):
    address = preview(claire)
    run()
    for form in ({}, {"csrf_token": "x"}, {"csrf_token": "x" * 10_000}):
        for path in (f"{address}/confirm", f"{BOOKS}/fiscal-years/add", "/dossiers/new"):
            answer = claire.client.post(path, data=form)
            assert answer.status_code == 403, path
            assert "Rien n’a été fait" in answer.text
        sent = claire.client.post("/imports/new", data=form, files={"file": ("a.txt", FILE)})
        assert sent.status_code == 403
        assert claire.client.post("/uploads", headers={"upload-length": "1"}).status_code == 403
    assert "Aperçu prêt" in claire.get(address).text


def test_another_firm_finds_nothing(claire, run, enter_as, database, other_key):
    assert other_key
    address = posted(claire, run)
    other = enter_as(firm=get_domain(database, "CABINET2"))
    for place in (address, f"{address}/preview", f"{address}/undo", f"{address}/mend"):
        assert other.get(place).status_code == 404, place
        assert other.get(place).text.count("079555421FEC") == 0
    for path in ("report?as=csv", "file", "events", "lines?code=FEC-MNT-01"):
        assert other.get(f"{address}/{path}").status_code == 404, path
    for place in PLACES:
        if place.startswith(BOOKS):
            assert other.get(place).status_code == 404, place
        elif place != "/dossiers/new":  # an example of a code
            assert "CEGID003" not in other.get(place).text, place
    token = other.token("/imports/new")
    for act in ("confirm", "cancel", "retry", "undo", "restore", "again", "mend"):
        answer = other.client.post(f"{address}/{act}", data={"csrf_token": token})
        assert answer.status_code == 404, act


def test_a_reader_reads_and_changes_nothing(claire, run, enter_as):
    address = posted(claire, run)
    only_reads = enter_as(Role.READER)
    assert only_reads.get(f"{BOOKS}/balance").status_code == 200
    assert "Annuler l’import" not in only_reads.get(address).text
    for place in ("/imports/new", f"{address}/undo", f"{address}/mend", "/dossiers/new"):
        answer = only_reads.get(place)
        assert answer.status_code == 403, place
        assert "Vous n’avez pas le droit" in answer.text
    token = only_reads.token("/")
    for act in (f"{address}/undo", f"{BOOKS}/fiscal-years/add", f"{BOOKS}/lettering/match"):
        assert only_reads.client.post(act, data={"csrf_token": token}).status_code == 403, act


def test_a_file_of_a_company_without_dossier_offers_to_create_it(claire):
    form = {"csrf_token": claire.token("/imports/new")}
    file = ("552100554FEC20241231.txt", FILE)
    refused = claire.client.post("/imports/new", data=form, files={"file": file})
    assert refused.status_code == 422
    assert "Aucun dossier n’a le SIREN 552 100 554" in refused.text
    assert 'href="/dossiers/new?siren=552100554"' in refused.text
    assert 'value="552100554"' in claire.get("/dossiers/new?siren=552100554").text


def test_a_collaborator_sees_the_dossiers_assigned(claire, run, enter_as):
    address = posted(claire, run)
    outsider = enter_as(Role.COLLABORATOR, [])
    assert "Aucun dossier" in outsider.get("/").text
    assert outsider.get(address).status_code == 404
    assert outsider.get(f"{BOOKS}/balance").status_code == 403


def test_a_session_that_ends_loses_no_upload(claire, database, enter_as):
    token = claire.token("/imports/new")
    begun = claire.client.post(
        "/uploads",
        headers={
            "x-csrf-token": token,
            "upload-length": str(len(FILE)),
            "upload-metadata": "filename MDc5NTU1NDIxRkVDMjAyNDEyMzEudHh0",
        },
    )
    assert begun.status_code == 201
    place = begun.headers["location"]
    piece = {"x-csrf-token": token, "upload-offset": "0"}
    sent = claire.client.patch(place, content=FILE[:100], headers=piece)
    assert (sent.status_code, sent.headers["upload-offset"]) == (204, "100")
    known = find_session(database.for_all_domains(), claire.session, LIMITS)
    end_session(database.for_all_domains(), known)
    lost = claire.client.patch(place, content=FILE[100:], headers=piece)
    assert (lost.status_code, lost.headers["location"]) == (303, "/sign-in")
    claire.carry(enter(database.for_all_domains(), known.email))
    token = claire.token("/imports/new")
    found = claire.client.head(place, headers={"x-csrf-token": token})
    assert found.headers["upload-offset"] == "100"
    wrong = {"x-csrf-token": token, "upload-offset": "7"}
    assert claire.client.patch(place, content=FILE[7:], headers=wrong).status_code == 409
    rest = {"x-csrf-token": token, "upload-offset": "100"}
    claire.client.patch(place, content=FILE[100:], headers=rest)
    form = {"csrf_token": token, "upload": place.rpartition("/")[2]}
    asked = claire.client.post("/imports/new", data=form, headers={"accept": "application/json"})
    assert asked.status_code == 201
    other = enter_as()
    stolen = other.client.head(place, headers={"x-csrf-token": other.token("/imports/new")})
    assert stolen.status_code == 404


@pytest.mark.parametrize(
    "place",
    [
        "/imports/nothing",
        "/imports/00000000-0000-0000-0000-000000000000/preview",
        "/dossiers/NOTHING/balance",
        f"{BOOKS}/entries/1-1",
        f"{BOOKS}/entries/x",
    ],
)
def test_what_does_not_exist_is_said_on_a_page(claire, place):
    answer = claire.get(place)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    "place",
    [
        f"{BOOKS}/ledger?from=x",
        f"{BOOKS}/balance?by=x",
        f"{BOOKS}/entries?amount=abc",
        f"{BOOKS}/entries?cursor=abc",
        "/imports?cursor=abc",
        "/search?q=" + "x" * 300,
    ],
)
def test_what_cannot_be_understood_is_said_on_a_page(claire, place):
    answer = claire.get(place)
    assert answer.status_code in {400, 422}
    assert "<h1>" in answer.text


def test_forms_with_nothing_or_too_much_keep_what_was_written(claire):
    empty = claire.send("/dossiers/new")
    assert empty.status_code == 422
    long = claire.send("/dossiers/new", code="x" * 5000, siren="1" * 5000, name="y" * 5000)
    assert long.status_code == 422
    assert "x" * 5000 in long.text
    told = re.findall(r'class="error" id="(\w+)-error"', empty.text)
    assert told == ["code", "siren"]  # all of them at once, each at its field
    days = {"code": "X", "siren": "552100554", "siret": "1", "start": "2025-12-31"}
    wrong = claire.send("/dossiers/new", **days)
    assert re.findall(r'id="(\w+)-error"', wrong.text) == ["siret", "end"]
    key = claire.send("/admin/keys/new", expires="demain", reach="some")
    assert set(re.findall(r'id="(\w+)-error"', key.text)) == {"name", "expires", "rights", "reach"}
    no_file = claire.client.post(
        "/imports/new", data={"csrf_token": claire.token("/imports/new"), "dossier": "CEGID003"}
    )
    assert no_file.status_code == 422
    no_dossier = claire.client.post(
        "/imports/new",
        data={"csrf_token": claire.token("/imports/new")},
        files={"file": ("ventes.txt", FILE)},
    )
    assert no_dossier.status_code == 422
    assert "Choisissez le dossier" in no_dossier.text


def test_preferences_are_remembered_and_lead_back_to_the_page(claire):
    answer = claire.send("/", "/preferences", theme="dark", next="/imports?status=3")
    assert answer.headers["location"] == "/imports?status=3"
    assert 'data-theme="dark"' in claire.get("/").text
    english = claire.send("/", "/preferences", language="en", next="//evil.example")
    assert english.headers["location"] == "/"
    assert "Home" in claire.get("/").text


def test_a_file_of_the_style_may_be_kept_for_ever(claire):
    address = re.search(r'href="(/static/[0-9a-f]+/page.css)"', claire.get("/").text)[1]
    answer = claire.get(address)
    assert "immutable" in answer.headers["cache-control"]
    old = claire.get(re.sub(r"/static/[0-9a-f]+/", "/static/0/", address))
    assert old.headers["cache-control"] == "no-cache"
    assert claire.get("/static/0/nothing.css").status_code == 404


def test_imports_are_filtered_by_state_format_and_days(claire, run):
    address = posted(claire, run)
    today = claire.get("/imports").text
    assert address in today
    for asked, shown in (
        ("kind=fec&status=3", True),
        ("kind=tra", False),
        ("to=2020-01-01", False),
        ("from=0001-01-01&to=9999-12-31", True),
        ("status=undone", False),
    ):
        page = claire.get(f"/imports?{asked}")
        assert (page.status_code, address in page.text) == (200, shown), asked
    claire.send(f"{address}/undo")
    assert address in claire.get("/imports?status=undone").text
    assert claire.get("/imports?from=hier").status_code == 422
    cleared = {"dossier": "", "kind": "", "from": "", "to": "", "status": ""}
    assert claire.client.get("/imports", params=cleared).status_code == 200
