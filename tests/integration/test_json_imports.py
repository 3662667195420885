"""Requests of importJson become the entries that a FEC of the same books makes."""

from __future__ import annotations

import io
import zipfile

import pytest

from ecritures.imports.execution.dossier_codes import dossier_codes
from ecritures.imports.request import Status
from helpers.exporting import entries_of
from helpers.fec import fec
from helpers.fec import line as fec_line
from helpers.loop_json import body, pair

ADDRESS = "https://files.example/ecritures.json"
STRICT = "2024-01-14T00:00:00.000Z"


def post(importing, content, **request):
    return importing.post(content, kind="json", url=ADDRESS, **request)


def extras_of(database, dossier):
    """What the lines of the one entry hold beyond the books."""
    [entry] = entries_of(database, dossier)
    return [dict(one) for row in entry for one in row if isinstance(one, tuple) and one]


def test_a_json_and_a_fec_of_the_same_entries_give_the_same_ledger(importing, database, dossier):
    labels = {"compteLib": "Clients"}, {"compteLib": "Ventes"}
    state = post(importing, body(pair(*labels, dateJustif=STRICT)))
    assert state.status is Status.DONE, state.message
    assert (state.kind, state.report["format"], state.report["conforming"]) == (
        "json",
        "json",
        None,
    )
    same = {
        "JournalCode": "VTE", "JournalLib": "Ventes", "EcritureDate": "20240115",
        "PieceRef": "F1", "PieceDate": "20240114", "EcritureLib": "Facture 1", "ValidDate": "",
    }  # fmt: skip
    rows = [
        fec_line(1, "411000", "120,00", CompteLib="Clients", **same),
        fec_line(1, "707000", credit="120,00", CompteLib="Ventes", **same),
    ]
    importing.post(fec(rows), options={"duplicates": "allow", "duplicateEntries": "allow"})
    assert list(entries_of(database, dossier).values()) == [2]


def test_only_entries_of_the_books_enter_the_ledger(importing, database, dossier):
    made = [
        *pair(), *pair(type="7", reference="2"), *pair(type="5", journal="AN", reference="3"),
        *pair(type="2", reference="4"), *pair(type="6", reference="5"),
    ]  # fmt: skip
    state = post(importing, body(made))
    assert (state.status, state.report["lines"]) == (Status.DONE, 6)
    assert state.report["anomalyCounts"] == {"JSON-TYP-01": 2}
    assert sum(entries_of(database, dossier).values()) == 3


def test_entries_are_told_apart_by_journal_date_and_reference(importing, database, dossier):
    made = [*pair(), *pair(date="2024-02-15"), *pair(journal="HA", reference="2")]
    mixed = [made[place] for place in (0, 2, 4, 1, 3, 5)]
    state = post(importing, body(mixed))
    assert (state.status, state.report["entries"]) == (Status.DONE, 3), state.message
    assert state.report["groupingReason"] == "proposed"
    assert sum(entries_of(database, dossier).values()) == 3


def test_entries_without_a_reference_are_told_apart_by_their_pieces(importing):
    without = [*pair(reference=None), *pair(reference=None, refPiece="F2")]
    state = post(importing, body(without))
    assert (state.status, state.report["entries"]) == (Status.DONE, 2), state.message


def test_a_piece_is_made_of_the_reference_when_asked_for(importing, database, dossier):
    made = pair(refPiece=None) + pair(refPiece=None, reference="2")
    assert post(importing, body(made, options={"createPieceRef": True})).status is Status.DONE
    found = sorted(
        value
        for entry in entries_of(database, dossier)
        for value in entry[0]
        if value in ("1", "2")
    )
    assert found.count("1") >= 2  # its number, and its piece


def test_what_the_books_do_not_have_is_kept(importing, database, dossier):
    uuid = "142ae28e-bb2e-4a1d-a8a1-17d59e55b7ca"
    more = {
        "commentaire": "à revoir", "dateEcheance": "2024-02-29T00:00:00.000Z", "modePaiement": 5,
        "lot": uuid, "debCutOff": STRICT, "finCutOff": STRICT, "type": 7,
    }  # fmt: skip
    assert post(importing, body(pair(more))).status is Status.DONE
    [found] = extras_of(database, dossier)
    assert found == {
        "commentaire": "à revoir", "dateEcheance": "2024-02-29", "modePaiement": "5",
        "lot": uuid, "debCutOff": "2024-01-14", "finCutOff": "2024-01-14", "type": "7",
    }  # fmt: skip


def test_a_foreign_currency_is_kept(importing, database, dossier):
    foreign = {"amount": 120, "currency": "usd", "currencyAmount": 130.5, "currencyRate": "1.0875"}
    assert post(importing, body(pair({"debit": foreign}))).status is Status.DONE
    [entry] = entries_of(database, dossier)
    assert "USD" in str(entry)
    assert "1305" in str(entry)
    assert "1.0875" in str(entry)


