"""Create and revoke API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.directory import keys

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ecritures.database import Database
    from ecritures.directory.domains import Domain
    from ecritures.directory.keys import Right


def create_key(
    database: Database,
    domain: Domain,
    dossiers: Sequence[str] = (),
    rights: Collection[Right] | None = None,
) -> str:
    """Create a key and return `key:secret`, which cannot be shown again.

    Args:
        database: Where keys are stored.
        domain: The firm the key belongs to.
        dossiers: The codes of the dossiers it gives access to; none: all of the domain.
        rights: What it may do; None: see `directory.keys.create_key`.

    Raises:
        NotFoundError: A dossier does not exist.
    """
    return keys.create_key(database, domain, dossiers, rights)


def revoke_key(database: Database, key: str) -> None:
    """Refuse a key from now on.

    Raises:
        NotFoundError: There is no such key.
    """
    keys.revoke_key(database, key)
