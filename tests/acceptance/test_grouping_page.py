"""How the lines of a file become entries, on a page over HTTP."""

from __future__ import annotations

import pytest

from ecritures.core.rights import Role
from ecritures.directory.dossiers import get_dossier
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.execution.attempt import run_import
from ecritures.imports.queries import ImportFilter, get_import, list_imports
from helpers.pages import reader
from helpers.people import EMAIL, PASSWORD, add_person

HEADER = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
)
LINES = [
    ("20241212", "615500", "A77", "249,00", "0,00"),
    ("20241212", "401000", "A77", "0,00", "258,00"),
    ("20241216", "606400", "A79", "69,00", "0,00"),
    ("20241216", "401000", "A79", "0,00", "60,00"),
]
FILE = "\r\n".join(
    [HEADER]
    + [
        f"AC|Achats||{day}|{account}|Compte|||{piece}|{day}|Achat|{debit}|{credit}|||20241231||"
        for day, account, piece, debit, credit in LINES
    ]
)
NAME = "079555421FEC20241231.txt"


@pytest.fixture
def person(database, domain, dossier):
    assert dossier
    return add_person(database, domain)


@pytest.fixture
def session(service, person):
    with reader(service) as one:
        one.sign_in(person.email, PASSWORD)
        yield one


@pytest.fixture
def preview(session, settings, database):
    """The page of a preview of a file without numbers, in which two errors cancel out."""
    form = {"csrf_token": session.token("/imports/new"), "dossier": "CEGID003"}
    answer = session.client.post("/imports/new", data=form, files={"file": (NAME, FILE.encode())})
    address = answer.headers["location"]
    assert "n’est pas encore lu" in session.get(f"{address}/grouping").text
    run_import(Dependencies.over(settings, database), address.rpartition("/")[2])
    return address


def test_the_groupings_stand_side_by_side_with_what_they_hide(session, preview):
    page = session.get(f"{preview}/grouping")
    assert page.status_code == 200
    assert 'value="running-balance"' in page.text
    assert "écriture ne s’équilibre que parce que des erreurs s’y compensent" in page.text
    assert "lignes 2 à 5" in page.text
    assert "écart −9,00" in page.text.replace("\u2212", "−")
    assert "4 lignes, 2 jours" in page.text.replace("\u00a0", " ").replace("\u202f", " ")
    whole = session.get(f"{preview}/grouping?lines=all&with=nothing")
    assert whole.status_code == 200


def test_a_choice_previews_the_file_again(session, preview, database):
    page = f"{preview}/grouping"
    answer = session.send(page, groupBy="running-balance")
    assert answer.status_code == 303
    made = get_import(database, answer.headers["location"].rpartition("/")[2])
    assert made.options["groupBy"] == "running-balance"
    assert made.dry_run
    assert dossier_policies(database, made) == {}


def dossier_policies(database, made):
    return dict(get_dossier(database, made.domain_id, made.dossier).settings)


def test_a_choice_is_kept_for_the_dossier(session, preview, database):
    answer = session.send(f"{preview}/grouping", groupBy="running-balance", keep="yes")
    made = get_import(database, answer.headers["location"].rpartition("/")[2])
    assert dossier_policies(database, made) == {"groupBy": "running-balance"}


@pytest.mark.parametrize("rule", ["", "none", "x" * 2000])
def test_a_choice_that_is_none_is_refused(session, preview, rule):
    answer = session.send(f"{preview}/grouping", groupBy=rule)
    assert answer.status_code == 422
    assert "Choisissez un regroupement" in answer.text


def test_a_form_of_another_session_does_nothing(session, preview):
    answer = session.client.post(f"{preview}/grouping", data={"csrf_token": "x", "groupBy": "auto"})
    assert answer.status_code == 403


def test_a_reader_and_another_firm_see_nothing(service, session, preview, database, domain):
    assert session.get("/imports/7d0a/grouping").status_code == 404
    add_person(database, domain, f"r{EMAIL}", Role.READER)
    add_person(database, domain, f"c{EMAIL}", Role.COLLABORATOR)
    with reader(service) as one:
        one.sign_in(f"r{EMAIL}", PASSWORD)
        assert one.get(f"{preview}/grouping").status_code == 403
    with reader(service) as one:
        one.sign_in(f"c{EMAIL}", PASSWORD)
        assert 'name="keep"' not in one.get(f"{preview}/grouping").text
        answer = one.send(f"{preview}/grouping", groupBy="auto", keep="yes")
        assert answer.status_code == 403


def test_the_queue_asks_which_lines_belong_together(session, preview, settings, database):
    address = "/imports/new"
    page = session.get(address)
    assert f'hx-get="{preview}/grouping/question"' in page.text
    asked = session.get(f"{preview}/grouping/question")
    assert "<html" not in asked.text
    assert 'value="running-balance"' in asked.text
    assert "écriture ne s’équilibre que parce que des erreurs s’y compensent" in asked.text
    answer = session.send(
        f"{preview}/grouping", groupBy="running-balance", queue="yes", form_key="k"
    )
    assert answer.headers["location"] == address
    (made,) = list_imports(database, None, ImportFilter(dry_run=True), 1).items
    run_import(Dependencies.over(settings, database), made.id)
    page = session.get(address).text
    assert "grouping/question" not in page
    assert f"import-{made.id}" in page
    assert preview not in page  # the same file, previewed again


def test_what_was_found_is_answered_by_its_rule(session, preview):
    page = session.get(f"{preview}/grouping").text
    assert 'value="journal-piece-date" checked' in page
    assert 'name="groupBy" value="auto"' not in page
    session.client.cookies.set("language", "en", domain=session.client.base_url.host)
    assert "which lines belong together?" in session.get(f"{preview}/grouping/question").text


def test_where_all_rules_give_the_same_the_queue_asks_nothing(session, settings, database):
    file = FILE.replace("258,00", "249,00").replace("60,00", "69,00")
    form = {"csrf_token": session.token("/imports/new"), "dossier": "CEGID003"}
    answer = session.client.post("/imports/new", data=form, files={"file": (NAME, file.encode())})
    address = answer.headers["location"]
    run_import(Dependencies.over(settings, database), address.rpartition("/")[2])

    asked = session.get(f"{address}/grouping/question").text

    assert "toutes les règles donnent les mêmes" in asked
    assert 'type="radio"' not in asked
    assert 'action="/imports/confirm"' in asked