def test_lines_go_to_their_establishments(importing, database, dossier):
    own = dossier.sirets[0]
    state = post(importing, body(pair(SIRET=own)))
    assert state.status is Status.DONE, state.message
    other = post(importing, body(pair(SIRET="55210055400013", amount=1)))
    assert other.status is Status.ENDED_WITH_ERROR
    assert set(other.report["anomalyCounts"]) & {"JSON-SIR-01", "JSON-SIR-03"}
    assert sum(entries_of(database, dossier).values()) == 1


def test_a_zip_holds_a_request(importing):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("ecritures.json", body())
    assert post(importing, packed.getvalue()).status is Status.DONE


def test_a_dry_run_posts_nothing(importing, database, dossier):
    state = post(importing, body(), dry_run=True)
    assert (state.status, state.plan["impact"]["entries"]["added"]) == (Status.DONE, 1)
    assert not entries_of(database, dossier)


BROKEN = {
    "unbalanced": (body(pair({"debit": {"amount": 119.99}})), "FEC-ECR-01"),
    "empty": (b"", "FEC-FIC-01"),
    "no JSON": (b"JournalCode|JournalLib", "JSON-STR-01"),
    "truncated": (body()[:-40], "JSON-STR-01"),
    "UTF-16": (body().decode().encode("utf-16"), "FEC-ENC-04"),
    "Latin-1": (body(pair(libelle="é")).decode().encode("latin-1"), "JSON-STR-06"),
    "depth 10,000": (b'{"data": ' * 10_000, "JSON-STR-05"),
    "a million keys": (b"{" + b",".join(b'"%d":0' % n for n in range(10**6)) + b"}", "JSON-STR-03"),
    "a line of a million keys": (
        body().replace(b'"date"', b",".join(b'"%d":0' % n for n in range(10**6)) + b',"date"', 1),
        "JSON-STR-04",
    ),
    "three decimals": (body(pair(amount=1.005)), "JSON-MNT-02"),
    "all left out": (body(pair(type="2")), "FEC-FIC-02"),
    "a broken line among good ones": (body([*pair(), 1, *pair(reference="2")]), "JSON-STR-08"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_request_posts_nothing_and_says_why(importing, database, dossier, what):
    content, code = BROKEN[what]
    state = post(importing, content)
    assert state.status is Status.ENDED_WITH_ERROR
    assert code in state.report["anomalyCounts"]
    assert state.message is not None
    assert not entries_of(database, dossier)


def test_lines_are_read_in_parts_of_any_size(importing, database, dossier):
    importing.configure(block_bytes=300)
    made = [one for n in range(40) for one in pair(reference=str(n), libelle=f'[{{\\"{n}, é')]
    state = post(importing, body(made))
    assert (state.status, state.report["entries"]) == (Status.DONE, 40), state.message
    assert sum(entries_of(database, dossier).values()) == 40


def test_fields_that_lines_lack_are_empty(importing):
    bare = {"date": "2024-01-15", "journal": "OD"}
    made = [
        bare | {"compte": "512000", "debit": {"amount": 1}},
        bare | {"compte": "7", "credit": {"amount": 1}},
    ]
    state = post(importing, body(made))
    assert state.status is Status.DONE, state.message
    assert state.report["entries"] == 1


def test_codes_that_must_not_be_created_are_those_of_the_dossier(importing, database, dossier):
    closed = {"createNewJournaux": False, "createNewComptes": False, "createNewTiers": False}
    refused = post(importing, body(options=closed))
    assert refused.report["anomalyCounts"] == {"JSON-CRE-01": 1, "JSON-CRE-02": 2}
    assert post(importing, body(pair({"tiers": "C1"}))).status is Status.DONE
    known = pair({"tiers": "C1"}, reference="2")
    assert post(importing, body(known, options=closed)).status is Status.DONE
    state = post(importing, body(pair({"tiers": "C2"}, reference="3"), options=closed))
    assert (state.status, state.report["anomalyCounts"]["JSON-CRE-03"]) == (Status.DONE, 1)
    assert "ATTENTE" in str(entries_of(database, dossier))


def test_defaults_are_named_by_the_identifiers_that_the_lists_give(importing, database, dossier):
    assert post(importing, body()).status is Status.DONE
    with database.read() as connection:
        codes = dossier_codes(connection, dossier)
    [journal] = [one for one, code in codes.journals.items() if code == "VTE"]
    options = {"defaultJournalId": journal}
    state = post(importing, body(pair(journal=None, reference="2"), options=options))
    assert state.status is Status.DONE, state.message
    with database.read() as connection:
        assert dossier_codes(connection, dossier) == codes
