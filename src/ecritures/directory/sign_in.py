"""Sign in with a password, a key or an invitation; choose a password; invite.

Each takes the database with every firm: it is not known yet who comes. An unknown address and a
wrong password get the same answer, after the same work.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import ForbiddenError, GoneError, UnauthorizedError
from ecritures.database.tables import api_keys, sessions, users
from ecritures.directory.authentication import authenticate
from ecritures.directory.passwords import checked_password, digest_of, is_outdated, is_password
from ecritures.directory.people import email_key
from ecritures.directory.sign_in_attempts import count_attempt, forget_attempts

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.directory.sign_in_attempts import AttemptLimits


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who has shown that they are who they say: a person, or whoever has a key.

    Attributes:
        domain_id: That of the firm; None: an operator.
    """

    domain_id: int | None
    user_id: int | None = None
    key_id: int | None = None


def sign_in(
    database: Database, email: str, password: str, network: str, limits: AttemptLimits
) -> SignedIn:
    """Return who has this address and password.

    Several firms may know an address: the password tells which is meant; when it is the same in
    several, the firm where the person signed in last.

    Args:
        database: With every firm.
        email: As it was typed.
        password: As it was typed.
        network: The network address it comes from.
        limits: How often one may try.

    Raises:
        UnauthorizedError: Nobody has.
        BusyError: There were too many attempts.
    """
    left = count_attempt(database, email, network, limits)
    key = email_key(email).replace("\x00", " ")  # which the database cannot hold, nor an address
    with database.read() as connection:
        rows = connection.execute(_OF_EMAIL, {"email_key": key}).all()
    fits = [row for row in rows if is_password(row.password_hash, password)]
    if not rows:
        is_password(None, password)
    if not fits:
        raise _refused(left, limits)
    forget_attempts(database, email, network)
    found = fits[0]
    values: dict[str, Any] = {"last_sign_in_at": database.clock.now()}
    if is_outdated(found.password_hash):
        values["password_hash"] = digest_of(password)
    with database.write() as connection:
        connection.execute(users.update().where(users.c.id == found.id).values(values))
    return SignedIn(found.domain_id, user_id=found.id)


def sign_in_with_key(
    database: Database, credential: str, network: str, limits: AttemptLimits
) -> SignedIn:
    """Return who has `key:secret`.

    Raises:
        UnauthorizedError: It is not a key, or it is revoked.
        BusyError: There were too many attempts from the network address.
    """
    count_attempt(database, "", network, limits)
    try:
        caller = authenticate(database, credential.strip().replace("\x00", " "))
    except UnauthorizedError:
        raise UnauthorizedError(
            "sign-in-refused",
            "Cette clé est inconnue ou révoquée : elle s'écrit « clé:secret ».",
            "This key is unknown or revoked: it is written “key:secret”.",
        ) from None
    forget_attempts(database, "", network)
    query = sa.select(api_keys.c.id).where(api_keys.c.key == caller.by)
    with database.read() as connection:
        key_id: int = connection.execute(query).scalar_one()
    return SignedIn(caller.domain_id, key_id=key_id)


def sign_in_verified(database: Database, email: str) -> SignedIn:
    """Return who has an address that somebody trusted has verified.

    In several firms: the one where the person signed in last.

    Raises:
        ForbiddenError: Nobody has it, or only somebody disabled.
    """
    key = email_key(email).replace("\x00", " ")
    with database.read() as connection:
        found = connection.execute(_OF_EMAIL, {"email_key": key}).first()
    if found is None:
        raise ForbiddenError(
            "account-unknown",
            f"Personne n'a ici l'adresse {email} : demandez à un administrateur du cabinet de vous"
            " inviter.",
            f"Nobody here has the address {email}: ask an administrator of the firm to invite you.",
        )
    with database.write() as connection:
        mine = users.update().where(users.c.id == found.id)
        connection.execute(mine.values(last_sign_in_at=database.clock.now()))
    return SignedIn(found.domain_id, user_id=found.id)


def set_password(
    connection: sa.Connection,
    person_id: int,
    password: str,
    characters_min: int,
    keep_session: int | None = None,
) -> None:
    """Give a person a password, in the caller's transaction, and end their sessions.

    Args:
        connection: Of a database that shows the person.
        person_id: Who.
        password: The new one.
        characters_min: How short it may be.
        keep_session: The session that goes on.

    Raises:
        RefusedRequestError: The password is too short or too long.
    """
    digest = digest_of(checked_password(password, characters_min))
    values = {"password_hash": digest, "invitation_sha256": None, "invitation_until": None}
    connection.execute(users.update().where(users.c.id == person_id).values(values))
    ended = sa.and_(sessions.c.user_id == person_id, sessions.c.id != (keep_session or 0))
    connection.execute(sessions.delete().where(ended))


