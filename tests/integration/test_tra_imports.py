"""TRA files become the entries that a FEC of the same books makes."""

from __future__ import annotations

import io
import zipfile

import pytest

from ecritures.imports.request import Status
from helpers.exporting import entries_of
from helpers.fec import fec
from helpers.fec import line as fec_line
from helpers.tra import JOURNAL, header, line, pair, record, tra

ADDRESS = "https://files.example/ecritures.tra"
ETE = header(form="ETE")
RECORDS = [
    record("CGN", code="411000", label="Clients", nature="COC"),
    record("CGN", code="707000", label="Ventes", nature="PRO"),
    record("CAE", code="CDUPONT", label="Dupont", nature="CLI", general="411000"),
    JOURNAL,
]
CLIENT = {"TYPECPTE": "X", "AUXILIAIRE": "CDUPONT"}
DATED = {"DATEREFEXTERNE": "14012024", "VALIDDATE": "31012024", "form": "ETE"}
SAME = {
    "JournalCode": "VTE",
    "JournalLib": "Ventes",
    "EcritureDate": "20240115",
    "PieceRef": "F1",
    "PieceDate": "20240114",
    "EcritureLib": "Facture 1",
    "ValidDate": "20240131",
}
FEC = fec(
    [
        fec_line(1, "411000", "120,00", CompteLib="Clients", CompAuxNum="CDUPONT",
                 CompAuxLib="Dupont", **SAME),
        fec_line(1, "707000", credit="120,00", CompteLib="Ventes", **SAME),
    ]
)  # fmt: skip


def post(importing, content, **request):
    return importing.post(content, kind="tra", url=ADDRESS, **request)


def test_a_tra_and_a_fec_of_the_same_entries_give_the_same_ledger(importing, database, dossier):
    state = post(importing, tra(pair(CLIENT, **DATED), head=ETE, records=RECORDS))
    assert state.status is Status.DONE, state.message
    assert (state.kind, state.report["format"], state.report["layout"]) == ("tra", "tra", "JRL-ETE")
    assert state.report["conforming"] is None
    of_tra = entries_of(database, dossier)
    again = importing.post(FEC)
    assert again.status is Status.ENDED_WITH_ERROR  # the same entries, told by their content
    assert again.plan["impact"]["duplicates"]["entries"] == 1
    importing.post(FEC, options={"duplicates": "allow", "duplicateEntries": "allow"})
    assert sum(entries_of(database, dossier).values()) == 2
    assert list(entries_of(database, dossier).values()) == [2]
    assert len(of_tra) == 1


def test_a_zip_holds_several_files_and_their_attachments(importing):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../ventes.TRA", tra(pair()))
        archive.writestr("achats.tra", tra(pair(NUMEROPIECE="2", REFINTERNE="F2")))
        archive.writestr("F1.pdf", b"%PDF")
        archive.writestr("lisez-moi.txt", b"bonjour")
    state = post(importing, packed.getvalue())
    assert (state.status, state.report["lines"]) == (Status.DONE, 4)
    assert state.report["anomalyCounts"] == {"TRA-ENT-05": 1}


def test_only_ordinary_entries_enter_the_ledger(importing, database, dossier):
    made = [*pair(), *pair(TYPEECRITURE="S", NUMEROPIECE="2"), *pair(TYPEECRITURE="U")]
    state = post(importing, tra(made))
    assert (state.status, state.report["lines"]) == (Status.DONE, 2)
    assert state.report["anomalyCounts"] == {"TRA-TYP-01": 2}
    assert sum(entries_of(database, dossier).values()) == 1


def test_openings_come_by_the_journal_an(importing):
    opening = {"JOURNAL": "AN", "DATECOMPTABLE": "01012024", "ECRANOUVEAU": "OAN", "form": "ETE"}
    content = tra(pair(**opening), head=ETE, records=[record("JAL", code="AN", label="A-nouveaux")])
    assert post(importing, content).report["anomalyCounts"] == {}


def test_a_fec_is_not_taken_for_a_tra_nor_the_reverse(importing):
    state = post(importing, FEC)
    assert (state.status, state.report["anomalyCounts"]) == (
        Status.ENDED_WITH_ERROR,
        {"TRA-ENT-01": 1},
    )
    state = importing.post(tra(pair()))
    assert (state.status, state.report["anomalyCounts"]) == (
        Status.ENDED_WITH_ERROR,
        {"FEC-FIC-06": 1},
    )


BROKEN = {
    "unbalanced": (tra(pair({"amount": "119,99"})), "FEC-ECR-01"),
    "empty": (b"", "FEC-FIC-01"),
    "header alone": (tra([], records=[]), "FEC-FIC-02"),
    "records alone": (tra([]), "FEC-FIC-02"),
    "truncated": (tra(pair())[:-100], "TRA-LIG-01"),
    "in EBCDIC": (tra(pair()).decode().encode("cp500"), "FEC-ENC-07"),
    "another date": (tra(pair(DATECOMPTABLE="31022024")), "TRA-DAT-01"),
    "three decimals": (tra(pair(amount="1,005")), "TRA-MNT-02"),
    "all left out": (tra(pair(TYPEECRITURE="S")), "FEC-FIC-02"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_posts_nothing_and_says_why(importing, database, dossier, what):
    content, code = BROKEN[what]
    state = post(importing, content)
    assert state.status is Status.ENDED_WITH_ERROR
    assert code in state.report["anomalyCounts"]
    assert state.message is not None
    assert not entries_of(database, dossier)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-15"])
def test_accents_keep_the_fields_at_their_places(importing, encoding):
    made = [line("411000", "D", "1,00", LIBELLE="Éléonore à l'été €"), line("707000", "C", "1,00")]
    state = post(importing, tra(made, encoding=encoding))
    assert state.status is Status.DONE, state.message


def test_a_foreign_currency_is_kept(importing, database, dossier):
    foreign = {"CODEMONTANT": "DE-", "DEVISE": "USD", "amount": "130,5", "MONTANT2": "120,00"}
    assert post(importing, tra(pair(foreign))).status is Status.DONE
    [entry] = entries_of(database, dossier)
    assert "USD" in str(entry)
    assert "1305" in str(entry)
