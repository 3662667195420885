"""Sessions of the page: who is signed in, until when, and in which firm.

A session is a random token in a cookie; only its digest is kept. What its person or its key may do
is read with each request: a change of role, of dossiers, or a key revoked holds at once. Every
function takes the database with every firm.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import ForbiddenError, NotFoundError
from ecritures.core.rights import Role
from ecritures.database.tables import api_keys, domains, sessions, user_dossiers, users
from ecritures.directory.authentication import linked_dossiers
from ecritures.directory.domains import domain_unknown
from ecritures.directory.keys import Caller, read_rights

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.directory.sign_in import SignedIn

SEEN_EVERY = timedelta(minutes=1)
TEXT_CHARACTERS_MAX = 300


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts: in all, and unused."""

    whole: timedelta
    idle: timedelta


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in.

    Attributes:
        csrf_token: What every form of the page carries.
        name: Of the person; of a key, the key.
        email: None: signed in with a key.
        role: None: signed in with a key.
        caller: What they may do, in the firm they work on. An operator of a service without a firm
            has one whose `domain_id` is 0: nothing is there.
        user_id: None: signed in with a key.
        domain: The code of the firm; empty when there is none yet.
        domain_name: Its name.
        expires_at: When the session ends at the latest.
    """

    id: int
    csrf_token: str
    name: str
    email: str | None
    role: Role | None
    caller: Caller
    user_id: int | None
    key_id: int | None
    domain: str
    domain_name: str
    expires_at: datetime

    @property
    def is_operator(self) -> bool:
        """Whether it is an operator's: one may choose the firm to work on."""
        return self.role is Role.OPERATOR


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A session as its owner sees it in a list."""

    id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    agent: str
    address: str


def open_session(
    database: Database, who: SignedIn, limits: SessionLimits, *, agent: str, address: str
) -> str:
    """Open a session and return its token, for a cookie.

    Args:
        database: With every firm.
        who: As `directory.sign_in` has found them.
        limits: How long it lasts.
        agent: What the browser calls itself.
        address: The network address.
    """
    token, now = secrets.token_urlsafe(32), database.clock.now()
    with database.write() as connection:
        gone = (sessions.c.expires_at <= now) | (sessions.c.seen_at <= now - limits.idle)
        connection.execute(sessions.delete().where(gone))
        connection.execute(
            sessions.insert().values(
                domain_id=who.domain_id,
                user_id=who.user_id,
                key_id=who.key_id,
                works_on=None if who.domain_id else _first_domain(connection),
                token_sha256=_digest(token),
                created_at=now,
                seen_at=now,
                expires_at=now + limits.whole,
                agent=agent[:TEXT_CHARACTERS_MAX],
                address=address[:TEXT_CHARACTERS_MAX],
            )
        )
    return token


def find_session(database: Database, token: str | None, limits: SessionLimits) -> Session | None:
    """Return the session of a token; None: there is none, it has ended, or its owner may not enter.

    When it was last used is written at most once a minute.
    """
    if not token:
        return None
    now = database.clock.now()
    values = {"token": _digest(token), "now": now, "unused_since": now - limits.idle}
    with database.read() as connection:
        row = connection.execute(_SELECT, values).one_or_none()
        session = _session(connection, row, token) if row else None
    if row is not None and now - row.seen_at >= SEEN_EVERY:
        with database.write() as connection:
            seen = sessions.update().where(sessions.c.id == row.id)
            connection.execute(seen.values(seen_at=now))
    return session


def list_sessions(database: Database, session: Session, limits: SessionLimits) -> list[SessionInfo]:
    """Return the sessions of the owner of one that are open, the one last used first."""
    now = database.clock.now()
    query = (
        sa.select(*(sessions.c[name] for name in SessionInfo.__dataclass_fields__))
        .where(
            _of_owner(session),
            sessions.c.expires_at > now,
            sessions.c.seen_at > now - limits.idle,
        )
        .order_by(sessions.c.seen_at.desc(), sessions.c.id.desc())
    )
    with database.read() as connection:
        return [SessionInfo(*row) for row in connection.execute(query)]


def end_session(database: Database, session: Session, session_id: int | None = None) -> None:
    """End a session, or another one of its owner.

    Raises:
        NotFoundError: The owner has no such session.
    """
    which = sa.and_(_of_owner(session), sessions.c.id == (session_id or session.id))
    with database.write() as connection:
        ended = connection.execute(sessions.delete().where(which)).rowcount
    if not ended and session_id is not None:
        raise NotFoundError(
            "session-unknown",
            "Cette session est déjà terminée.",
            "This session has ended already.",
        )


def end_other_sessions(database: Database, session: Session) -> int:
    """End every session of the owner of one but that one; return how many."""
    which = sa.and_(_of_owner(session), sessions.c.id != session.id)
    with database.write() as connection:
        return connection.execute(sessions.delete().where(which)).rowcount


def switch_firm(database: Database, session: Session, code: str) -> None:
    """Let an operator work on another firm from now on.

    Raises:
        ForbiddenError: It is no operator's session.
        NotFoundError: There is no such firm.
    """
    require_operator(session)
    with database.write() as connection:
        found = sa.select(domains.c.id).where(domains.c.code == code)
        domain_id = connection.execute(found).scalar_one_or_none()
        if domain_id is None:
            raise domain_unknown(code)
        mine = sessions.update().where(sessions.c.id == session.id)
        connection.execute(mine.values(works_on=domain_id))


def require_operator(session: Session) -> None:
    """Raise unless a session is an operator's.

    Raises:
        ForbiddenError: It is not.
    """
    if not session.is_operator:
        raise ForbiddenError(
            "operator-needed",
            "Seul un exploitant du service voit ses cabinets et passe de l'un à l'autre.",
            "Only an operator of the service sees its firms and goes from one to another.",
        )


def csrf_token_of(token: str) -> str:
    """Return what the forms of a session carry: the forms do not reveal which session it is."""
    return hmac.digest(token.encode(), b"csrf", "sha256").hex()


def _session(connection: sa.Connection, row: sa.Row[*tuple[Any, ...]], token: str) -> Session:
    caller = _caller_of_key(connection, row) if row.key_id else _caller_of_person(connection, row)
    return Session(
        id=row.id,
        csrf_token=csrf_token_of(token),
        name=row.name or row.key,
        email=row.email,
        role=Role(row.role) if row.role else None,
        caller=caller,
        user_id=row.user_id,
        key_id=row.key_id,
        domain=caller.domain,
        domain_name=row.domain_name or "",
        expires_at=row.expires_at,
    )


def _caller_of_key(connection: sa.Connection, row: sa.Row[*tuple[Any, ...]]) -> Caller:
    linked = None if row.key_has_all else linked_dossiers(connection, row.worked_on, row.key_id)
    return Caller(row.key, row.worked_on, row.domain, linked, read_rights(row.rights))


def _caller_of_person(connection: sa.Connection, row: sa.Row[*tuple[Any, ...]]) -> Caller:
    assigned = None
    if not row.all_dossiers:
        query = sa.select(user_dossiers.c.dossier_id).where(
            user_dossiers.c.domain_id == row.worked_on, user_dossiers.c.user_id == row.user_id
        )
        assigned = frozenset(connection.execute(query).scalars())
    rights = Role(row.role).rights
    firm = row.worked_on or 0, row.domain or ""
    return Caller(row.email, *firm, assigned, rights, is_person=True)


def _first_domain(connection: sa.Connection) -> int | None:
    first = sa.select(domains.c.id).order_by(domains.c.code).limit(1)
    return connection.execute(first).scalar_one_or_none()


def _of_owner(session: Session) -> sa.ColumnElement[bool]:
    if session.key_id is not None:
        return sessions.c.key_id == session.key_id
    return sessions.c.user_id == session.user_id


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


_WORKED_ON = sa.func.coalesce(sessions.c.domain_id, sessions.c.works_on)
_SELECT = (
    sa.select(
        sessions.c.id,
        sessions.c.user_id,
        sessions.c.key_id,
        sessions.c.seen_at,
        sessions.c.expires_at,
        users.c.name,
        users.c.email,
        users.c.role,
        users.c.all_dossiers,
        api_keys.c.key,
        api_keys.c.rights,
        api_keys.c.all_dossiers.label("key_has_all"),
        domains.c.id.label("worked_on"),
        domains.c.code.label("domain"),
        domains.c.name.label("domain_name"),
    )
    .outerjoin(users, users.c.id == sessions.c.user_id)
    .outerjoin(api_keys, api_keys.c.id == sessions.c.key_id)
    .outerjoin(domains, domains.c.id == _WORKED_ON)
    .where(
        sessions.c.token_sha256 == sa.bindparam("token"),
        sessions.c.expires_at > sa.bindparam("now", type_=sessions.c.expires_at.type),
        sessions.c.seen_at > sa.bindparam("unused_since", type_=sessions.c.seen_at.type),
        users.c.disabled_at.is_(None),
        api_keys.c.revoked_at.is_(None),
        api_keys.c.expires_at.is_(None)
        | (api_keys.c.expires_at > sa.bindparam("now", type_=api_keys.c.expires_at.type)),
    )
)
