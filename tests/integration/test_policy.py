"""Which rules block: the catalogue, the domain, the request."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.directory.domains import set_rules
from ecritures.imports.attempt import run_import
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.queries import get_import
from ecritures.imports.record import ImportRequest, Status
from ecritures.imports.submit import submit_import
from ecritures.ledger.read.balance import read_balance
from ecritures.sources.fake import FakeDownloader
from helpers.fec import entries, fec, line

ADDRESS = "https://files.example/079555421FEC20241231.txt"


@pytest.fixture
def importing(settings, database, dossier, caller):
    def run(content, **options):
        request = ImportRequest("fec", dossier.code, url=ADDRESS, options=options)
        state = submit_import(database, caller, request)
        run_import(Dependencies(settings, database, FakeDownloader({ADDRESS: [content]})), state.id)
        return get_import(database, state.id)

    return run


UNBALANCED = fec([line(debit="10,00"), line(account="401000", credit="9,00")])


def test_a_request_makes_a_rule_block(importing):
    state = importing(fec(entries(2, PieceDate="")), block=["FEC-OBL-02"])

    assert state.status is Status.ENDED_WITH_ERROR
    assert "FEC-OBL-02" in state.message.fr
    assert state.report["policy"] == {"block": ["FEC-OBL-02"], "unblock": []}


def test_a_request_lifts_a_block_and_the_report_says_so(importing, database, dossier):
    state = importing(UNBALANCED, unblock=["FEC-ECR-01", "FEC-EQU-02"])

    assert state.status is Status.DONE
    assert state.report["conforming"] is False
    assert state.report["policy"]["unblock"] == ["FEC-ECR-01", "FEC-EQU-02"]
    assert read_balance(database, dossier).debit_cents == 1000


def test_the_domain_decides_where_the_request_says_nothing(importing, database, domain):
    set_rules(database, domain, block=["FEC-ORD-03"], unblock=[])

    assert importing(fec(entries(1))).status is Status.ENDED_WITH_ERROR
    assert importing(fec(entries(1)), unblock=["FEC-ORD-03"]).status is Status.DONE


@pytest.mark.parametrize("options", [{"unblock": ["FEC-STR-07"]}, {"block": ["FEC-XYZ-99"]}])
def test_a_structural_block_cannot_be_lifted_and_an_unknown_rule_is_told(importing, options):
    with pytest.raises(RefusedRequestError):
        importing(UNBALANCED, **options)
