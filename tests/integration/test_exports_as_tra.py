"""The ledger is given back as an extended TRA, which makes the same ledger elsewhere."""

from __future__ import annotations

import itertools
from dataclasses import replace

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from ecritures.config.settings import Settings
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.directory.dossiers import create_dossier
from ecritures.imports.request import Status
from helpers.exporting import Exporting, entries_of, found_in
from helpers.fec import fec, line
from helpers.importing import Importing
from helpers.loop_json import body
from helpers.loop_json import pair as json_pair
from helpers.tra import header, pair, record, tra

ADDRESS = "https://files.example/ecritures.tra"
NUMBERS = itertools.count()
LETTERS = "abcdefghijklmnopqrstuvwxyzéèàçÉÀ 0123456789'"
TEXTS = st.text(LETTERS, min_size=1, max_size=35).map(str.strip).filter(bool)
DAYS = st.sampled_from(["20240105", "20240229", "20240630", "20241231"])


def text(cents):
    return f"{cents // 100},{cents % 100:02d}"


@st.composite
def entry_rows(draw, number):
    """An entry that a TRA can express: short codes, positive amounts, plain numbers."""
    journal = draw(st.sampled_from(["HA", "VE", "AN"]))
    day = "20240101" if journal == "AN" else draw(DAYS)
    shared = {
        "JournalCode": journal, "JournalLib": f"Journal {journal}", "EcritureDate": day,
        "PieceDate": draw(DAYS), "PieceRef": draw(TEXTS), "ValidDate": draw(DAYS),
    }  # fmt: skip
    amounts = draw(st.lists(st.integers(1, 10**9), min_size=1, max_size=3))
    rows = []
    for debit, credit in [*((one, 0) for one in amounts), (0, sum(amounts))]:
        third, letter = draw(st.sampled_from(["", "C1", "D2"])), draw(st.sampled_from(["", "AA"]))
        currency = draw(st.sampled_from([("", ""), ("12,345", "USD"), ("7", "JPY")]))
        account = "411000" if third else draw(st.sampled_from(["607000", "512000"]))
        rows.append(
            line(
                number, account, text(debit), text(credit), EcritureLib=draw(TEXTS),
                CompteLib=f"Compte {account}", CompAuxNum=third,
                CompAuxLib=third and f"Tiers {third}", EcritureLet=letter,
                DateLet=letter and "20240801", Montantdevise=currency[0], Idevise=currency[1],
                **shared,
            )
        )  # fmt: skip
    return rows


@st.composite
def files(draw):
    """The lines of a FEC."""
    entries = [draw(entry_rows(number)) for number in range(1, draw(st.integers(1, 6)) + 1)]
    return [row for rows in entries for row in rows]


@pytest.fixture
def elsewhere(tmp_path, database, domain, caller):
    """Imports into a new dossier each time."""

    def make(**more):
        code = f"D{next(NUMBERS)}"
        made = create_dossier(database, domain, code=code, name="Été", siren="079555421", **more)
        return Importing(Settings(data_dir=tmp_path / "data"), database, made, caller)

    return make


@pytest.fixture
def export(tmp_path, database):
    return Exporting(database, None, tmp_path / "exports")


def post(into, content, **request):
    state = into.post(content, url=f"{ADDRESS}?{next(NUMBERS)}", **request)
    assert state.status is Status.DONE, (state.message, state.report["anomalyCounts"])
    return state


def test_a_fec_and_the_tra_of_its_entries_give_the_same_ledger(elsewhere, export, database):
    @hypothesis.settings(
        max_examples=5, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(files(), st.sampled_from([None, "utf-8"]))
    def trip(rows, encoding):
        source, target = elsewhere(), elsewhere()
        post(source, fec(rows), options={"openings": "allow"})
        made = replace(export, dossier=source.dossier)("tra", encoding=encoding)
        assert (made.complete, found_in(made)) == (True, {})
        assert made.path.suffix == ".tra"
        content = made.path.read_bytes()
        state = post(target, content, kind="tra", options={"openings": "allow"})
        assert {c for c in state.report["anomalyCounts"] if c.startswith("TRA")} == set()
        here, there = (entries_of(database, one.dossier) for one in (source, target))
        assert there == here
        assert made.encoding == (encoding or "windows-1252")

    trip()


LONG = fec(
    [
        line("VE-1", "411000", "-12,50", JournalCode="VENTES", CompAuxNum="C" * 18,
             CompAuxLib="Client", EcritureLib="L" * 36, Montantdevise="-1,5", Idevise="USD"),
        line("VE-1", "707000", credit="-12,50", JournalCode="VENTES"),
        line("VE-2", "411000", "5,00", JournalCode="VENDU"),
        line("VE-2", "707000", credit="5,00", JournalCode="VENDU"),
    ]
)  # fmt: skip


def test_what_a_tra_cannot_express_is_listed(elsewhere, export, database):
    source, target = elsewhere(), elsewhere()
    post(source, LONG)
    made = replace(export, dossier=source.dossier)("tra")
    assert not made.complete
    assert {column for code, column in found_in(made) if code == "read-differently"} == {
        *("JournalCode", "EcritureNum", "CompAuxNum", "EcritureLib", "Debit", "Credit"),
        "Montantdevise",
    }
    assert b"VEN" in made.path.read_bytes()
    assert b"VE0" in made.path.read_bytes()  # the other journal keeps a code of its own
    assert "JournalCode" in made.description_path.read_text()
    post(target, made.path.read_bytes(), kind="tra")
    assert sum(entries_of(database, target.dossier).values()) == 2


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([{"CompteNum": "411000" + "0" * 11 + one} for one in "12"], "41100000000000000"),
        ([{"CompAuxNum": "C" * 17 + one, "CompAuxLib": one} for one in "12"], "C" * 17),
        ([{"JournalCode": one} for one in "ΩΨ"], "[?]"),
    ],
)
def test_codes_that_would_be_confused_are_refused(elsewhere, export, rows, codes):
    source = elsewhere()
    one, two = rows
    lines = [line("1", "411000", "5,00"), line("1", "512000", credit="5,00")]
    lines += [line("2", "411000", "5,00"), line("2", "512000", credit="5,00")]
    whole = "JournalCode" in one
    content = [row | (one if n < 2 else two) if whole or n % 2 == 0 else row
               for n, row in enumerate(lines)]  # fmt: skip
    post(source, fec(content))
    with pytest.raises(ConflictError, match=f"{codes}”") as caught:
        replace(export, dossier=source.dossier)("tra")
    assert caught.value.sentence.code == "export-codes-merged"


