"""Open a deposit for a file, and store the file put there."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ecritures.directory.domains import storage_prefix
from ecritures.imports.submission.deposits import check_unused, record_deposit, record_received
from ecritures.sources.deposits import checked_name
from ecritures.sources.files import sha256_of

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.directory.keys import Caller
    from ecritures.imports.dependencies import Dependencies


@dataclass(frozen=True, slots=True)
class Deposit:
    """The address to put a file at, and the URI that identifies it afterwards."""

    address: str
    uri: str


def open_deposit(deps: Dependencies, caller: Caller, name: str, base: str) -> Deposit:
    """Open a deposit: in the storage itself when it can sign, else at this service.

    Args:
        deps: The storage and the signer.
        caller: The owner of the file.
        name: The name of the file.
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
    record_deposit(database, deposit_id, caller.domain_id, key)
    return Deposit(address, uri)


def store_deposit(deps: Dependencies, key: str, path: Path) -> None:
    """Store a file that was put at a signed address of this service.

    Raises:
        ConflictError: An import has used the deposit already.
    """
    check_unused(deps.database, key)
    record_received(deps.database, key, sha256_of(path))
    deps.storage.put(key, path)
