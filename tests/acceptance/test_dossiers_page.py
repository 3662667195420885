"""The list of dossiers: who follows each, up to which day it is kept, and which need somebody."""

from __future__ import annotations

import re
from contextlib import ExitStack
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ecritures.core.rights import Role
from ecritures.database.tables import imports
from ecritures.directory.dossiers import create_dossier
from helpers.fec import entry, fec, line
from helpers.pages import reader, said
from helpers.people import add_person, enter

SHORT = [*entry(1), line(2, "411000", "50,00"), line(2, "706000", "0,00", "30,00")]
"""Entry 2 lacks 20,00 of credit."""


@pytest.fixture
def claire(service, database, domain, dossier):
    assert dossier.code == "CEGID003"
    add_person(database, domain)
    with ExitStack() as opened:
        one = opened.enter_context(reader(service))
        one.carry(enter(database.for_all_domains()))
        yield one


def send(claire, lines):
    files = {"file": ("079555421FEC20241231.txt", fec(lines))}
    token = claire.token("/imports/new")
    form = {"csrf_token": token, "dossier": "CEGID003"}
    assert claire.client.post("/imports/new", data=form, files=files).status_code == 303
    return re.findall(r'href="/imports/([0-9a-f-]{36})"', claire.get("/imports").text)[0]


def codes(claire, show):
    page = claire.get(f"/dossiers?show={show}").text
    return re.findall(r'<th scope="row"><a href="/dossiers/(\w+)/balance">', page)


def test_the_list_says_who_follows_a_dossier_and_up_to_which_day_it_is_kept(
    claire, run, database, domain
):
    for role in (Role.COLLABORATOR, Role.READER):
        add_person(database, domain, f"{role}@example.com", role, ["CEGID003"])
    page = claire.get("/dossiers").text
    assert page.count('<td class="lap">Claire Delmas</td>') == 1
    assert '<td class="d lap">—</td>' in page
    address = f"/imports/{send(claire, entry(1))}"
    run()
    claire.send(f"{address}/preview", f"{address}/confirm")
    run()
    assert '<td class="d lap">15/01/2024</td>' in claire.get("/dossiers").text
    assert claire.send(f"{address}/undo", reason="essai").status_code == 303
    assert '<td class="d lap">—</td>' in claire.get("/dossiers").text


def test_dossiers_are_filtered_by_what_their_imports_wait_for(claire, run, database, domain):
    create_dossier(database, domain, code="KERBRAT", name="Kerbrat", siren="079508214")
    assert codes(claire, "silent") == ["CEGID003", "KERBRAT"]
    address = f"/imports/{send(claire, SHORT)}"
    assert codes(claire, "running") == ["CEGID003"]
    assert codes(claire, "attention") == []
    run()
    assert codes(claire, "running") == []
    assert codes(claire, "attention") == ["CEGID003"]
    assert address in claire.get("/imports?status=attention").text
    address = f"/imports/{send(claire, entry(1))}"  # the file mended, under the same name
    run()
    claire.send(f"{address}/preview", f"{address}/confirm")
    run()
    assert codes(claire, "attention") == []
    assert "Aucun ne répond à ces filtres." in claire.get("/imports?status=attention").text
    assert codes(claire, "silent") == ["KERBRAT"]
    with database.write() as connection:
        earlier = database.clock.now() - timedelta(days=34)
        connection.execute(sa.update(imports).values(created_at=earlier))
    assert codes(claire, "silent") == ["CEGID003", "KERBRAT"]
    assert "il y a 34 jours" in claire.get("/dossiers").text
    claire.client.cookies.set("language", "en", domain=claire.client.base_url.host)
    assert "34 days ago" in claire.get("/dossiers").text


def test_a_search_that_finds_more_than_it_shows_says_so_and_leads_to_the_rest(claire, run):
    lines = [one for number in range(1, 14) for one in entry(number, EcritureLib="Loyer")]
    address = f"/imports/{send(claire, lines)}"
    run()
    claire.send(f"{address}/preview", f"{address}/confirm")
    run()
    everywhere = claire.get("/search?q=loyer")
    assert "au moins 20 lignes d’écriture." in said(everywhere)
    assert 'href="/search?q=loyer&amp;dossier=CEGID003"' in everywhere.text
    first = claire.get("/search?q=loyer&dossier=CEGID003")
    following = re.search(r'rel="next" href="([^"]*)"', first.text)[1].replace("&amp;", "&")
    rest = claire.get(following)
    assert "La suite des lignes d’écriture." in said(rest)
    assert rest.text.count('<td class="cut">Loyer') == 6
    assert 'rel="next"' not in rest.text
    for page in ("/search", "/dossiers"):
        assert "La recherche est trop longue" in said(claire.get(f"{page}?q=" + "x" * 500))
    claire.client.cookies.set("language", "en", domain=claire.client.base_url.host)
    assert "at least 20 lines of entries." in said(claire.get("/search?q=loyer"))
