"""Who is calling, from the `key:secret` that a request carries."""

from __future__ import annotations

import hashlib
import hmac
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import UnauthorizedError
from ecritures.database.failures import DatabaseError
from ecritures.database.tables import api_key_dossiers, api_keys, domains
from ecritures.directory.keys import Caller, digest_of, read_rights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ecritures.database import Database

USED_EVERY = timedelta(minutes=5)
WAIT_SECONDS_MAX = 0.2
_NOW = sa.bindparam("now", type_=api_keys.c.expires_at.type)
_NO_SECRET = hashlib.sha256(b"").digest()
_KEYS = (
    sa.select(
        api_keys.c.id,
        api_keys.c.key,
        api_keys.c.secret_sha256,
        api_keys.c.domain_id,
        domains.c.code,
        api_keys.c.all_dossiers,
        api_keys.c.rights,
        api_keys.c.last_used_at,
    )
    .join(domains, domains.c.id == api_keys.c.domain_id)
    .where(
        api_keys.c.key.in_(sa.bindparam("keys", expanding=True)),
        api_keys.c.revoked_at.is_(None),
        api_keys.c.expires_at.is_(None) | (api_keys.c.expires_at > _NOW),
    )
)


def authenticate(database: Database, credential: str | None) -> Caller:
    """Return the owner of `key:secret`.

    Raises:
        UnauthorizedError: See `authenticate_all`.
    """
    found = authenticate_all(database, [credential])[0]
    if isinstance(found, UnauthorizedError):
        raise found
    return found


def authenticate_all(
    database: Database, credentials: Sequence[str | None]
) -> list[Caller | UnauthorizedError]:
    """Return the owner of each `key:secret`, with one query.

    A missing, unknown, expired or revoked key and a wrong secret get the same message, in the same
    time whether the key exists or not. When a key was last used is written at most once in five
    minutes.
    """
    known = {credential: (credential or "").partition(":")[::2] for credential in credentials}
    now = database.clock.now()
    asked = {"keys": list({key for key, _ in known.values()}), "now": now}
    with database.read() as connection:
        rows = {row.key: row for row in connection.execute(_KEYS, asked)}
        callers = {
            credential: _caller(connection, rows.get(key), secret)
            for credential, (key, secret) in known.items()
        }
    let_in = {caller.by for caller in callers.values() if caller}
    _note_use(database, [rows[key] for key in let_in], now)
    return [callers[credential] or _refused() for credential in credentials]


def _note_use(database: Database, rows: Sequence[sa.Row[*tuple[Any, ...]]], now: datetime) -> None:
    old = [row.id for row in rows if not row.last_used_at or now - row.last_used_at >= USED_EVERY]
    if old:
        used = api_keys.update().where(api_keys.c.id.in_(old)).values(last_used_at=now)
        # A request is answered even where the database cannot be written at the moment.
        with suppress(DatabaseError), database.write(WAIT_SECONDS_MAX) as connection:
            connection.execute(used)


def _caller(
    connection: sa.Connection, row: sa.Row[*tuple[Any, ...]] | None, secret: str
) -> Caller | None:
    right = hmac.compare_digest(digest_of(secret), row.secret_sha256 if row else _NO_SECRET)
    if row is None or not right or not secret:
        return None
    linked = None if row.all_dossiers else linked_dossiers(connection, row.domain_id, row.id)
    return Caller(row.key, row.domain_id, row.code, linked, read_rights(row.rights))


def linked_dossiers(connection: sa.Connection, domain_id: int, key_id: int) -> frozenset[int]:
    """Return the numbers of the dossiers that a key of certain dossiers gives access to."""
    query = sa.select(api_key_dossiers.c.dossier_id).where(
        api_key_dossiers.c.domain_id == domain_id, api_key_dossiers.c.key_id == key_id
    )
    return frozenset(connection.execute(query).scalars())


def _refused() -> UnauthorizedError:
    return UnauthorizedError(
        "key-refused",
        "Clé d'API absente ou refusée : l'en-tête x-apikey doit porter « clé:secret ».",
        "API key missing or refused: the x-apikey header must carry “key:secret”.",
    )
