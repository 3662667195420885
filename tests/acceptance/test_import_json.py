"""importJson over HTTP: what is accepted, what is refused and in which words; and by command."""

from __future__ import annotations

import gzip
import json

import pytest

from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import create_key
from ecritures.imports.queries import get_import
from helpers.loop_calls import error_of
from helpers.loop_json import body, document, pair
from helpers.v1_calls import call

ROUTE = "/loop-api-publiques/importJson"
SIRET = "07955542100027"
OTHER_COMPANY = "55210055400013"
STRICT = "2024-01-14T00:00:00.000Z"
LUHN = (
    "Le numéro SIRET est invalide : il doit comporter 14 chiffres et respecter l'algorithme de Luhn"
)
ISO = "doit être au format ISO 'YYYY-MM-DDTHH:mm:ss.SSSZ'"


def send(service, key, content, **options):
    headers = {"content-type": "application/json"} | options.pop("headers", {})
    return call(service, key, "POST", ROUTE, content=content, headers=headers, **options)


@pytest.mark.parametrize("name", ["importJson", "importjson", "IMPORTJSON"])
def test_entries_are_accepted_and_followed(service, key, database, name):
    headers = {"content-type": "application-json"}
    path = f"/loop-api-publiques/{name}"
    answer = call(service, key, "POST", path, content=body(), headers=headers)
    assert (answer.status_code, list(answer.json())) == (200, ["accountingImportRequestId"])
    import_id = answer.json()["accountingImportRequestId"]
    assert get_import(database, import_id).kind == "json"
    found = call(service, key, "GET", f"/loop-api-publiques/getImportStatus/{import_id}").json()
    assert (found["id"], found["status"]) == (import_id, 1)


def entries(value):
    made = document()
    made["data"]["ecritures"] = value
    return json.dumps(made).encode()


def first(**fields):
    return body(pair(fields))


