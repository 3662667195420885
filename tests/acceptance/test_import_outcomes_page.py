"""What the pages of an import say of its outcome, and what they let one do next."""

from __future__ import annotations

import re

import pytest

from ecritures.core.rights import Role
from ecritures.imports.attempt import run_import
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.queries import ImportFilter, list_imports
from helpers.fec import entry, fec, line
from helpers.pages import reader
from helpers.people import add_person, enter

BOOKS = "/dossiers/CEGID003"
SHORT = [*entry(1), line(2, "411000", "50,00"), line(2, "706000", "0,00", "30,00")]
"""Entry 2 lacks 20,00 of credit."""


@pytest.fixture
def run(settings, database, domain):
    """Run every import that waits, as the runner does."""
    deps = Dependencies.over(settings, database.for_domain(domain.id))

    def run_all():
        for one in list_imports(database, None, ImportFilter(), 50).items:
            run_import(deps, one.id)

    return run_all


@pytest.fixture
def claire(service, database, domain, dossier):
    assert dossier.code == "CEGID003"
    add_person(database, domain, "claire@example.com", Role.ADMINISTRATOR, None)
    with reader(service) as one:
        one.carry(enter(database.for_all_domains(), "claire@example.com"))
        yield one


@pytest.fixture
def preview(claire, run):
    """Send a file, let it be previewed, and return the address of its import."""

    def send(content, name="079555421FEC20241231.txt", **fields):
        form = {"csrf_token": claire.token("/imports/new"), "dossier": "CEGID003"} | fields
        answer = claire.client.post("/imports/new", data=form, files={"file": (name, content)})
        assert answer.status_code == 303, answer.text
        run()
        return answer.headers["location"]

    return send


@pytest.fixture
def post(claire, preview, run):
    """Preview a file and import it; return the address of its import."""

    def send(content, **fields):
        address = preview(content, **fields)
        assert claire.send(f"{address}/preview", f"{address}/confirm").status_code == 303
        run()
        return address

    return send


def said(answer):
    """What a page says, as one reads it."""
    text = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def test_lines_added_to_balance_are_shown_with_the_totals_of_the_file_and_of_the_books(
    claire, preview, run
):
    address = preview(fec(SHORT), unbalanced="suspense")
    shown = said(claire.get(f"{address}/preview"))
    assert "Lignes ajoutées pour équilibrer 1 ligne" in shown
    assert "HA 2 15/01/2024 471000 20,00" in shown
    assert "Fichier 170,00 150,00 Avec les lignes ajoutées 170,00 170,00" in shown
    assert "Fichier : débit 170,00, crédit 150,00" in shown
    assert "Équilibre, au centime" not in shown
    claire.send(f"{address}/preview", f"{address}/confirm")
    run()
    told = said(claire.get(address))
    assert "les mêmes que dans le fichier" not in told
    assert "des lignes ont été ajoutées pour les équilibrer" in told
    assert "Fichier 170,00 150,00 Avec les lignes ajoutées 170,00 170,00" in told
    assert "Débit = crédit 170,00 €" in told


def test_a_balanced_file_is_said_to_be_balanced(claire, preview):
    shown = said(claire.get(f"{preview(fec(entry(1)))}/preview"))
    assert "Équilibre, au centime Fichier : débit 120,00, crédit 120,00" in shown
    assert "Lignes ajoutées" not in shown
