"""The models on pages, over HTTP: the list, the editor, versions, documents."""

from __future__ import annotations

import html
import io
import re
import zipfile

import pytest

from ecritures.app.actions.import_models import add_model
from ecritures.core.rights import Role
from ecritures.directory.domains import create_domain
from ecritures.formats.layouts.builtin import builtin_document
from helpers.pages import reader
from helpers.people import EMAIL, PASSWORD, add_person

SAMPLE = (
    "Jour;Cpt;Ticket;Libelle;Mt;S\n"
    "14/01/26;530000;T2201;Espèces;412,60;D\n"
    "14/01/26;707100;T2201;Repas;375,09;C\n"
    "14/01/26;445710;T2201;TVA;30,51;C\n"
    "14/01/26;445710;T2201;TVA;7,00;R\n"
)
FIXED = "".join(
    f"PAI31122025{account}D{cents:012d}\n" for account, cents in (("641000", 100), ("421000", 90))
)


@pytest.fixture
def anybody(service):
    with reader(service) as one:
        yield one


@pytest.fixture
def administrator(anybody, database, domain):
    add_person(database, domain)
    anybody.sign_in(EMAIL, PASSWORD)
    return anybody


def signed_in(anybody, database, domain, role):
    add_person(database, domain, role=role)
    anybody.sign_in(EMAIL, PASSWORD)
    return anybody


def values(page):
    """The fields of the form of the editor: inputs, chosen options, texts."""
    form = page.text.partition('id="editor"')[2]
    found = dict(re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form))
    for name, options in re.findall(
        r'<select[^>]*? name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    texts = re.findall(r'<textarea[^>]*? name="([^"]+)".*?>(.*?)</textarea>', form, re.DOTALL)
    return {name: html.unescape(value) for name, value in (found | dict(texts)).items()}


def drop(anybody, name="caisse.csv", data=SAMPLE, **fields):
    form = {"csrf_token": anybody.token("/models/new"), **fields}
    return anybody.client.post("/models/new", data=form, files={"file": (name, data.encode())})


def change(anybody, page, path="/models/draft", **fields):
    return anybody.client.post(path, data=values(page) | fields)


def test_the_list_names_the_models(administrator):
    page = administrator.get("/models")
    assert page.status_code == 200
    assert 'href="/models/quadra/0"' in page.text
    assert administrator.get("/models/QUADRA").headers["location"] == "/models/quadra/0"
    assert administrator.get("/models/nothing").status_code == 404
    assert administrator.get("/models/quadra/7").status_code == 404
    assert "<script>" not in page.text


def test_a_sample_is_guessed_changed_and_stored(administrator):
    page = drop(administrator)
    assert page.status_code == 200
    assert "Espèces" in page.text
    assert "deviné, " in page.text
    assert "MOD-SEN-01" in page.text
    assert 'name="say-credit" value="R"' in page.text
    assert values(page)["col:1"] == "accountNumber"
    page = change(administrator, page, **{"say-credit": "R"})
    assert values(page)["credit-words"] == "C, R"
    assert "se lit en entier" in page.text
    page = change(administrator, page, **{"col:2": "pieceRef", "journal": "CA", "name": "Caisse"})
    assert values(page)["col:2"] == "pieceRef"
    stored = change(administrator, page, "/models/save")
    address = stored.headers["location"]
    assert (stored.status_code, address.partition("?")[0]) == (303, "/models/Caisse/1")
    assert "412,60" in administrator.get(address).text
    document = administrator.get("/models/Caisse/1/document")
    assert "constant: CA" in document.text
    again = drop(administrator, "caisse.yaml", document.text)
    assert values(again)["journal"] == "CA"
    in_json = administrator.get("/models/Caisse/1/document?as=json")
    assert in_json.json()["name"] == "Caisse"


