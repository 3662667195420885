"""An import that was stopped or undone is made again from its page, without its file."""

from __future__ import annotations

import pytest

from ecritures.database import tables
from helpers.fec import entry, fec
from helpers.pages import said

FILE = fec(entry(1))


@pytest.fixture
def waiting(claire):
    """The address of an import that waits for its turn."""
    sent = {"csrf_token": claire.token("/imports/new"), "dossier": "CEGID003"}
    files = {"file": ("079555421FEC20241231.txt", FILE)}
    return claire.client.post("/imports/new", data=sent, files=files).headers["location"]


def test_a_stopped_import_is_made_again(claire, waiting, run):
    claire.send(waiting, f"{waiting}/cancel")
    shown = said(claire.get(waiting))
    assert "Arrêté" in shown
    assert "Importer de nouveau" in shown
    again = claire.send(waiting, f"{waiting}/again-with").headers["location"]
    assert again != waiting
    run()
    assert "l’aperçu est prêt" in said(claire.get(again))


def test_an_undone_import_is_previewed_again_and_posted(claire, post, run):
    address = post(FILE)
    assert "Importer de nouveau" not in said(claire.get(address))
    claire.send(f"{address}/undo")
    assert "Importer de nouveau" in said(claire.get(address))
    again = claire.send(address, f"{address}/again-with").headers["location"]
    assert again != address
    run()
    claire.send(f"{again}/preview", f"{again}/confirm")
    run()
    assert "import terminé" in said(claire.get(again))


def test_what_is_not_kept_leads_to_a_new_import(claire, post, database):
    address = post(FILE)
    claire.send(f"{address}/undo")
    with database.write() as connection:
        forgotten = tables.imports.update().values(stored_key=None)
        connection.execute(forgotten)
    page = claire.get(address)
    assert "Importer de nouveau" not in said(page)
    assert 'href="/imports/new?dossier=CEGID003">' in page.text
    claire.client.cookies.set("language", "en", domain=claire.client.base_url.host)
    assert "Import a file" in said(claire.get(address))