REFUSED = {
    "payload-missing": (
        b"", "Il n'y a pas de payload : la méthode est-elle bien en POST dans la requête ?",
    ),
    "context-missing": (
        body(options={"multiPeriode": False}),
        "Le contexte est obligatoire sans l'option multiPeriode",
    ),
    "entries-missing": (
        entries([]), "Il n'y a pas d'écritures à importer (l'objet écritures est vide)",
    ),
    "entries-not-array": (
        entries({"a": 1}), "Les écritures doivent être présentées sous formes de tableau",
    ),
    "entries-too-few": (
        body(pair()[:1]), "Le tableau d'écritures doit comporter au moins deux lignes",
    ),
    "context-not-iso": (
        body(context={"from": "2024-01-01", "to": STRICT}),
        "Les dates du contexte doivent être au format ISO 'YYYY-MM-DDTHH:mm:ss.SSSZ'",
    ),
    "voucher-date-not-iso": (first(dateJustif="2024-01-01"), f"La date du justificatif {ISO}"),
    "cut-off-incomplete": (
        first(finCutOff=STRICT),
        "Les dates de début et fin de cut-off doivent être renseignées ensemble",
    ),
    "cut-off-start-not-iso": (
        first(debCutOff="x", finCutOff=STRICT), f"La date de début de cut-off {ISO}",
    ),
    "cut-off-end-not-iso": (
        first(debCutOff=STRICT, finCutOff="x"), f"La date de fin de cut-off {ISO}",
    ),
    "siret-invalid": (
        body([pair()[0], pair(SIRET="12345678900010")[1]]), f"{LUHN} sur l'écriture numéro 2",
    ),
    "siret-other-company": (
        body([pair(SIRET=SIRET)[0], pair(SIRET=OTHER_COMPANY)[1]]),
        "Les SIRET des écritures doivent appartenir à la même entreprise (SIREN identique)",
    ),
    "siret-unknown": (
        body(pair(SIRET=OTHER_COMPANY)),
        (f"L'établissement correspondant au SIRET {OTHER_COMPANY} n'est pas reconnu"
        " pour le dossier CEGID003"),
    ),
    "dossier-missing": (b'{"data": {"ecritures": []}}', "Le codeIbs n'est pas spécifié."),
    "dossier-unknown": (body(codeIbs="RIEN"), "Le dossier RIEN n'existe pas sur le domaine."),
    "option-invalid": (
        body(options={"separatorDecimal": ";"}),
        "L'option options.separatorDecimal ne peut pas valoir « ; » (attendu : . ,)",
    ),
    "option-refused": (
        body(options={"comptesRules": [1]}),
        "Les règles de comptes (comptesRules) ne sont pas suivies par ce service",
    ),
    "body-not-json": (b"{", "Le JSON ne peut pas être lu, à l'octet 2"),
    "body-not-object": (
        b"[1, 2]",
        "Le corps, « data », « contexte » et « options » doivent être des objets { } : [1, 2]",
    ),
    "field-not-text": (
        entries([{}, {}]).replace(b'"CEGID003"', b"12"),
        'codeIbs vaut 12 ; il faut la forme "…"',
    ),
    "body-refused": (
        entries([{}, 12, {}]), "Cette écriture n'est pas un objet : 12, sur l'écriture numéro 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_is_said_at_once_in_the_words_of_the_vendor(service, key, code):
    content, message = REFUSED[code]
    answer = send(service, key, content)
    assert (answer.status_code, error_of(answer)["code"]) == (200, code)
    assert error_of(answer)["message"] == message


def test_a_siret_of_the_whole_request_is_judged_too(service, key):
    answer = send(service, key, body(SIRET="12345678900010"))
    assert error_of(answer)["message"] == LUHN
    assert "accountingImportRequestId" in send(service, key, body(SIRET=SIRET)).json()


@pytest.mark.parametrize("chosen", [200, 400])
def test_the_operator_chooses_the_status_of_refusals(start_service, settings, key, chosen):
    service = start_service(settings.model_copy(update={"refusal_status": chosen}))
    assert send(service, key, b"{}").status_code == chosen


def test_the_key_is_judged_before_the_body(service, key, database, domain):
    assert send(service, None, b"{").status_code == 401
    assert error_of(send(service, f"{key}x", b"{"))["code"] == "key-refused"
    create_dossier(database, domain, code="MANON001", name="Manon", siren="552100554")
    limited = create_key(database, domain, ["MANON001"])
    assert send(service, limited, body()).status_code == 403
    reader = create_key(database, domain, rights=["read"])
    assert error_of(send(service, reader, b"{"))["code"] == "right-missing"


def test_only_json_is_taken(service, key):
    answer = send(service, key, body(), headers={"content-type": "text/plain"})
    assert (answer.status_code, error_of(answer)["code"]) == (415, "media-type-refused")
    answer = send(service, key, gzip.compress(body()), headers={"content-encoding": "gzip"})
    assert (answer.status_code, error_of(answer)["code"]) == (415, "content-encoding-refused")


def test_a_body_that_is_too_large_is_refused(start_service, settings, key):
    service = start_service(settings.model_copy(update={"json_request_bytes_max": 1000}))
    answer = send(service, key, body(pair(libelle="x" * 1000)))
    assert (answer.status_code, error_of(answer)["code"]) == (413, "body-too-large")
    assert "accountingImportRequestId" in send(service, key, body()).json()


def test_lines_of_a_large_body_are_judged_by_the_import(start_service, settings, key, database):
    service = start_service(settings.model_copy(update={"json_judged_bytes_max": 10}))
    wrong = first(dateJustif="2024-01-01")
    import_id = send(service, key, wrong).json()["accountingImportRequestId"]
    assert get_import(database, import_id).options["unbalanced"] == "refuse"
    assert error_of(send(service, key, entries([])))["code"] == "entries-missing"


@pytest.mark.parametrize(
    ("options", "policy"),
    [
        ({}, "suspense"),
        ({"balanceAuto": True}, "difference"),
        ({"balanceAuto": False}, "refuse"),
        ({"balanceAuto": True, "failOnUnbalanced": True}, "refuse"),
        ({"failOnUnbalanced": False}, "suspense"),
    ],
)
def test_options_choose_what_happens_to_unbalanced_entries(service, key, database, options, policy):
    change = {"policies": {"unbalanced": "suspense"}}
    assert call(service, key, "PATCH", "/v1/dossiers/CEGID003", json=change).status_code == 200
    answer = send(service, key, body(options=options)).json()
    found = get_import(database, answer["accountingImportRequestId"])
    assert found.options["unbalanced"] == policy


def test_a_repeated_request_gets_the_same_number(service, key):
    def number(content=None, **headers):
        return send(service, key, content or body(), headers=headers).json()[
            "accountingImportRequestId"
        ]

    once = number()
    assert number() == once
    assert number(body(pair(amount=5))) != once
    keyed = {"idempotency-key": "k1"}
    first_ = send(service, key, body(), headers=keyed)
    again = send(service, key, body(), headers=keyed)
    assert first_.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = send(service, key, body(pair(amount=6)), headers=keyed)
    assert (other.status_code, error_of(other)["code"]) == (409, "idempotency-conflict")


def test_the_own_interface_takes_the_format(service, key):
    sent = {"file": ("x.json", body(), "application/json")}
    fields = {"dossier": "CEGID003", "format": "json", "dryRun": "true"}
    answer = call(service, key, "POST", "/v1/imports", data=fields, files=sent)
    assert (answer.status_code, answer.json()["kind"]) == (202, "json")


def test_a_request_is_checked_and_imported_by_command(ecritures, tmp_path):
    ecritures("domain", "create", "CABINET1")
    ecritures(
        "dossier", "create", "D1", "--domain", "CABINET1", "--name", "x", "--siren", "079555421"
    )
    path = tmp_path / "ecritures.txt"
    path.write_bytes(body(codeIbs="D1"))
    done = ecritures("check", str(path), "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["format"], found["layout"]) == (0, "json", "importJson")
    done = ecritures("import", str(path), "--dossier", "D1", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["format"], found["entries"]) == (0, "json", 1), done.stderr
    path.write_bytes(body(pair({"debit": {"amount": 1.005}})))
    done = ecritures("check", str(path), "--lang", "en")
    assert done.returncode == 1
    assert "more than two decimals" in done.stdout


def test_rejected_entries_come_back_as_a_fec(ecritures, tmp_path):
    path, out = tmp_path / "x.json", tmp_path / "rejected.txt"
    path.write_bytes(body([*pair({"debit": {"amount": 120.01}}), *pair(reference="2")]))
    assert ecritures("check", str(path), "--report", str(out)).returncode == 1
    _, *rows = out.read_text("utf-8").splitlines()
    assert [row.split("|")[2] for row in rows] == ["1", "1"]
