"""importPerso, and the models it names, over a real connection."""

from __future__ import annotations

import json

import pytest

from ecritures.app.actions.import_models import add_model
from ecritures.core.errors import NotFoundError
from ecritures.directory.import_models import find_stored
from ecritures.formats.layouts.builtin import builtin_document, builtin_model
from ecritures.imports.execution.reading_options import options_of
from ecritures.imports.queries import get_import
from ecritures.imports.submission.import_models import BUILT_IN_VERSION, find_model
from helpers.loop_calls import SIRET, URL, error_of
from helpers.v1_calls import call, problem_of

ROUTE = "/loop-api-publiques/importPerso"
BODY = {"codeIbs": "CEGID003", "URI": "", "URL": URL, "MODELE": "csv"}


def ask(service, key, body, path=ROUTE):
    return call(service, key, "POST", path, json=body)


@pytest.mark.parametrize("name", ["MODELE", "modele", "Modele"])
@pytest.mark.parametrize("path", [ROUTE, "/loop-api-publiques/IMPORTPERSO"])
def test_a_request_names_its_model_in_any_letter_case(service, key, database, name, path):
    body = {"codeIbs": "CEGID003", "URL": URL, name: "QuAdRa"}
    import_id = ask(service, key, body, path).json()["accountingImportRequestId"]
    state = get_import(database, import_id)
    assert (state.kind, state.model, state.siret) == ("perso", "quadra", SIRET)
    assert state.options["modelVersion"] == BUILT_IN_VERSION


LITERAL = [
    ({}, "Le codeIbs n'est pas spécifié."),
    (
        {"codeIbs": "INCONNU", "MODELE": "x"},
        "Le chemin d'accès URI ou l'URL du fichier n'est pas spécifié.",
    ),
    (
        {"codeIbs": "INCONNU", "URL": URL, "URI": "a/b"},
        "Ambiguité sur le chemin d'accès, seul un des deux champs doit être renseigné.",
    ),
    ({"codeIbs": "INCONNU", "URL": URL}, "Le modèle d'import n'est pas spécifié."),
    ({"codeIbs": "CEGID003", "URL": URL, "MODELE": " "}, "Le modèle d'import n'est pas spécifié."),
    (
        {"codeIbs": "INCONNU", "URL": URL, "MODELE": "rien"},
        "Le dossier INCONNU n'existe pas sur le domaine.",
    ),
    (
        {"codeIbs": "CEGID003", "URL": URL, "MODELE": "rien", "SIRET": "1"},
        "Le modèle d'import rien n'existe pas sur le domaine.",
    ),
    (
        {"codeIbs": "CEGID003", "URL": URL, "MODELE": "csv", "SIRET": "1"},
        (
            "Le numéro SIRET est invalide : il doit comporter 14 chiffres "
            "et respecter l'algorithme de Luhn"
        ),
    ),
]


@pytest.mark.parametrize(("body", "message"), LITERAL)
def test_refusals_have_their_words_in_their_order(service, key, body, message):
    answer = ask(service, key, body)
    assert answer.status_code == 400
    assert error_of(answer)["message"] == message


def test_a_model_of_the_domain_goes_before_a_built_in_one_and_its_version_is_kept(
    service, key, database, domain
):
    document = builtin_document("csv") | {"name": "CSV"}
    assert add_model(database, domain.id, document).view["version"] == 1
    assert add_model(database, domain.id, document).view["version"] == 1
    assert add_model(database, domain.id, document | {"title": "Autre"}).view["version"] == 2
    import_id = ask(service, key, BODY).json()["accountingImportRequestId"]
    view = call(service, key, "GET", f"/v1/imports/{import_id}").json()
    assert (view["model"], view["modelVersion"]) == ("CSV", 2)
    assert find_stored(database, domain.id, "csv", 1).document["title"] == "CSV simple"