def test_a_line_that_is_not_read_again_hides_nothing(elsewhere, export):
    source = elsewhere()
    lost = {"JournalCode": "***", "JournalLib": "Ventes"}
    rows = [line("1", "411000", "5,00", **lost), line("1", "512000", credit="5,00", **lost)]
    rows += [line("2", "411000", "7,00", EcritureLib="L" * 36), line("2", "512000", credit="7,00")]
    post(source, fec(rows))
    made = replace(export, dossier=source.dossier)("tra")
    assert found_in(made) == {("lines-unreadable", ""): 2, ("read-differently", "EcritureLib"): 1}
    places = {one.code: one.places for one in made.findings}
    content = made.path.read_bytes().decode("cp1252").split("\r\n")
    for found in places["lines-unreadable"]:
        assert found.value == content[found.line - 1][13:30].strip()
    assert [one.entry for one in places["lines-unreadable"]] == ["*** 1", "*** 1"]
    assert content[places["read-differently"][0].line - 1][83:118] == "L" * 35


def test_only_what_has_no_place_is_listed(elsewhere, export):
    source = elsewhere()
    first = {
        "dateEcheance": "2024-02-29",
        "commentaire": "à revoir",
        "debit": {"amount": 120, "currency": "USD", "currencyAmount": 120, "currencyRate": 1},
    }
    post(source, body(json_pair(first), codeIbs=source.dossier.code), kind="json")
    made = replace(export, dossier=source.dossier)("tra")
    [found] = made.findings
    assert (found.code, found.column, found.count) == ("not-in-format", "HorsNorme", 1)
    assert found.places[0].value == '{"commentaire": "à revoir"}'


def test_what_lines_say_beyond_the_books_makes_the_trip(elsewhere, export, database):
    source, target = elsewhere(), elsewhere()
    more = {
        "ECHEANCE": "31012024",
        "MODEPAIE": "VIR",
        "REFEXTERNE": "Commande 12",
        "QTE1": "2,0000",
        "TYPEPIECE": "FC",
        "DEVISE": "USD",
        "TAUXDEV": "1,085",
    }
    ete = header(form="ETE")
    post(source, tra(pair(more, form="ETE"), head=ete), kind="tra")
    made = replace(export, dossier=source.dossier)("tra")
    assert found_in(made) == {}
    post(target, made.path.read_bytes(), kind="tra")
    here, there = (entries_of(database, one.dossier) for one in (source, target))
    assert there == here
    assert "Commande 12" in str(there)


def test_what_a_json_says_beyond_the_books_is_said_in_terms_of_a_tra(elsewhere, export, database):
    source, target = elsewhere(), elsewhere()
    first = {
        "dateEcheance": "2024-02-29",
        "modePaiement": 9,
        "debit": {"amount": 120, "currency": "USD", "currencyAmount": 130, "currencyRate": 1.0833},
    }
    second = {"datePointage": "2024-02-01", "modePaiement": 1}
    content = body(json_pair(first, second), codeIbs=source.dossier.code)
    post(source, content, kind="json")
    made = replace(export, dossier=source.dossier)("tra")
    assert found_in(made) == {}
    assert "***MDPLCMLCR magnétique".encode("cp1252") in made.path.read_bytes()
    post(target, made.path.read_bytes(), kind="tra")
    [entry] = entries_of(database, target.dossier)
    said = dict(one for row in entry for cell in row if isinstance(cell, tuple) for one in cell)
    assert said == {
        "ECHEANCE": "29022024",
        "MODEPAIE": "LCM",
        "TAUXDEV": "1,0833",
        "DATEPOINTAGE": "01022024",
    }


def test_establishments_make_the_trip(elsewhere, export, database):
    sirets = ("07955542100019", "07955542100027")
    source, target = (elsewhere(sirets=sirets) for _ in range(2))
    records = [record("JAL", code="VTE"), record("ETB", code="002", siret=sirets[1])]
    post(source, tra(pair(ETABLISSEMENT="002"), records=records), kind="tra")
    made = replace(export, dossier=source.dossier)("tra")
    assert found_in(made) == {}
    post(target, made.path.read_bytes(), kind="tra")
    here, there = (entries_of(database, one.dossier) for one in (source, target))
    assert there == here
    assert sirets[1] in str(there)


def test_an_encoding_that_is_none_of_the_format_is_refused(elsewhere, export):
    source = elsewhere()
    post(source, LONG)
    with pytest.raises(RefusedRequestError, match="windows-1252"):
        replace(export, dossier=source.dossier)("tra", encoding="ascii")
