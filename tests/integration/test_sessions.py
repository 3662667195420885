"""Sessions of the page: whose they are, what they allow, and when they end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ecritures.app.actions.undo import UndoOptions, undo_import
from ecritures.app.queries import show_audit, show_import
from ecritures.config.settings import Settings
from ecritures.core.errors import ForbiddenError, NotFoundError
from ecritures.core.rights import Right, Role
from ecritures.database.tables import sessions
from ecritures.directory.domains import create_domain
from ecritures.directory.keys import create_key
from ecritures.directory.people import change_person
from ecritures.directory.sessions import (
    end_other_sessions,
    end_session,
    list_sessions,
    switch_firm,
)
from ecritures.directory.sign_in import set_password, sign_in_with_key
from helpers.fec import entry, fec
from helpers.importing import Importing
from helpers.people import (
    ATTEMPTS,
    EMAIL,
    LIMITS,
    NETWORK,
    add_person,
    enter,
    opened,
    session_of,
)

pytestmark = pytest.mark.fake_clock


def change(database, person, **changes):
    with database.write() as connection:
        return change_person(connection, person, changes, database.clock.now())


def test_a_session_tells_who_it_is(database, domain):
    person = add_person(database, domain)
    found = session_of(database, enter(database))
    assert (found.name, found.email, found.role) == ("Claire Delmas", EMAIL, Role.ADMINISTRATOR)
    assert (found.user_id, found.domain, found.is_operator) == (person.id, "CABINET1", False)
    assert found.caller.by == EMAIL
    assert found.caller.is_person
    assert found.caller.domain_id == domain.id
    assert found.expires_at == database.clock.now() + LIMITS.whole


@pytest.mark.parametrize(
    ("role", "dossiers", "rights", "everything"),
    [
        (Role.READER, None, {Right.READ}, True),
        (Role.READER, ["CEGID003"], {Right.READ}, False),
        (Role.READER, [], {Right.READ}, False),
        (Role.COLLABORATOR, None, {Right.READ, Right.IMPORT, Right.WITHDRAW}, False),
        (Role.COLLABORATOR, ["CEGID003"], {Right.READ, Right.IMPORT, Right.WITHDRAW}, False),
        (Role.ADMINISTRATOR, None, set(Right), True),
    ],
)
def test_rights_follow_the_role(database, domain, dossier, role, dossiers, rights, everything):
    add_person(database, domain, role=role, dossiers=dossiers)
    caller = session_of(database, enter(database)).caller
    assert caller.rights == rights
    allowed = {dossier.id} if dossiers else set()
    assert caller.dossier_ids == (None if everything else allowed)
    if everything or dossiers:
        caller.check_may_touch(dossier)
    else:
        with pytest.raises(ForbiddenError) as refused:
            caller.check_may_touch(dossier)
        assert "ne vous est pas affecté" in refused.value.sentence.fr


def test_what_is_changed_holds_at_once(database, domain, dossier, other_dossier):
    person = add_person(database, domain, role=Role.COLLABORATOR, dossiers=[dossier.code])
    token = enter(database)
    person = change(database, person, dossiers=[other_dossier.code])
    assert session_of(database, token).caller.dossier_ids == {other_dossier.id}
    person = change(database, person, role=Role.READER)
    assert session_of(database, token).caller.rights == {Right.READ}
    assert session_of(database, token).caller.dossier_ids == {other_dossier.id}
    person = change(database, person, disabled=True)
    assert session_of(database, token) is None
    change(database, person, disabled=False)
    assert session_of(database, token) is None  # it has ended for good


def test_a_password_set_by_another_ends_the_sessions(database, domain):
    person = add_person(database, domain)
    token = enter(database)
    with database.write() as connection:
        set_password(connection, person.id, "quatre poires et un mulet", 12)
    assert session_of(database, token) is None


def test_a_session_of_a_key_may_what_the_key_may(database, domain, dossier):
    key = create_key(database, domain, [dossier.code])
    token = opened(database, sign_in_with_key(database, key, NETWORK, ATTEMPTS))
    found = session_of(database, token)
    assert (found.name, found.email, found.role) == (key.partition(":")[0], None, None)
    assert found.caller.dossier_ids == {dossier.id}
    assert not found.caller.is_person
    assert Right.ADMINISTER not in found.caller.rights


@pytest.mark.parametrize("token", [None, "", "x", "é", "a" * 10_000])
def test_a_token_that_is_none_has_no_session(database, token):
    assert session_of(database, token) is None


def test_only_a_digest_of_the_token_is_kept(database, domain):
    add_person(database, domain)
    token = enter(database)
    with database.read() as connection:
        kept = str(connection.execute(sessions.select()).all())
    assert token not in kept
    assert session_of(database, token).csrf_token not in {token, ""}
    assert session_of(database, token).csrf_token == session_of(database, token).csrf_token
    assert (
        session_of(database, enter(database)).csrf_token != session_of(database, token).csrf_token
    )


def test_a_session_that_is_not_used_ends(database, clock, domain):
    add_person(database, domain)
    token = enter(database)
    clock.advance(LIMITS.idle - timedelta(seconds=1))
    assert session_of(database, token)
    clock.advance(LIMITS.idle - timedelta(seconds=1))
    assert session_of(database, token)
    clock.advance(LIMITS.idle)
    assert session_of(database, token) is None


def test_a_session_that_is_used_ends_in_the_end(database, clock, domain):
    add_person(database, domain)
    token, hours = enter(database), 0
    while session_of(database, token):
        clock.advance(timedelta(hours=1))
        hours += 1
    assert timedelta(hours=hours) == LIMITS.whole


def test_when_it_was_used_is_written_at_most_once_a_minute(database, clock, domain):
    add_person(database, domain)
    token, since = enter(database), clock.now()
    clock.advance(timedelta(seconds=59))
    (one,) = list_sessions(database, session_of(database, token), LIMITS)
    assert one.seen_at == since
    clock.advance(timedelta(seconds=1))
    (one,) = list_sessions(database, session_of(database, token), LIMITS)
    assert one.seen_at == clock.now()


def test_sessions_that_have_ended_are_not_kept(database, clock, domain):
    add_person(database, domain)
    enter(database)
    clock.advance(LIMITS.whole)
    enter(database)
    with database.read() as connection:
        assert len(connection.execute(sessions.select()).all()) == 1


def test_one_lists_and_ends_ones_own_sessions_and_no_other(database, domain):
    add_person(database, domain)
    add_person(database, domain, "other@x.example")
    mine, phone, theirs = enter(database), enter(database), enter(database, "other@x.example")
    session, other = session_of(database, mine), session_of(database, theirs)
    listed = list_sessions(database, session, LIMITS)
    assert {one.id for one in listed} == {session.id, session_of(database, phone).id}
    assert {(one.agent, one.address) for one in listed} == {("Firefox", NETWORK)}
    with pytest.raises(NotFoundError):
        end_session(database, session, other.id)
    end_session(database, session, session_of(database, phone).id)
    assert session_of(database, phone) is None
    assert end_other_sessions(database, session) == 0
    end_session(database, session)
    end_session(database, session)  # twice is once
    assert session_of(database, mine) is None
    assert session_of(database, theirs)


def test_an_operator_goes_from_one_firm_to_another(database, domain):
    other = create_domain(database, "CABINET2", "Cabinet Deux")
    add_person(database, None, role=Role.OPERATOR)
    token = enter(database)
    assert session_of(database, token).caller.domain_id == domain.id
    switch_firm(database, session_of(database, token), "CABINET2")
    found = session_of(database, token)
    assert (found.domain, found.domain_name, found.is_operator) == (
        *("CABINET2", "Cabinet Deux"),
        True,
    )
    assert found.caller.domain_id == other.id
    assert found.caller.rights == set(Right)
    with pytest.raises(NotFoundError):
        switch_firm(database, found, "NONE")


def test_nobody_else_does(database, domain):
    create_domain(database, "CABINET2")
    add_person(database, domain)
    token = enter(database)
    with pytest.raises(ForbiddenError):
        switch_firm(database, session_of(database, token), "CABINET2")
    assert session_of(database, token).domain == "CABINET1"


def test_an_operator_of_a_service_without_a_firm_gets_in(database):
    add_person(database, None, role=Role.OPERATOR)
    found = session_of(database, enter(database))
    assert (found.domain, found.caller.domain_id) == ("", 0)


def test_what_a_person_does_is_said_of_them(tmp_path, database, domain, dossier):
    add_person(database, domain, role=Role.COLLABORATOR, dossiers=[dossier.code])
    caller = session_of(database, enter(database)).caller
    importing = Importing(Settings(data_dir=tmp_path), database, dossier, caller)
    posted = importing.post(fec(entry(1)))
    assert show_import(database, posted.id, caller)["askedBy"] == EMAIL
    undo_import(database, posted.id, UndoOptions(reason="doublon"), caller)
    assert show_import(database, posted.id, caller)["undone"]["by"] == EMAIL
    history = show_audit(database, dossier, 10)["items"]
    assert {one["kind"]: one["by"] for one in history} == {"published": EMAIL, "undone": EMAIL}
