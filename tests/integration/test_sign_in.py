"""Signing in, with a password, a key or an invitation; and how often one may try."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from ecritures.core.errors import (
    BusyError,
    ForbiddenError,
    GoneError,
    RefusedRequestError,
    UnauthorizedError,
)
from ecritures.core.rights import Role
from ecritures.database.tables import sign_in_attempts, users
from ecritures.directory.domains import create_domain
from ecritures.directory.keys import revoke_key
from ecritures.directory.people import change_person, read_person
from ecritures.directory.sign_in import (
    accept_invitation,
    change_password,
    invitation_end,
    invite,
    invited_email,
    sign_in,
    sign_in_with_key,
)
from helpers.people import (
    ATTEMPTS,
    EMAIL,
    NETWORK,
    PASSWORD,
    add_person,
    enter,
    opened,
    session_of,
)

pytestmark = pytest.mark.fake_clock

WRONG = "wrong"
HOUR = timedelta(hours=1)


def refusal(database, email=EMAIL, password=WRONG, network=NETWORK):
    with pytest.raises(UnauthorizedError) as refused:
        sign_in(database, email, password, network, ATTEMPTS)
    return refused.value.sentence


def invitation(database, person):
    with database.write() as connection:
        return invite(connection, person.id, invitation_end(database.clock.now(), 1))


def test_the_right_password_lets_in_whatever_the_case_of_the_address(database, domain):
    person = add_person(database, domain)
    signed_in = sign_in(database, f"  {EMAIL.upper()} ", PASSWORD, NETWORK, ATTEMPTS)
    assert (signed_in.user_id, signed_in.domain_id) == (person.id, domain.id)
    with database.read() as connection:
        assert read_person(connection, person.id).last_sign_in_at == database.clock.now()


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), PASSWORD + "\x00"])
def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(database, domain, password):
    add_person(database, domain)
    known, unknown = (refusal(database, who, password) for who in (EMAIL, "x@y.example"))
    assert known == unknown
    assert known.code == "sign-in-refused"
    assert "encore 4 essais avant une attente de 5 min" in known.fr


def test_somebody_without_a_password_or_disabled_does_not_get_in(database, domain):
    invited = add_person(database, domain, "invited@x.example", password=None)
    assert refusal(database, invited.email, "").code == "sign-in-refused"
    person = add_person(database, domain)
    with database.write() as connection:
        change_person(connection, person, {"disabled": True}, database.clock.now())
    assert refusal(database, EMAIL, PASSWORD).code == "sign-in-refused"


def test_too_many_attempts_with_an_address_are_followed_by_a_wait(database, clock, domain):
    add_person(database, domain)
    for _ in range(4):
        refusal(database)
    assert "attendez 5 min" in refusal(database).fr
    clock.advance(timedelta(minutes=3))
    for email, password in ((EMAIL, PASSWORD), (EMAIL.upper(), "wrong")):
        with pytest.raises(BusyError) as busy:
            sign_in(database, email, password, "198.51.100.1", ATTEMPTS)
        assert "attendez 2 min" in busy.value.sentence.fr
        assert "wait 2 min" in busy.value.sentence.en
        assert busy.value.retry_after_seconds == 120
    sign_in_of_another = add_person(database, domain, "other@x.example")
    assert sign_in(database, sign_in_of_another.email, PASSWORD, NETWORK, ATTEMPTS)
    clock.advance(timedelta(minutes=2))
    assert enter(database)


def test_unknown_addresses_are_counted_alike(database, domain):
    assert domain
    for _ in range(5):
        refusal(database, "nobody@x.example")
    with pytest.raises(BusyError):
        sign_in(database, "nobody@x.example", "wrong", NETWORK, ATTEMPTS)


def test_too_many_failures_from_one_network_are_followed_by_a_wait(database, domain, key):
    add_person(database, domain)
    for number in range(20):
        refusal(database, f"{number}@x.example")
    for attempt in (
        lambda: enter(database),
        lambda: sign_in_with_key(database, key, NETWORK, ATTEMPTS),
    ):
        with pytest.raises(BusyError):
            attempt()
    assert sign_in(database, EMAIL, PASSWORD, "198.51.100.1", ATTEMPTS)


def test_people_of_one_network_who_get_in_do_not_hinder_others(database, domain):
    add_person(database, domain)
    for _ in range(25):
        assert enter(database)


def test_a_success_forgets_the_failures_with_its_address(database, domain):
    add_person(database, domain)
    for _ in range(3):
        for _ in range(4):
            assert refusal(database).code == "sign-in-refused"
        assert enter(database)


def test_attempts_at_once_are_all_counted(database, domain):
    add_person(database, domain)

    def attempt(_):
        try:
            sign_in(database, EMAIL, "wrong", NETWORK, ATTEMPTS)
        except (UnauthorizedError, BusyError) as error:
            return type(error)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(attempt, range(12)))
    assert found.count(UnauthorizedError) == 5
    assert found.count(BusyError) == 7


def test_what_is_counted_is_forgotten_and_names_nobody(database, clock, domain):
    assert domain
    refusal(database)
    with database.read() as connection:
        kept = connection.execute(sign_in_attempts.select()).all()
    assert len(kept) == 2
    assert EMAIL not in str(kept)
    clock.advance(HOUR)
    refusal(database, "other@x.example", network="198.51.100.1")
    with database.read() as connection:
        assert len(connection.execute(sign_in_attempts.select()).all()) == 2


def test_the_password_tells_which_of_two_firms_is_meant(database, domain):
    other = create_domain(database, "CABINET2")
    add_person(database, domain)
    add_person(database, other, password="quatre poires et un mulet")
    assert sign_in(database, EMAIL, PASSWORD, NETWORK, ATTEMPTS).domain_id == domain.id
    there = sign_in(database, EMAIL, "quatre poires et un mulet", NETWORK, ATTEMPTS)
    assert there.domain_id == other.id


def test_a_digest_of_another_cost_is_made_again(database, domain):
    person = add_person(database, domain)
    weak = PasswordHasher(1, 8, 1).hash(PASSWORD)
    mine = users.c.id == person.id
    with database.write() as connection:
        connection.execute(users.update().where(mine).values(password_hash=weak))
    enter(database)
    with database.read() as connection:
        kept = connection.execute(sa.select(users.c.password_hash).where(mine)).scalar_one()
    assert "m=19456,t=2,p=1" in kept


def test_a_key_lets_in_until_it_is_revoked(database, domain, key):
    signed_in = sign_in_with_key(database, f" {key}\n", NETWORK, ATTEMPTS)
    assert signed_in.domain_id == domain.id
    assert signed_in.user_id is None
    token = opened(database, signed_in)
    revoke_key(database, key)
    assert session_of(database, token) is None
    for credential in (key, "", "x:y", key.partition(":")[0]):
        with pytest.raises(UnauthorizedError) as refused:
            sign_in_with_key(database, credential, NETWORK, ATTEMPTS)
        assert refused.value.sentence.code == "sign-in-refused"


def test_an_invitation_lets_its_person_choose_a_password_once(database, domain):
    person = add_person(database, domain, password=None)
    token = invitation(database, person)
    assert invited_email(database, token) == EMAIL
    with pytest.raises(RefusedRequestError):
        accept_invitation(database, token, "short", 12)
    signed_in = accept_invitation(database, token, PASSWORD, 12)
    assert (signed_in.user_id, signed_in.domain_id) == (person.id, domain.id)
    assert enter(database)
    for act in (
        lambda: invited_email(database, token),
        lambda: accept_invitation(database, token, PASSWORD, 12),
    ):
        with pytest.raises(GoneError):
            act()


def test_an_invitation_ends_by_time_by_another_one_and_with_its_person(database, clock, domain):
    person = add_person(database, domain, password=None)
    first, second = invitation(database, person), invitation(database, person)
    with pytest.raises(GoneError):
        accept_invitation(database, first, PASSWORD, 12)
    clock.advance(HOUR)
    with pytest.raises(GoneError):
        accept_invitation(database, second, PASSWORD, 12)
    third = invitation(database, person)
    with database.write() as connection:
        change_person(connection, person, {"disabled": True}, clock.now())
    with pytest.raises(GoneError):
        accept_invitation(database, third, PASSWORD, 12)


def test_an_invitation_accepted_twice_at_once_serves_once(database, domain):
    token = invitation(database, add_person(database, domain, password=None))

    def accept(number):
        try:
            return accept_invitation(database, token, f"{PASSWORD} {number}", 12)
        except GoneError:
            return None

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(accept, range(4)))
    assert sum(one is not None for one in found) == 1


def test_changing_a_password_takes_the_old_one_and_ends_the_other_sessions(database, domain):
    person = add_person(database, domain)
    mine, elsewhere = enter(database), enter(database)
    here = session_of(database, mine).id
    new = "quatre poires et un mulet"

    def change(old, password=new):
        change_password(database, person.id, here, old, password, NETWORK, ATTEMPTS, 12)

    with pytest.raises(ForbiddenError):
        change("wrong")
    with pytest.raises(RefusedRequestError):
        change(PASSWORD, "short")
    assert session_of(database, elsewhere)
    change(PASSWORD)
    assert session_of(database, mine)
    assert session_of(database, elsewhere) is None
    assert enter(database, password=new)


def test_an_operator_signs_in_like_anybody(database):
    person = add_person(database, None, role=Role.OPERATOR)
    signed_in = sign_in(database, EMAIL, PASSWORD, NETWORK, ATTEMPTS)
    assert (signed_in.user_id, signed_in.domain_id) == (person.id, None)
