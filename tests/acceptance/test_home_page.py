"""The home: what was asked for today, what runs, what needs somebody."""

from __future__ import annotations

from helpers.fec import entry, fec, line
from helpers.pages import said

AGAIN = {"hx-request": "true"}
"""As the panel of what runs asks for itself again."""


def test_the_imports_of_today_are_counted_with_their_previews(claire, preview, post):
    assert "Aucun import aujourd’hui." in said(claire.get("/"))
    preview(fec([*entry(1), line(2, "411000", "50,00")]), name="079555421FEC20241229.txt")
    assert "1 import depuis ce matin : 1 refusé ou en échec." in said(claire.get("/"))
    post(fec(entry(1)))
    preview(fec(entry(2)), name="079555421FEC20241230.txt")
    told = "3 imports depuis ce matin : 1 comptabilisé, 1 aperçu prêt, 1 refusé ou en échec."
    assert told in said(claire.get("/"))


def test_what_the_home_says_of_imports_follows_them(claire, run):
    form = {"csrf_token": claire.token("/imports/new"), "dossier": "CEGID003"}
    files = {"file": ("079555421FEC20241231.txt", fec(entry(1)))}
    assert claire.client.post("/imports/new", data=form, files=files).status_code == 303
    assert 'hx-select-oob="#today,#todo,#latest"' in claire.get("/").text
    part = claire.client.get("/", headers=AGAIN).text
    assert "1 en attente." in part.replace("\u00a0", " ")
    assert 'id="latest"' not in part
    run()
    ended = claire.client.get("/", headers=AGAIN).text.replace("\u00a0", " ")
    assert "1 aperçu prêt." in ended
    for place in ("today", "todo", "running", "latest"):
        assert f'id="{place}"' in ended


def test_a_file_that_was_previewed_has_a_known_end(claire, preview):
    address = preview(fec([*entry(1), *entry(2)]))
    assert claire.send(f"{address}/preview", f"{address}/confirm").status_code == 303
    assert 'value="0" max="4"' in claire.get("/").text