def change_password(  # noqa: PLR0913, PLR0917 - what the form has
    database: Database,
    person_id: int,
    session_id: int,
    old: str,
    new: str,
    network: str,
    limits: AttemptLimits,
    characters_min: int,
) -> None:
    """Change a person's own password; their other sessions end.

    Raises:
        ForbiddenError: The old password is wrong.
        RefusedRequestError: The new one is too short or too long.
        BusyError: There were too many attempts.
    """
    query = sa.select(users.c.email, users.c.password_hash).where(users.c.id == person_id)
    with database.read() as connection:
        person = connection.execute(query).one()
    count_attempt(database, person.email, network, limits)
    if not is_password(person.password_hash, old):
        raise ForbiddenError(
            "password-wrong",
            "Le mot de passe actuel n'est pas le bon.",
            "The present password is wrong.",
        )
    forget_attempts(database, person.email, network)
    with database.write() as connection:
        set_password(connection, person_id, new, characters_min, session_id)


def invite(connection: sa.Connection, person_id: int, until: datetime) -> str:
    """Return a new token by which a person may choose a password once; one before ends."""
    token = secrets.token_urlsafe(32)
    values = {"invitation_sha256": _digest(token), "invitation_until": until}
    connection.execute(users.update().where(users.c.id == person_id).values(values))
    return token


def invited_email(database: Database, token: str) -> str:
    """Return the e-mail address of whom an invitation is for.

    Raises:
        GoneError: It has been used or replaced, or is no longer valid.
    """
    with database.read() as connection:
        return str(_invited(connection, token, database.clock.now()).email)


def accept_invitation(
    database: Database, token: str, password: str, characters_min: int
) -> SignedIn:
    """Give the person invited the password they have chosen.

    Raises:
        GoneError: The invitation has been used or replaced, or is no longer valid.
        RefusedRequestError: The password is too short or too long.
    """
    checked_password(password, characters_min)
    now = database.clock.now()
    with database.write() as connection:
        lock = users.update().where(users.c.invitation_sha256 == _digest(token))
        connection.execute(lock.values(name=users.c.name))  # of two at once, one waits here
        person = _invited(connection, token, now)
        set_password(connection, person.id, password, characters_min)
        mine = users.update().where(users.c.id == person.id)
        connection.execute(mine.values(last_sign_in_at=now))
    return SignedIn(person.domain_id, user_id=person.id)


def invitation_end(now: datetime, hours_max: float) -> datetime:
    """Return until when an invitation made now is valid."""
    return now + timedelta(hours=hours_max)


def _invited(connection: sa.Connection, token: str, now: datetime) -> sa.Row[Any]:
    row = connection.execute(
        sa.select(users).where(
            users.c.invitation_sha256 == _digest(token),
            users.c.invitation_until > now,
            users.c.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise GoneError(
            "invitation-ended",
            "Cette invitation a déjà servi, ou n'est plus valable : demandez-en une autre à un"
            " administrateur du cabinet.",
            "This invitation has been used, or is no longer valid: ask an administrator of the"
            " firm for another.",
        )
    return row


def _refused(left: int, limits: AttemptLimits) -> UnauthorizedError:
    minutes = max(1, round(limits.wait.total_seconds() / 60))
    fr = f"encore {left} essai{'s' if left > 1 else ''} avant une attente de {minutes} min"
    en = f"{left} attempt{'' if left == 1 else 's'} left before a wait of {minutes} min"
    if left <= 0:
        fr, en = f"attendez {minutes} min avant un autre essai", f"wait {minutes} min to try again"
    return UnauthorizedError(
        "sign-in-refused",
        f"Cette adresse et ce mot de passe ne vont pas ensemble : {fr}.",
        f"This address and this password do not go together: {en}.",
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


_OF_EMAIL = (
    sa.select(users.c.id, users.c.domain_id, users.c.password_hash)
    .where(
        users.c.email_key == sa.bindparam("email_key"),
        users.c.disabled_at.is_(None),
    )
    .order_by(users.c.last_sign_in_at.desc().nulls_last(), users.c.id)
)
