"""Which rules block: the catalogue, the domain, the request."""

from __future__ import annotations

import pytest

from ecritures.core.errors import RefusedRequestError
from ecritures.directory.domains import set_rules
from ecritures.imports.request import Status
from ecritures.ledger.read.balance import read_balance
from helpers.fec import entries, fec, line

UNBALANCED = fec([line(debit="10,00"), line(account="401000", credit="9,00")])


def test_a_request_makes_a_rule_block(importing):
    state = importing.post(fec(entries(2, PieceDate="")), options={"block": ["FEC-OBL-02"]})

    assert state.status is Status.ENDED_WITH_ERROR
    assert "FEC-OBL-02" in state.message.fr
    assert state.report["policy"] == {"block": ["FEC-OBL-02"], "unblock": []}


def test_a_request_lifts_a_block_and_the_report_says_so(importing, database, dossier):
    state = importing.post(UNBALANCED, options={"unblock": ["FEC-ECR-01", "FEC-EQU-02"]})

    assert state.status is Status.DONE
    assert state.report["conforming"] is False
    assert state.report["policy"]["unblock"] == ["FEC-ECR-01", "FEC-EQU-02"]
    assert read_balance(database, dossier).debit_cents == 1000


def test_the_domain_decides_where_the_request_says_nothing(importing, database, domain):
    set_rules(database, domain, block=["FEC-ORD-03"], unblock=[])

    assert importing.post(fec(entries(1))).status is Status.ENDED_WITH_ERROR
    lifted = importing.post(fec(entries(1)), options={"unblock": ["FEC-ORD-03"]})
    assert lifted.status is Status.DONE


@pytest.mark.parametrize("options", [{"unblock": ["FEC-STR-07"]}, {"block": ["FEC-XYZ-99"]}])
def test_a_structural_block_cannot_be_lifted_and_an_unknown_rule_is_told(importing, options):
    with pytest.raises(RefusedRequestError):
        importing.post(UNBALANCED, options=options)
