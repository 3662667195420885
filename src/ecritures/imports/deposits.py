"""Places given to clients for their files, and files named by the URI of such a place."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.core.errors import RefusedRequestError
from ecritures.database.tables import deposits
from ecritures.directory.domains import storage_prefix
from ecritures.sources.deposits import checked_name, uri_key

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.imports.dependencies import Dependencies


@dataclass(frozen=True, slots=True)
class Deposit:
    """Where to put a file, and how to name it afterwards."""

    address: str
    uri: str


def open_deposit(deps: Dependencies, caller: Caller, name: str, base: str) -> Deposit:
    """Give a place for a file: in the storage itself when it can sign, else at this service.

    Args:
        deps: The storage and what signs.
        caller: Whose file it will be.
        name: What the file is called.
        base: The address of this service.

    Raises:
        RefusedRequestError: The name is not acceptable.
        TransientSourceError: The storage does not answer.
    """
    database = deps.database
    deposit_id = str(uuid.uuid4())
    uri = f"{deposit_id}/{checked_name(name)}"
    key = f"{storage_prefix(database, caller.domain_id)}/{uri}"
    lifetime = timedelta(hours=deps.settings.deposit_hours_max)
    now = database.clock.now()
    address = deps.storage.sign(key, now, lifetime) or deps.signer.address(
        base, key, now + lifetime
    )
    note_deposit(database, deposit_id, caller.domain_id, key)
    return Deposit(address, uri)


def note_deposit(database: Database, deposit_id: str, domain_id: int, key: str) -> None:
    """Remember a place before a file is put there: what no import takes is removed some day."""
    row = {
        "id": deposit_id,
        "domain_id": domain_id,
        "stored_key": key,
        "created_at": database.clock.now(),
    }
    with database.write() as connection:
        connection.execute(deposits.insert().values(row))


def resolve_uri(database: Database, domain_id: int, uri: str) -> tuple[str, bool]:
    """Return the key a URI stands for in its domain, and whether it is that of a deposit.

    Raises:
        RefusedRequestError: It is no plain path, or the deposit is not one of the domain.
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


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
