"""Places given to clients for their files, and files identified by the URI of such a place."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.database.tables import attachments, deposits, domains, imports
from ecritures.directory.domains import storage_prefix
from ecritures.imports.request import Status
from ecritures.sources.deposits import uri_key

if TYPE_CHECKING:
    from collections.abc import Collection

    from ecritures.database import Database


def record_deposit(
    database: Database, deposit_id: str, domain_id: int, key: str, sha256: str | None = None
) -> None:
    """Record a place before a file is put there, so that an unused file is removed later.

    A place that is recorded already counts from now on.

    Args:
        database: The firm's.
        deposit_id: The number of the deposit.
        domain_id: The firm.
        key: The key of the file in the storage.
        sha256: The fingerprint of the file, when it has been received already.
    """
    row = {"id": deposit_id, "domain_id": domain_id, "stored_key": key}
    now = {"created_at": database.clock.now(), "received_sha256": sha256}
    same = deposits.c.domain_id == domain_id, deposits.c.id == deposit_id
    with database.write() as connection:
        if not connection.execute(deposits.update().where(*same).values(now)).rowcount:
            connection.execute(deposits.insert().values(row | now))


def record_received(database: Database, key: str, sha256: str) -> None:
    """Record the fingerprint of a file that is about to be put at a deposit's place."""
    firm = sa.select(domains.c.id).where(domains.c.storage_prefix == key.partition("/")[0])
    same = deposits.c.domain_id == firm.scalar_subquery(), deposits.c.stored_key == key
    with database.for_all_domains().write() as connection:  # the address tells the firm
        connection.execute(deposits.update().where(*same).values(received_sha256=sha256))


def received_sha256(database: Database, domain_id: int, key: str) -> str | None:
    """Return the fingerprint that a file had when this service received it, if it did."""
    query = sa.select(deposits.c.received_sha256).where(
        deposits.c.domain_id == domain_id, deposits.c.stored_key == key
    )
    with database.read() as connection:
        return connection.execute(query).scalar_one_or_none()


def take_deposits(
    connection: sa.Connection, domain_id: int, batch_id: int, keys: Collection[str]
) -> None:
    """Forget the places of the files that a batch has taken: they are kept as long as it is."""
    if not keys:
        return
    taken = sa.select(attachments.c.stored_key).where(
        attachments.c.domain_id == domain_id, attachments.c.batch_id == batch_id
    )
    mine = deposits.c.domain_id == domain_id, deposits.c.stored_key.in_(keys)
    connection.execute(deposits.delete().where(*mine, deposits.c.stored_key.in_(taken)))


def resolve_uri(database: Database, domain_id: int, uri: str) -> tuple[str, bool]:
    """Return the key that a URI names in its domain, and whether it is that of a deposit.

    Raises:
        RefusedRequestError: It is not a plain path, or the domain has no such deposit.
    """
    key = uri_key(storage_prefix(database, domain_id), uri)
    query = sa.select(deposits.c.id).where(
        deposits.c.stored_key == key, deposits.c.domain_id == domain_id
    )
    with database.read() as connection:
        is_deposit = connection.execute(query).first() is not None
    if not is_deposit and _is_uuid(uri.partition("/")[0]):
        raise RefusedRequestError(
            "uri-unknown",
            "Le chemin d'accès URI ne désigne aucun dépôt du domaine : donnez celui que"
            " getFileUrlDeposit a rendu, ou demandez-en un.",
            "The URI names no deposit of the domain: give the one that getFileUrlDeposit returned,"
            " or ask for one.",
        )
    return key, is_deposit


def check_unused(database: Database, key: str) -> None:
    """Refuse to write a deposit again once an import has read it.

    Its content would no longer be what the import says it has posted.

    Raises:
        ConflictError: An import has read it, or is running.
    """
    firm = deposits.c.domain_id == domains.c.id
    of_firm = imports.c.domain_id == domains.c.id
    later = imports.c.created_at >= deposits.c.created_at
    query = (
        sa.select(imports.c.id)
        .select_from(domains)
        .join(deposits, firm & (deposits.c.stored_key == key))
        .join(imports, of_firm & later & (imports.c.stored_key == key))
        .where(
            domains.c.storage_prefix == key.partition("/")[0],
            imports.c.source_sha256.is_not(None) | (imports.c.status == Status.RUNNING),
        )
        .limit(1)
    )
    with database.for_all_domains().read() as connection:  # the address tells the firm
        used_by = connection.execute(query).scalar_one_or_none()
    if used_by is not None:
        raise ConflictError(
            "deposit-used",
            f"Ce dépôt a servi à l'import {used_by} : demandez-en un autre à getFileUrlDeposit.",
            f"Import {used_by} has used this deposit: ask getFileUrlDeposit for another.",
        )


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
