"""What the domain, the dossier and the request choose: rules that block, and policies."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from ecritures.app.actions.imports import confirm_import, retry_import
from ecritures.core.choices import kept_choices
from ecritures.core.errors import ForbiddenError, RefusedRequestError
from ecritures.core.rights import ALL_RIGHTS, Right
from ecritures.database.tables import events
from ecritures.directory.domains import change_domain, set_rules
from ecritures.directory.dossier_changes import DossierChanges, change_dossier
from ecritures.imports.queries import get_import, list_attempts_of
from ecritures.imports.request import Status
from helpers.balances import read_balance
from helpers.fec import entries, fec, line
from helpers.transitions import read_all

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
    with database.write() as connection:
        set_rules(connection, domain.code, block=["FEC-ORD-03"], unblock=[])

    assert importing.post(fec(entries(1))).status is Status.ENDED_WITH_ERROR
    lifted = importing.post(fec(entries(1)), options={"unblock": ["FEC-ORD-03"]})
    assert lifted.status is Status.DONE


@pytest.mark.parametrize("options", [{"unblock": ["FEC-STR-07"]}, {"block": ["FEC-XYZ-99"]}])
def test_a_structural_block_cannot_be_lifted_and_an_unknown_rule_is_told(importing, options):
    with pytest.raises(RefusedRequestError):
        importing.post(UNBALANCED, options=options)


def test_an_import_keeps_the_closest_choice_and_whose_it_was(importing, database, domain, dossier):
    with database.write() as connection:
        choices = {"openings": "allow", "lateEntries": "first-open-day", "unbalanced": "difference"}
        chosen = change_domain(connection, domain.code, choices).after
        changes = DossierChanges(policies={"openings": "replace", "differenceCents": 7})
        change_dossier(connection, chosen, dossier.code, changes)

    state = importing.submit(fec(entries(1)), options={"lateEntries": "refuse"})

    used = {name: tuple(map(str, one)) for name, one in kept_choices(state.options).items()}
    assert used["openings"] == ("replace", "dossier")
    assert used["differenceCents"] == ("7", "dossier")
    assert used["lateEntries"] == ("refuse", "request")
    assert used["unbalanced"] == ("difference", "domain")
    assert used["mode"] == ("append", "default")
    assert state.options["openings"] == "replace"
    assert state.options["mode"] == "append"


@pytest.mark.parametrize(
    ("options", "right"),
    [
        ({"outsideFiscalYears": "create"}, Right.ADMINISTER),
        ({"replace": {"journals": ["HA"]}}, Right.WITHDRAW),
        ({"openings": "replace"}, Right.WITHDRAW),
        ({"definitive": "reverse"}, Right.WITHDRAW),
    ],
)
def test_a_choice_that_goes_beyond_importing_needs_its_right(importing, options, right):
    everything = importing.caller
    importing.caller = replace(everything, rights=ALL_RIGHTS - {right})
    with pytest.raises(ForbiddenError) as refused:
        importing.submit(fec(entries(1)), options=options)
    assert refused.value.sentence.code == "right-missing"
    importing.caller = everything
    assert importing.submit(fec(entries(1)), options=options).options.items() >= options.items()


BEYOND_IMPORTING = [
    ({"outsideFiscalYears": "create"}, Right.ADMINISTER),
    ({"replace": {"fiscalYear": "2024"}}, Right.WITHDRAW),
    ({"openings": "replace"}, Right.WITHDRAW),
    ({"definitive": "reverse"}, Right.WITHDRAW),
]


@pytest.mark.parametrize(("options", "right"), BEYOND_IMPORTING)
def test_to_retry_or_confirm_needs_the_rights_of_the_request(importing, database, options, right):
    colleague = replace(importing.caller, by="colleague", rights=ALL_RIGHTS - {right})
    failed = importing.post(UNBALANCED, options=options)
    assert failed.status is Status.ENDED_WITH_ERROR
    dry = importing.post(fec(entries(1)), options=options, dry_run=True)
    for again in (
        lambda caller: retry_import(database, failed.id, caller),
        lambda caller: confirm_import(database, dry.id, caller),
    ):
        with pytest.raises(ForbiddenError) as refused:
            again(colleague)
        assert refused.value.sentence.code == "right-missing"
    assert get_import(database, failed.id).status is Status.ENDED_WITH_ERROR
    assert get_import(database, dry.id).dry_run
    able = replace(colleague, rights=ALL_RIGHTS)
    assert retry_import(database, failed.id, able).view["status"] == Status.WAITING
    assert confirm_import(database, dry.id, able).view["status"] == Status.WAITING


def test_a_dry_run_that_replaces_is_retried_without_the_right_to_withdraw(importing, database):
    dry = importing.submit(fec(entries(1)), options=BEYOND_IMPORTING[1][0], dry_run=True)
    importer = replace(importing.caller, rights={Right.READ, Right.IMPORT})
    assert retry_import(database, dry.id, importer).view["status"] == Status.WAITING


def test_the_history_names_who_had_an_import_retried_or_confirmed(importing, database):
    retried = importing.submit(fec(entries(1)))
    retry_import(database, retried.id, replace(importing.caller, by="retries"))
    assert importing.run(retried.id).asked_by == "retries"
    dry = importing.post(fec(entries(1, EcritureNum="9")), dry_run=True)
    confirm_import(database, dry.id, replace(importing.caller, by="confirms"))
    assert importing.run(dry.id).status is Status.DONE
    named = read_all(database, sa.select(events.c.by).order_by(events.c.revision))
    assert [row.by for row in named] == ["retries", "confirms"]
    attempts = list_attempts_of(database, [get_import(database, dry.id)])[dry.id]
    assert [one.asked_by for one in attempts] == [importing.caller.by, "confirms"]


def test_choices_of_request_and_domain_that_contradict_are_refused(importing, database, domain):
    with database.write() as connection:
        change_domain(connection, domain.code, {"fileValidation": "binding"})
    with pytest.raises(RefusedRequestError) as refused:
        importing.submit(fec(entries(1)), options={"unbalanced": "suspense"})
    assert refused.value.sentence.code == "policies-contradict"
