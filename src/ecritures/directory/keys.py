"""API keys: `key:secret`, shown once; only a digest of the secret is kept.

The secret is 32 random bytes, so a fast digest is enough: slow hashes protect secrets that people
choose, and would slow down each request.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import (
    ForbiddenError,
    NotFoundError,
    RefusedRequestError,
)
from ecritures.core.rights import ALL_RIGHTS, Right
from ecritures.database.paging import Page, make_page, page_query
from ecritures.database.tables import api_key_dossiers, api_keys, domains, dossiers, sessions
from ecritures.directory.dossiers import dossier_unknown, find_dossiers

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.directory.domains import Domain
    from ecritures.directory.dossiers import Dossier

NAME_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: a key or a person, the firm, the dossiers they may touch, their rights.

    Attributes:
        by: What the history of the ledger names: the key, without its secret, or the e-mail
            address of the person. Empty: the operator of this machine.
        dossier_ids: None: all of the firm.
        is_person: Whether it is a person.
    """

    by: str
    domain_id: int
    domain: str
    dossier_ids: frozenset[int] | None
    rights: frozenset[Right] = ALL_RIGHTS
    is_person: bool = False

    @classmethod
    def for_operator(cls, domain: Domain) -> Caller:
        """Return the operator of this machine, working on a domain without a key."""
        return cls(by="", domain_id=domain.id, domain=domain.code, dossier_ids=None)

    def require(self, right: Right) -> None:
        """Raise unless the caller has a right.

        Raises:
            ForbiddenError: They do not.
        """
        if right in self.rights:
            return
        if self.is_person:
            raise ForbiddenError(
                "right-missing",
                f"Vous n'avez pas le droit « {right.verb} » : demandez-le à un administrateur du"
                " cabinet.",
                f"You do not have the right “{right}”: ask an administrator of the firm for it.",
            )
        raise ForbiddenError(
            "right-missing",
            f"Cette clé d'API n'a pas le droit « {right} » : demandez une clé qui l'a.",
            f"This API key does not have the right “{right}”: ask for a key that has it.",
        )

    def require_whole_domain(self) -> None:
        """Raise unless the caller may touch every dossier of the firm.

        Raises:
            ForbiddenError: They are limited to certain dossiers.
        """
        if self.dossier_ids is None:
            return
        if self.is_person:
            raise ForbiddenError(
                "dossiers-limited",
                "Certains dossiers seulement vous sont affectés : demandez à un administrateur du"
                " cabinet.",
                "Only certain dossiers are assigned to you: ask an administrator of the firm.",
            )
        raise ForbiddenError(
            "key-limited",
            "Cette clé est limitée à certains dossiers : il en faut une de tout le domaine.",
            "This key is limited to certain dossiers: a key to the whole domain is needed.",
        )

    def check_may_touch(self, dossier: Dossier) -> None:
        """Raise unless the caller may touch the dossier.

        Raises:
            ForbiddenError: They may not.
        """
        if dossier.domain_id == self.domain_id and (
            self.dossier_ids is None or dossier.id in self.dossier_ids
        ):
            return
        if self.is_person:
            raise ForbiddenError(
                "dossier-forbidden",
                f"Le dossier {dossier.code} ne vous est pas affecté : demandez-le à un"
                " administrateur du cabinet.",
                f"Dossier {dossier.code} is not assigned to you: ask an administrator of the firm"
                " for it.",
            )
        raise ForbiddenError(
            "dossier-forbidden",
            f"La clé d'API n'est pas liée au dossier {dossier.code}.",
            f"The API key is not linked to dossier {dossier.code}.",
        )


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to create.

    Attributes:
        dossiers: The codes of the dossiers it may touch; empty: all of the firm.
        rights: What it may do; None: everything, except administering for a key of certain
            dossiers.
        name: What it is for, on one line.
        expires_at: When it ends; None: never.
    """

    dossiers: Sequence[str] = ()
    rights: Collection[Right] | None = None
    name: str = ""
    expires_at: datetime | None = None

    @property
    def given_rights(self) -> frozenset[Right]:
        """The rights that the key will have."""
        if self.rights is not None:
            return frozenset(self.rights)
        return ALL_RIGHTS - {Right.ADMINISTER} if self.dossiers else ALL_RIGHTS


def name_of(caller: Caller | None) -> str | None:
    """Return who an event names: a key or a person; None: the operator of the service."""
    return (caller.by or None) if caller else None


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """What can be shown of a key."""

    key: str
    name: str
    domain_id: int
    domain: str
    dossiers: tuple[str, ...] | None
    rights: tuple[Right, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


def read_rights(text: str) -> frozenset[Right]:
    """Return the rights named in a text, separated by commas.

    Raises:
        RefusedRequestError: A name is no right, or there is none.
    """
    names = [name.strip() for name in text.split(",")]
    known = ",".join(Right)
    if any(name not in tuple(Right) for name in names):
        raise RefusedRequestError(
            "right-unknown",
            f"« {text} » : les droits sont à choisir parmi {known}, séparés par des virgules.",
            f"“{text}”: choose rights among {known}, separated by commas.",
        )
    return frozenset(map(Right, names))


def sorted_rights(rights: Collection[Right]) -> tuple[Right, ...]:
    """Return rights in the order in which they are shown."""
    return tuple(right for right in Right if right in rights)


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def create_key(
    database: Database,
    domain: Domain,
    dossiers: Sequence[str] = (),
    rights: Collection[Right] | None = None,
) -> str:
    """Create a key and return `key:secret`, which cannot be shown again (see `insert_key`)."""
    with database.write() as connection:
        return insert_key(connection, domain.id, NewKey(dossiers, rights), database.clock.now())


def insert_key(connection: sa.Connection, domain_id: int, wanted: NewKey, now: datetime) -> str:
    """Create a key in the caller's transaction and return `key:secret`.

    Raises:
        NotFoundError: A dossier does not exist.
        RefusedRequestError: Its name is long or has characters that are not shown, or it would
            have expired already.
    """
    _check(wanted, now)
    found = find_dossiers(connection, domain_id, wanted.dossiers)
    for code in wanted.dossiers:
        if code not in found:
            raise dossier_unknown(code)
    key, secret = secrets.token_hex(12), secrets.token_urlsafe(32)
    made = api_keys.insert().values(
        domain_id=domain_id,
        key=key,
        secret_sha256=digest_of(secret),
        all_dossiers=not found,
        rights=",".join(sorted_rights(wanted.given_rights)),
        name=wanted.name,
        created_at=now,
        expires_at=wanted.expires_at,
    )
    key_id = connection.execute(made.returning(api_keys.c.id)).scalar_one()
    for dossier in found.values():
        row = {"domain_id": domain_id, "key_id": key_id, "dossier_id": dossier.id}
        connection.execute(api_key_dossiers.insert().values(row))
    return f"{key}:{secret}"


def _check(wanted: NewKey, now: datetime) -> None:
    if len(wanted.name) > NAME_CHARACTERS_MAX or not wanted.name.isprintable():
        raise RefusedRequestError(
            "key-name-invalid",
            f"Le nom d'une clé tient sur une ligne, en {NAME_CHARACTERS_MAX} caractères au plus.",
            f"The name of a key is one line of at most {NAME_CHARACTERS_MAX} characters.",
        )
    if wanted.expires_at is not None and wanted.expires_at <= now:
        raise RefusedRequestError(
            "key-expiry-past",
            "La clé aurait déjà expiré : donnez une date à venir.",
            "The key would have expired already: give a date to come.",
        )


def list_keys(database: Database) -> list[KeyInfo]:
    """Return every key, oldest first, without its secret."""
    with database.read() as connection:
        rows = connection.execute(_SELECT.order_by(api_keys.c.id)).all()
        return [_info(connection, row) for row in rows]


def names_of_keys(database: Database, domain_id: int) -> dict[str, str]:
    """Return the names of the keys of a firm that have one, revoked ones too."""
    query = sa.select(api_keys.c.key, api_keys.c.name).where(
        api_keys.c.domain_id == domain_id, api_keys.c.name != ""
    )
    with database.read() as connection:
        return {row.key: row.name for row in connection.execute(query)}


def page_keys(
    connection: sa.Connection, domain_id: int, limit: int, after: tuple[int] | None = None
) -> Page[KeyInfo]:
    """Return a page of the keys of a firm, oldest first; the key of the page is their number."""
    query = _SELECT.where(api_keys.c.domain_id == domain_id)
    rows = connection.execute(page_query(query, [api_keys.c.id], after, limit)).all()
    page = make_page(rows, limit, lambda last: (last.id,))
    return Page([_info(connection, row) for row in page.items], page.next_key)


def revoke_key(database: Database, key: str) -> KeyInfo:
    """Refuse a key from now on (see `revoke`)."""
    with database.write() as connection:
        return revoke(connection, key, None, database.clock.now())


def revoke(connection: sa.Connection, key: str, domain_id: int | None, now: datetime) -> KeyInfo:
    """Refuse a key from now on, and end its sessions, in the caller's transaction.

    Args:
        connection: Of the firm's database.
        key: With its secret or without.
        domain_id: The firm; None: any.
        now: The time.

    Raises:
        NotFoundError: The firm has no such key.
    """
    mine = api_keys.c.key == key.partition(":")[0]
    if domain_id is not None:
        mine &= api_keys.c.domain_id == domain_id
    revoked = {"revoked_at": sa.func.coalesce(api_keys.c.revoked_at, now)}
    connection.execute(api_keys.update().where(mine).values(revoked))
    row = connection.execute(_SELECT.where(mine)).one_or_none()
    if row is None:
        raise NotFoundError(
            "key-unknown",
            "Cette clé d'API n'existe pas.",
            "This API key does not exist.",
        )
    connection.execute(sessions.delete().where(sessions.c.key_id == row.id))
    return _info(connection, row)


def _info(connection: sa.Connection, row: sa.Row[*tuple[Any, ...]]) -> KeyInfo:
    linked = None if row.all_dossiers else _linked_codes(connection, row.domain_id, row.id)
    rights = sorted_rights(read_rights(row.rights))
    times = row.created_at, row.expires_at, row.revoked_at, row.last_used_at
    return KeyInfo(row.key, row.name, row.domain_id, row.domain, linked, rights, *times)


def _linked_codes(connection: sa.Connection, domain_id: int, key_id: int) -> tuple[str, ...]:
    return tuple(
        connection.execute(
            sa.select(dossiers.c.code)
            .join(
                api_key_dossiers,
                (api_key_dossiers.c.domain_id == dossiers.c.domain_id)
                & (api_key_dossiers.c.dossier_id == dossiers.c.id),
            )
            .where(dossiers.c.domain_id == domain_id, api_key_dossiers.c.key_id == key_id)
            .order_by(dossiers.c.code)
        ).scalars()
    )


_SELECT = sa.select(api_keys, domains.c.code.label("domain")).join(
    domains, domains.c.id == api_keys.c.domain_id
)
