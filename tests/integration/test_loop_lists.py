"""The lists of the Loop-compatible API hold what is in the ledger now, and nothing of others."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from ecritures.app.actions import lettering
from ecritures.app.actions.closing import DossierRequest
from ecritures.app.actions.validate import ValidationFields, validate
from ecritures.app.loop_lists import LISTS, Slice, show_list
from ecritures.core.errors import EcrituresError, RefusedRequestError
from ecritures.database import tables
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import Caller
from helpers.fec import entry, fec, line
from helpers.tra import JOURNAL, record, tra
from helpers.tra import line as tra_line
from helpers.tra import pair as tra_pair

ELSEWHERE = "https://files.example/other/079555421FEC20241231.txt"
LINES = "EcritureComptable"
FILE = fec(
    [
        line(1, "411000", "120,50", CompAuxNum="C1", CompAuxLib="Client 1", EcritureLet="AA",
             DateLet="20240630"),
        line(1, "707000", credit="120,50"),
        *entry(2, "80,00", JournalCode="BQ", JournalLib="Banque", EcritureDate="20240301"),
    ]
)  # fmt: skip


@pytest.fixture
def show(database, caller, dossier):
    own = database.for_domain(caller.domain_id)

    def read(route=LINES, **wanted):
        return show_list(own, caller, route, dossier.code, Slice(**wanted))

    return read


def codes(objects, name):
    return [one[name] for one in objects]


def test_a_line_is_told_in_the_words_of_the_vendor(show, importing):
    importing.post(FILE)
    first, second, *_ = show()
    assert {name: first[name] for name in list(first)[2:]} == {
        "ecriture": second["ecriture"],
        "ecritureOrigine": None,
        "date": "2024-01-15",
        "journalCode": "HA",
        "journalLib": "Achats",
        "reference": "1",
        "compteNumero": "411000",
        "compteLib": "Compte 411000",
        "tiers": "C1",
        "tiersLib": "Client 1",
        "libelle": "Facture 1 à régler",
        "refPiece": "F1",
        "datePiece": "2024-01-14",
        "debit": 120.5,
        "credit": 0,
        "codeLettrage": "AA",
        "dateLettrage": "2024-06-30",
        "SIRET": None,
    }
    assert list(first)[:2] == ["objectId", "revisionId"]
    assert first["objectId"] != second["objectId"]


def test_accounts_and_journals_are_those_with_lines(show, importing, books):
    first = importing.post(FILE)
    importing.post(fec(entry(9, JournalCode="OD", JournalLib="Divers")), url=ELSEWHERE)
    assert codes(show("compte"), "numero") == ["401000", "411000", "607000", "707000"]
    assert codes(show("journal"), "code") == ["BQ", "HA", "OD"]
    books.undo(first.id)
    assert codes(show("compte"), "numero") == ["401000", "607000"]
    assert show("journal", select="libelle") == [
        {name: one[name] for name in ("objectId", "revisionId", "libelle")}
        for one in show("journal")
    ]
    assert codes(show("journal"), "libelle") == ["Divers"]


def test_establishments_are_those_of_the_dossier(show):
    (one,) = show("etablissementComplet")
    assert (one["type"], one["siret"], one["raisonsociale"]) == (
        *(3, "07955542100027"),
        "Atelier Lumen",
    )
    assert show("etablissementComplet", filter=f'objectId == "{one["objectId"]}"') == [one]
    assert show("etablissementComplet", filter="type == 2") == []


def test_sections_are_those_that_lines_are_split_over(show, importing, books):
    assert show("section") == []
    made = [
        *tra_pair(),
        tra_line("707000", "C", "120,00", TYPECPTE="A", AXE="A1", AUXILIAIRE="NORD"),
    ]
    known = record("SAT", code="NORD", label="Région nord", axis="A1")
    first = importing.post(tra(made, records=[JOURNAL, known]), kind="tra")
    (one,) = show("section", filter="ferme == false", sort="code")
    assert (one["code"], one["description"], one["ferme"]) == ("NORD@A1", "Région nord", False)
    assert show("section", filter=f'objectId == "{one["objectId"]}"') == [one]
    books.undo(first.id)
    assert show("section") == []
    with pytest.raises(RefusedRequestError):
        show("section", filter="numero == 1")


def test_a_section_has_its_axis_as_an_object_with_an_identifier_of_its_own(show, importing):
    parts = [("A1", "NORD"), ("A1", "SUD"), ("A2", "NORD")]
    split = [
        tra_line("707000", "C", "60,00" if axis == "A1" else "120,00", TYPECPTE="A", AXE=axis,
                 AUXILIAIRE=section)
        for axis, section in parts
    ]  # fmt: skip
    importing.post(tra([*tra_pair(), *split]), kind="tra")
    first, other, second = show("section", sort="code:desc")[::-1]
    assert [one["axe"]["code"] for one in (first, other, second)] == ["A1", "A2", "A1"]
    assert first["axe"] == second["axe"] != other["axe"]
    assert first["axe"]["objectId"] not in {one["objectId"] for one in (first, other, second)}
    (chosen, *_) = show("section", sort="code", select="axe")
    assert chosen.keys() == {"objectId", "revisionId", "axe"}


FILTERS = [
    ("codeLettrage == null", ["1", "2", "2"]),
    ("codeLettrage != null", ["1"]),
    ('codeLettrage != "ZZ"', ["1", "1", "2", "2"]),
    ('journalCode == "BQ"', ["2", "2"]),
    ('refPiece == "F1" && compteNumero < "5"', ["1"]),
    ('datePiece == "2024-01-14"', ["1", "1", "2", "2"]),
    ('datePiece >= "2024-01-15"', []),
    ('date >= "2024-02-01" && (debit > 0 || credit >= 80.01)', ["2"]),
    ("debit == 120.5", ["1"]),
    ("debit > 120.499", ["1"]),
    ("debit == 120.501", []),
    ("tiers === null", ["1", "2", "2"]),
    ('COMPTENUMERO == "707000"', ["1"]),
    ("ecritureOrigine == null", ["1", "1", "2", "2"]),
    ('objectId == "50000010-0000-8002-8000-000180000004"', []),
    ('SIRET == "07955542100027" || SIRET == null', ["1", "1", "2", "2"]),
]
"""Filters, and the entries of the lines that they choose."""


def test_lines_are_filtered(show, importing):
    importing.post(FILE)
    found = [(filter_, codes(show(filter=filter_), "reference")) for filter_, _ in FILTERS]
    assert found == FILTERS


ORDERED = {"date", "datePiece", "debit", "credit", "dateLettrage"}


@pytest.mark.parametrize("few", [0, 1, 2000])
def test_each_field_equals_what_its_lines_say(show, importing, monkeypatch, few):
    monkeypatch.setattr("ecritures.ledger.read.narrowing.FEW_ROWS", few)
    importing.post(FILE)
    lettered = {"EcritureLet": "AA", "DateLet": "20240305"}
    dated = {"EcritureDate": "20240302", "PieceDate": "20240105"}
    importing.post(fec(entry(3, "80,00", **dated, **lettered)))
    every = show()
    for name in LISTS[LINES].fields:
        for value in {one[name] for one in every} - {None}:
            text = str(value) if isinstance(value, float) else f'"{value}"'
            for sign in ("==", ">=", "<"):
                if sign != "==" and name not in ORDERED:
                    continue
                met = {
                    "==": lambda a, b: a == b,
                    ">=": lambda a, b: a is not None and a >= b,
                    "<": lambda a, b: a is not None and a < b,
                }
                expected = [one for one in every if met[sign](one[name], value)]
                assert show(filter=f"{name} {sign} {text}") == expected, (name, sign, value)
        assert show(filter=f'{name} == "nothing"' if name in {"tiers", "compteLib"} else
                    "debit == 7.77") == []  # fmt: skip


def test_lines_are_sorted_and_cut(show, importing):
    importing.post(FILE)
    every = show(sort="date:desc&&debit:desc")
    assert codes(every, "debit") == [80.0, 0.0, 120.5, 0.0]
    assert show(sort="date:desc&&debit:desc", skip=1, take=2) == every[1:3]
    assert show(skip=4) == []
    short = show(select="debit,SIRET&&revisionId")
    assert {tuple(one) for one in short} == {("objectId", "revisionId", "debit", "SIRET")}


def test_an_object_is_found_by_its_id(show, importing):
    importing.post(FILE)
    for route in ("compte", "journal", LINES):
        for one in show(route):
            assert show(route, filter=f'objectId == "{one["objectId"]}"') == [one]
    first = show()[0]
    assert len(show(filter=f'ecriture == "{first["ecriture"]}"')) == 2
    assert len(show(filter=f'objectId != "{first["objectId"]}"')) == 3


def test_the_revision_changes_with_the_object_alone(show, importing, books, database, caller):
    batch = books.batch_of(importing.post(FILE).id)
    before = show()
    own = database.for_domain(caller.domain_id)
    request = DossierRequest(own, caller, importing.dossier.code)
    lettering.unmatch(request, "AA")
    after = show()
    assert codes(before, "objectId") == codes(after, "objectId")
    same = [one["revisionId"] == other["revisionId"] for one, other in zip(before, after)]  # noqa: B905
    assert same == [False, True, True, True]
    assert show(filter="codeLettrage != null") == []
    assert batch


def test_lines_of_undone_and_replaced_entries_are_not_there(show, importing, books):
    first = importing.post(FILE)
    books.undo(first.id)
    assert show() == []
    books.restore(first.id)
    kept = [*entry(2, "81,00", JournalCode="BQ", JournalLib="Banque", EcritureDate="20240301")]
    importing.post(
        fec(kept), url=ELSEWHERE, options={"mode": "replace", "replace": {"fiscalYear": "2024"}}
    )
    assert books.rows(tables.batch_links)
    assert codes(show(), "debit") == [81.0, 0.0]
    assert codes(show("compte"), "numero") == ["401000", "607000"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a server's plans vary
def test_a_page_neither_sorts_all_lines_nor_looks_through_all_that_is_removed(
    show, importing, database
):
    importing.post(FILE)
    kept = [*entry(2, "81,00", JournalCode="BQ", JournalLib="Banque", EcritureDate="20240301")]
    options = {"mode": "replace", "replace": {"fiscalYear": "2024"}}
    importing.post(fec(kept), url=ELSEWHERE, options=options)
    sent = []
    with database.read() as connection:
        engine = connection.engine
        sa.event.listen(engine, "before_cursor_execute", lambda *call: sent.append(call[2:4]))
        show()
        found, _ = [call for call in sent if "FROM lines" in call[0]]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {found[0]}", found[1]).all()
    steps = [row[-1] for row in plan]
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps
    assert [step for step in steps if "ix_batch_links_removing" in step and "first_entry<?" in step]


@pytest.mark.parametrize(
    ("wanted", "joined"),
    [
        ({}, []),
        ({"sort": "debit"}, []),
        ({"sort": "codeLettrage"}, []),
        ({"filter": 'libelle > "F"'}, ["entries"]),
        ({"sort": "journalCode"}, ["codes", "entries"]),
    ],
    ids=str,
)
def test_only_what_a_filter_and_a_sort_need_is_joined(show, importing, database, wanted, joined):
    importing.post(FILE)
    sent = []
    with database.read() as connection:
        engine = connection.engine
        sa.event.listen(engine, "before_cursor_execute", lambda *call: sent.append(call[2]))
        show(**wanted)
    found, _ = [one for one in sent if "FROM lines" in one]
    assert sorted(re.findall(r"JOIN (\w+)", found)) == joined


def test_a_reversal_names_the_entry_it_cancels(show, importing, books, database, caller, dossier):
    first = importing.post(FILE)
    cancelled = {one["ecriture"] for one in show()}
    own = database.for_domain(caller.domain_id)
    validate(own, caller, dossier.code, ValidationFields(date(2024, 12, 31)))
    books.undo(first.id, definitive="reverse")
    found = show(filter="ecritureOrigine != null")
    assert len(found) == 4
    assert {one["ecritureOrigine"] for one in found} == cancelled
    (one,) = {one["ecritureOrigine"] for one in show(filter='refPiece == "F1"')} - {None}
    assert len(show(filter=f'ecritureOrigine == "{one}"')) == 2


def test_another_dossier_and_another_firm_see_nothing(
    show, importing, database, caller, other_dossier
):
    importing.post(FILE)
    assert len(show()) == 4
    own = database.for_domain(caller.domain_id)
    other = create_domain(database, "CABINET2")
    create_dossier(database, other, code="CEGID003", name="Même code", siren="079555421")
    stranger = Caller("", other.id, other.code, None)
    theirs = database.for_domain(other.id)
    for route in LISTS:
        if route != "etablissementComplet":
            assert show_list(own, caller, route, other_dossier.code, Slice()) == []
        assert show_list(theirs, stranger, route, "CEGID003", Slice()) == []
    ours = show()[0]["objectId"]
    wanted = Slice(filter=f'objectId == "{ours}" || objectId != "{ours}"')
    assert show_list(theirs, stranger, LINES, "CEGID003", wanted) == []
    with pytest.raises(RefusedRequestError, match="does not exist"):
        show_list(theirs, stranger, LINES, other_dossier.code, Slice())


HOSTILE = [
    "1; DROP TABLE lines",
    "' OR '1'='1",
    '" OR 1=1 --',
    'codeLettrage == "" OR 1=1',
    "codeLettrage == (SELECT secret_sha256 FROM api_keys)",
    "numero == 1 UNION SELECT * FROM api_keys",
    "domain_id == 2",
    "listed.domain_id == 2",
    "__class__ == 1",
    "constructor.constructor('return process')() == 1",
    'this["numero"] == 1',
    "`numero` == 1",
    "${7*7} == 49",
    "compteNumero == %(x)s",
    "compteNumero == :x",
    "compteNumero == ?",
    "compteNumero LIKE '%'",
    "/* */ compteNumero == 1",
    "compteNumero == 1 -- x",
    "(" * 2000,
    "!" * 500,
    "\u202e == 1",
]
"""Filters, sort keys and selections that mean harm."""


@pytest.mark.parametrize("name", ["filter", "sort", "select"])
def test_what_means_harm_is_refused(show, name):
    for text in HOSTILE:
        with pytest.raises(RefusedRequestError) as refused:
            show(**{name: text})
        assert f"Paramètre {name}, caractère" in refused.value.sentence.fr
        assert len(refused.value.sentence.fr) < 500


VALUES = ["' OR 1=1 --", "%", "_", "\\'; DROP TABLE lines; --", "%(x)s", ":x", "?", "é\u202e"]


def test_what_a_text_holds_is_only_compared(show, importing):
    importing.post(FILE)
    for value in VALUES:
        said = value.replace("\\", "\\\\").replace('"', '\\"')
        assert show(filter=f'compteNumero == "{said}"') == []
        assert len(show(filter=f'compteNumero != "{said}"')) == 4


def test_a_key_of_other_dossiers_is_refused(database, dossier, other_dossier, caller):
    limited = Caller("", caller.domain_id, caller.domain, frozenset({other_dossier.id}))
    with pytest.raises(EcrituresError, match="not linked"):
        show_list(database.for_domain(caller.domain_id), limited, LINES, dossier.code, Slice())
