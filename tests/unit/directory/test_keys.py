"""The rights of API keys."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from ecritures.core.errors import ForbiddenError, RefusedRequestError, UnauthorizedError
from ecritures.core.rights import ALL_RIGHTS, Right
from ecritures.database.tables import api_keys
from ecritures.directory.authentication import USED_EVERY, authenticate
from ecritures.directory.dossiers import Dossier
from ecritures.directory.keys import (
    Caller,
    NewKey,
    create_key,
    insert_key,
    list_keys,
    names_of_keys,
    read_rights,
)


@pytest.mark.parametrize("right", Right)
def test_a_caller_may_do_what_its_rights_say_and_no_more(right):
    Caller("k", 1, "CABINET1", None, frozenset({right})).require(right)
    with pytest.raises(ForbiddenError) as refused:
        Caller("k", 1, "CABINET1", None, ALL_RIGHTS - {right}).require(right)
    assert refused.value.sentence.code == "right-missing"
    assert f"« {right} »" in refused.value.sentence.fr
    assert f"“{right}”" in refused.value.sentence.en


def test_rights_are_read_from_a_text():
    assert read_rights("read, import") == {Right.READ, Right.IMPORT}


@pytest.mark.parametrize("text", ["", "read,", "write", "Read", "read;import"])
def test_a_text_that_names_something_else_is_refused(text):
    with pytest.raises(RefusedRequestError) as refused:
        read_rights(text)
    assert refused.value.sentence.code == "right-unknown"
    assert "read,import,withdraw,administer" in refused.value.sentence.en


@pytest.mark.parametrize(
    ("dossiers", "rights", "expected"),
    [
        ([], None, ALL_RIGHTS),
        (["CEGID003"], None, ALL_RIGHTS - {Right.ADMINISTER}),
        ([], {Right.READ}, {Right.READ}),
        (["CEGID003"], {Right.ADMINISTER}, {Right.ADMINISTER}),
    ],
)
def test_a_key_keeps_its_rights(database, domain, dossier, dossiers, rights, expected):
    assert dossier.code == "CEGID003"
    made = create_key(database, domain, dossiers, rights)
    assert authenticate(database, made).rights == expected
    (listed,) = list_keys(database)
    assert set(listed.rights) == expected


def test_a_key_is_refused_once_it_has_expired(database, domain):
    now, day = database.clock.now(), timedelta(days=1)
    with database.write() as connection:
        valid = insert_key(connection, domain.id, NewKey(name="Paie", expires_at=now + day), now)
        expired = insert_key(connection, domain.id, NewKey(expires_at=now - day), now - 2 * day)
    assert authenticate(database, valid).by == valid.partition(":")[0]
    assert names_of_keys(database, domain.id) == {valid.partition(":")[0]: "Paie"}
    with pytest.raises(UnauthorizedError):
        authenticate(database, expired)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (NewKey(name="a" * 101), "key-name-invalid"),
        (NewKey(name="a\nb"), "key-name-invalid"),
        (NewKey(expires_at=datetime(2026, 1, 1, tzinfo=UTC)), "key-expiry-past"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(database, domain, wanted, code):
    with database.write() as connection, pytest.raises(RefusedRequestError) as refused:
        insert_key(connection, domain.id, wanted, database.clock.now())
    assert refused.value.sentence.code == code
    assert list_keys(database) == []


def test_an_operator_may_do_everything(domain):
    assert Caller.for_operator(domain).rights == ALL_RIGHTS


def test_a_person_is_told_whom_to_ask():
    person = Caller("a@x.example", 1, "CABINET1", frozenset(), frozenset(), is_person=True)
    for act, code in (
        (lambda: person.require(Right.WITHDRAW), "right-missing"),
        (person.require_whole_domain, "dossiers-limited"),
        (lambda: person.check_may_touch(Dossier(7, 1, "D1", "", "")), "dossier-forbidden"),
    ):
        with pytest.raises(ForbiddenError) as refused:
            act()
        sentence = refused.value.sentence
        assert sentence.code == code
        assert "un administrateur du cabinet" in sentence.fr
        assert "ask an administrator of the firm" in sentence.en
        assert "clé" not in sentence.fr
        assert "key" not in sentence.en
    with pytest.raises(ForbiddenError, match="withdraw"):
        person.require(Right.WITHDRAW)


def test_the_last_use_of_a_key_is_written_once_in_some_minutes(database, domain):
    used, other = create_key(database, domain), create_key(database, domain)
    assert [one.last_used_at for one in list_keys(database)] == [None, None]
    authenticate(database, used)
    with pytest.raises(UnauthorizedError):
        authenticate(database, f"{other}x")
    first = list_keys(database)[0].last_used_at
    assert first is not None
    authenticate(database, used)
    assert [one.last_used_at for one in list_keys(database)] == [first, None]
    with database.write() as connection:
        connection.execute(api_keys.update().values(last_used_at=first - USED_EVERY))
    authenticate(database, used)
    assert [one.last_used_at > first for one in list_keys(database)] == [True, False]


def test_a_key_lets_in_where_its_use_cannot_be_written(database, domain, monkeypatch):
    made = create_key(database, domain)

    def locked():
        message = "database is locked"
        raise sa.exc.TimeoutError(message)

    monkeypatch.setattr(type(database), "write", lambda *_: locked())
    assert authenticate(database, made).domain == "CABINET1"


def test_a_key_lets_in_at_once_while_the_ledger_is_written(database, domain, monkeypatch):
    key = create_key(database, domain)
    monkeypatch.setattr("ecritures.database.dialects.sqlite.LOCK_SECONDS_MAX", 3600.0)
    with database.write(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(authenticate, database, key).result(timeout=60).domain == "CABINET1"
    assert list_keys(database)[0].last_used_at is None
