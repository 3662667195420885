"""What the pages of the administration read and write, on both databases, firm by firm."""

from __future__ import annotations

import pytest

from ecritures.app.actions.dossier_files import create_dossiers, read_dossier_lines
from ecritures.app.health.database_checks import check_database
from ecritures.app.home import show_queue
from ecritures.app.people import names_of_administrators
from ecritures.core.errors import ConflictError
from ecritures.core.rights import Role
from ecritures.directory.counts import FirmCounts, count_firm
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier, list_dossiers
from ecritures.directory.keys import create_key, revoke_key
from ecritures.directory.people import change_person
from helpers.people import EMAIL, PASSWORD, add_person, enter


def test_a_firm_counts_what_is_its_own_and_in_use(database, domain, dossier, key):
    other = create_domain(database, "CABINET2")
    create_dossier(database, other, code="AUTRE", name="Autre", siren="552100554")
    revoke_key(database, create_key(database, domain))
    gone = add_person(database, domain, "gone@x.example")
    add_person(database, domain)
    add_person(database, other, "other@x.example")
    with database.write() as connection:
        change_person(connection, gone, {"disabled": True}, database.clock.now())
    assert dossier.domain_id == domain.id
    assert key
    firm = database.for_domain(domain.id)
    assert count_firm(firm, domain.id) == FirmCounts(dossiers=1, people=1, keys=1, webhooks=0)


def test_administrators_are_those_of_the_firm_who_have_entered(database, domain):
    other = create_domain(database, "CABINET2")
    add_person(database, other, "other@x.example")
    enter(database, "other@x.example")
    add_person(database, domain, "never@x.example")
    add_person(database, domain, "reader@x.example", Role.READER)
    enter(database, "reader@x.example")
    firm = database.for_domain(domain.id)
    assert names_of_administrators(firm, domain.id) == []
    add_person(database, domain)
    enter(database, EMAIL, PASSWORD)
    assert names_of_administrators(firm, domain.id) == ["Claire Delmas"]


def test_dossiers_of_a_file_are_created_together_or_not(database, domain, caller):
    firm = database.for_domain(domain.id)
    text = "A;Un;552100554\nB;Deux;552100554\nA;Encore;552100554"
    lines = read_dossier_lines(firm, caller, text)
    assert [one.dossier is not None for one in lines] == [True, True, False]
    create_dossier(firm, domain, code="B", name="Pris", siren="552100554")
    with pytest.raises(ConflictError):
        create_dossiers(firm, caller, lines)
    assert [one.code for one in list_dossiers(firm, domain.id)] == ["B", "CEGID003"]
    create_dossiers(firm, caller, read_dossier_lines(firm, caller, text))
    assert [one.code for one in list_dossiers(firm, domain.id)] == ["A", "B", "CEGID003"]


def test_a_queue_without_imports_is_empty(database, domain, caller):
    found = show_queue(database.for_domain(domain.id), caller, 10)
    assert (found.running, found.next, found.retrying, found.count) == ([], [], [], 0)


def test_the_database_is_checked_in_both_languages(settings, database):
    assert [one.name for one in check_database(settings, database, "fr")] == [
        "database",
        "workers",
        "disruptions",
    ]
    states = {one.name: one.state for one in check_database(settings, database, "en")}
    assert states == {"database": "ok", "workers": "remark", "disruptions": "ok"}
