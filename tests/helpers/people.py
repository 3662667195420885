"""People of a firm, and their sessions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ecritures.core.rights import Role
from ecritures.directory.people import insert_person
from ecritures.directory.sessions import SessionLimits, find_session, open_session
from ecritures.directory.sign_in import SignedIn, set_password, sign_in
from ecritures.directory.sign_in_attempts import AttemptLimits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecritures.database import Database
    from ecritures.directory.domains import Domain
    from ecritures.directory.people import Person
    from ecritures.directory.sessions import Session

PASSWORD = "trois pommes et un âne"
EMAIL = "claire.delmas@orvane.example"
NETWORK = "192.0.2.7"
ATTEMPTS = AttemptLimits(5, 20, timedelta(minutes=5))
LIMITS = SessionLimits(timedelta(hours=12), timedelta(hours=2))


def add_person(
    database: Database,
    domain: Domain | None,
    email: str = EMAIL,
    role: Role = Role.ADMINISTRATOR,
    dossiers: Sequence[str] | None = None,
    password: str | None = PASSWORD,
) -> Person:
    """Add somebody who has a password."""
    with database.write() as connection:
        person = insert_person(
            *(connection, domain.id if domain else None),
            email=email, name="Claire Delmas", role=role, dossiers=dossiers,
            now=database.clock.now(),
        )  # fmt: skip
        if password is not None:
            set_password(connection, person.id, password, 8)
    return person


def enter(database: Database, email: str = EMAIL, password: str = PASSWORD) -> str:
    """Sign in and return the token of the session."""
    who = sign_in(database, email, password, NETWORK, ATTEMPTS)
    return opened(database, who)


def opened(database: Database, who: SignedIn) -> str:
    """Open a session and return its token."""
    return open_session(database, who, LIMITS, agent="Firefox", address=NETWORK)


def session_of(database: Database, token: str) -> Session | Any:
    """Return the session of a token, or None."""
    return find_session(database, token, LIMITS)