def test_a_built_in_model_is_kept_although_the_domain_adds_one_of_its_name(
    service, key, database, domain
):
    import_id = ask(service, key, BODY).json()["accountingImportRequestId"]
    document = builtin_document("csv") | {"title": "Autre"}
    add_model(database, domain.id, document)

    state = get_import(database, import_id)
    options = options_of(database, state)

    assert options.model == builtin_model("csv")
    view = call(service, key, "GET", f"/v1/imports/{import_id}").json()
    assert (view["model"], view["modelVersion"]) == ("csv", None)
    with pytest.raises(NotFoundError):
        find_model(database, domain.id, "maison", BUILT_IN_VERSION)


def test_a_model_of_another_domain_is_not_seen(service, other_key, database, domain):
    add_model(database, domain.id, builtin_document("csv") | {"name": "secret"})
    answer = call(service, other_key, "GET", "/v1/models/secret")
    assert (answer.status_code, problem_of(answer)["code"]) == (404, "model-unknown")


def test_models_are_kept_listed_read_and_tried(service, key):
    document = builtin_document("csv") | {"name": "maison"}
    added = call(service, key, "POST", "/v1/models", json={"document": document})
    assert added.status_code == 201
    assert call(service, key, "GET", added.headers["location"]).json() == added.json()
    listed = call(service, key, "GET", "/v1/models").json()
    assert {"maison", "csv", "quadra"} <= {one["name"] for one in listed}
    assert len(call(service, key, "GET", "/v1/models/MAISON/versions").json()) == 1
    trial = {"model": "maison", "content": document["samples"][0]["text"]}
    tried = call(service, key, "POST", "/v1/models/try", json=trial).json()
    assert [line["line"] for line in tried["lines"]] == [2, 3, 4, 5, 6]
    assert tried["sources"]["debit_cents"] == "debit"


def test_a_model_that_is_none_is_refused_with_the_place_of_each_error(service, key):
    document = builtin_document("csv") | {"name": "faux", "color": "red"}
    document["fields"] = document["fields"] | {"label": {"from": "libelle"}}
    answer = call(service, key, "POST", "/v1/models", json={"document": document})
    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (422, "model-invalid")
    assert "color" in json.dumps(problem["errors"])


def test_a_model_whose_samples_fail_is_refused(service, key):
    document = json.loads(json.dumps(builtin_document("csv"))) | {"name": "faux"}
    document["samples"][0]["expected"]["lines"][0]["debit_cents"] = 1
    answer = call(service, key, "POST", "/v1/models", json={"document": document})
    assert problem_of(answer)["code"] == "model-sample-failed"


def test_an_import_asked_by_v1_names_its_model(service, key):
    body = {"dossier": "CEGID003", "url": URL, "model": "quadra"}
    view = call(service, key, "POST", "/v1/imports", json=body).json()
    assert (view["kind"], view["model"]) == ("perso", "quadra")


def test_a_request_follows_the_unit_and_the_encoding_of_its_dossier(service, key, database):
    body = {"policies": {"unit": "cents", "encoding": "cp850"}}
    assert call(service, key, "PATCH", "/v1/dossiers/CEGID003", json=body).status_code == 200
    model = BODY | {"MODELE": "sage-pnm"}
    import_id = ask(service, key, model).json()["accountingImportRequestId"]
    state = get_import(database, import_id)
    read = options_of(database, state)
    assert (read.model.amounts.unit, read.model.input.encoding) == ("cents", "cp850")
    view = call(service, key, "GET", f"/v1/imports/{state.id}").json()["policies"]
    assert view["unit"] == {"value": "cents", "from": "dossier"}
    assert view["encoding"] == {"value": "cp850", "from": "dossier"}


@pytest.mark.parametrize("field", ["unit", "amounts"])
def test_a_request_of_v1_may_choose_another_unit_than_the_dossier(service, key, database, field):
    call(service, key, "PATCH", "/v1/dossiers/CEGID003", json={"policies": {"unit": "cents"}})
    body = {"dossier": "CEGID003", "url": URL, "model": "sage-pnm", field: "euros"}
    answer = call(service, key, "POST", "/v1/imports", json=body)
    assert answer.json()["policies"]["unit"] == {"value": "euros", "from": "request"}
    read = options_of(database, get_import(database, answer.json()["id"]))
    assert read.model.amounts.unit == "euros"