def test_a_form_sent_twice_stores_one_version(administrator):
    page = drop(administrator, data=SAMPLE.replace(";R", ";C"))
    first, second = (change(administrator, page, "/models/save") for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert administrator.get("/models/caisse/2").status_code == 404


def test_versions_are_compared(administrator):
    for journal in ("CA", "VE"):
        page = drop(administrator, data=SAMPLE.replace(";R", ";C"))
        assert change(administrator, page, "/models/save", journal=journal).status_code == 303
    page = administrator.get("/models/caisse/2?compare=1")
    assert "fields.journalCode.from.constant" in page.text
    assert "<del>CA</del>" in page.text
    assert "<ins>VE</ins>" in page.text
    assert administrator.get("/models/caisse/2?compare=9").status_code == 404


def test_fixed_width_lines_are_cut_by_positions(administrator):
    page = drop(administrator, "paie.txt", FIXED)
    assert "Où couper" in page.text
    page = change(administrator, page, cuts="3,11,17,18,30")
    assert [values(page)[f"to:{at}"] for at in range(5)] == ["3", "11", "17", "18", "30"]
    chosen = {"zone:0": "journalCode", "zone:1": "entryDate", "zone:2": "accountNumber"}
    chosen |= {"zone:3": "direction", "zone:4": "amount", "dates": "JJMMAAAA", "unit": "cents"}
    page = change(administrator, page, **chosen)
    assert values(page)["zone:4"] == "amount"
    assert "641000" in page.text
    assert "1,90" in page.text


def test_the_file_of_an_archive_is_the_sample(administrator):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("caisse.csv", SAMPLE)
    form = {"csrf_token": administrator.token("/models/new")}
    sent = {"file": ("caisse.zip", archive.getvalue())}
    page = administrator.client.post("/models/new", data=form, files=sent)
    assert (page.status_code, "caisse.csv" in page.text) == (200, True)
    assert values(page)["document"] == values(drop(administrator))["document"]
    sent = {"file": ("caisse.zip", archive.getvalue()[:100])}
    broken = administrator.client.post("/models/new", data=form, files=sent)
    assert broken.status_code == 422


def test_text_can_be_pasted(administrator):
    form = {"csrf_token": administrator.token("/models/new"), "content": SAMPLE}
    assert "Espèces" in administrator.client.post("/models/new", data=form).text
    empty = administrator.client.post("/models/new", data=form | {"content": " "})
    assert empty.status_code == 422
    assert "collez quelques lignes" in empty.text


def test_a_long_text_can_be_pasted(administrator):
    head, *rows = SAMPLE.splitlines(keepends=True)
    long = head + "".join(rows) * 10_000
    fields = {"csrf_token": administrator.token("/models/new"), "content": long}

    page = administrator.client.post(
        "/models/new", files={name: (None, value) for name, value in fields.items()}
    )

    assert page.status_code == 200
    assert "Espèces" in page.text


def test_the_document_is_edited_as_text_with_errors_at_their_place(administrator):
    page = drop(administrator)
    held = values(page)["document"]
    broken = held.replace("decimal: ','", "decimal: ';'")
    page = change(administrator, page, document=broken)
    line = broken.splitlines().index("  decimal: ';'") + 1
    assert f">ligne {line}</a>, <strong>Décimales</strong>" in page.text
    unread = change(administrator, page, document="a: [")
    assert (unread.status_code, "ni du YAML ni du JSON" in unread.text) == (422, True)
    assert values(unread)["document"] == "a: ["
    refused = change(administrator, page, "/models/save", document=broken)
    assert refused.status_code == 422
    assert administrator.get("/models/caisse").status_code == 404


def test_what_controls_cannot_express_is_left_to_the_document(administrator):
    page = administrator.get("/models/quadra/0")
    assert "plusieurs sortes de lignes" in page.text
    assert "startsWith: M" in page.text


@pytest.mark.parametrize(
    "document",
    [
        "3",
        "[1]",
        "fields: 3",
        "{input: {records: 4}}",
        "dates: {formats: 2}",
        "fields: {label: {map: 3, from: a}}",
        "accounts: {pad: 3, thirdParties: [2]}",
        "",
    ],
)
def test_any_document_gets_an_answer(administrator, document):
    page = drop(administrator)
    assert change(administrator, page, document=document).status_code in {200, 422}
    assert change(administrator, page, "/models/save", document=document).status_code == 422


def test_a_lost_sample_is_asked_for_again(administrator):
    page = change(administrator, drop(administrator), sample="nothing")
    assert page.status_code == 200
    assert "Donnez un échantillon" in page.text


def test_rights_are_asked_for(anybody, database, domain):
    session = signed_in(anybody, database, domain, Role.READER)
    assert session.get("/models").status_code == 200
    assert "startsWith: M" in session.get("/models/quadra/0").text
    assert session.get("/models/new").status_code == 403
    assert session.send("/models", "/models/draft", document="a: 1").status_code == 403
    assert session.send("/models", "/models/save", document="a: 1").status_code == 403


def test_a_collaborator_tries_and_an_administrator_stores(anybody, database, domain):
    session = signed_in(anybody, database, domain, Role.COLLABORATOR)
    page = drop(session)
    assert page.status_code == 200
    assert "/models/save" not in page.text
    assert change(session, page, "/models/save").status_code == 403


def test_a_form_of_another_session_or_too_large_does_nothing(administrator):
    page = drop(administrator)
    assert change(administrator, page, csrf_token="x").status_code == 403
    cut = drop(administrator, data=SAMPLE + "x;1\n" * 500_000)
    assert (cut.status_code, "Espèces" in cut.text) == (200, True)
    large = drop(administrator, data="a;b\n" * 6_000_000)
    assert large.status_code == 422
    assert "trop grand" in large.text


def test_the_models_of_another_firm_are_unknown(administrator, database):
    other = create_domain(database, "CABINET2")
    add_model(database, other.id, builtin_document("csv") | {"name": "Secret"})
    assert administrator.get("/models/Secret").status_code == 404
    assert administrator.get("/models/Secret/1").status_code == 404
    assert administrator.get("/models/Secret/1/document").status_code == 404
    assert "Secret" not in administrator.get("/models").text


RECEIPTS = "".join(
    f"{row}\n"
    for row in (
        "Date;Caisse;Libelle;TTC",
        "03/02/2024;C1;Vente 1;12,00",
        "04/02/2024;C1;Vente 2;24,00",
    )
)


def test_a_row_may_make_several_lines_whose_accounts_are_edited_on_the_page(administrator):
    page = drop(administrator, data=RECEIPTS)
    lines = {
        "line:0:account": "531000", "line:0:column": "TTC", "line:0:side": "debit",
        "line:1:account": "707000", "line:1:column": "TTC", "line:1:side": "credit",
    }  # fmt: skip
    page = change(administrator, page, journal="CA", **lines)
    assert "lines:" in values(page)["document"]
    assert values(page)["line:1:account"] == "707000"
    page = change(administrator, page, **{"line:1:account": "707100"})
    assert values(page)["line:1:account"] == "707100"
    assert "707100" in page.text.partition("Effet sur l’échantillon")[2]
    page = change(administrator, page, **{f"line:{at}:{one}": "" for at in (0, 1)
                                          for one in ("account", "column", "side")})  # fmt: skip
    assert "lines:" not in values(page)["document"]


def test_an_error_names_the_field_of_the_page(administrator):
    page = drop(administrator)
    sent = values(page)
    wrong = sent["document"].replace("JJ/MM/AA", "XX/YY")
    answer = administrator.client.post("/models/save", data=sent | {"document": wrong})
    assert answer.status_code == 422
    told = re.sub(r"<[^>]+>", "", answer.text.partition('id="refused"')[2])
    assert "Dates : " in told
    assert "dates.formats" not in told.partition("</section>")[0][:400]


def test_refusals_name_no_pattern_and_no_command(administrator):
    page = drop(administrator)
    refused = change(administrator, page, "/models/save", name="a/b\\c")
    assert "qui n’y sont pas permis" in refused.text
    assert "pattern" not in refused.text.partition('id="refused"')[2].partition("</section>")[0]
    refused = drop(administrator, data="a\n")
    assert "Partez d’un modèle livré." in refused.text
    assert "ecritures model" not in refused.text


def test_built_in_models_are_described_in_the_language_of_the_reader(claire):
    assert "Feuille XLSX ou ODS simple" in claire.get("/models").text
    claire.client.cookies.set("language", "en", domain=claire.client.base_url.host)
    for place in ("/models", "/imports/new"):
        page = claire.get(place).text
        assert "Plain XLSX or ODS sheet" in page
        assert "Feuille XLSX" not in page
    assert "The columns of the model csv" in claire.get("/models").text
