"""What every act on the ledger of a dossier shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ecritures.app.idempotency import View, answer_once
from ecritures.app.queries import find_dossier
from ecritures.directory.dossiers import read_dossier
from ecritures.ledger.events import next_revision
from ecritures.ledger.moves import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.directory.keys import Caller

T = TypeVar("T")


def act_on_ledger(
    database: Database,
    caller: Caller,
    code: str,
    idempotent: IdempotentRequest | None,
    act: Callable[[Ledger, datetime], View],
) -> Answer[View]:
    """Take the next revision of a ledger and act on it, as its only writer.

    Args:
        database: The firm's.
        caller: Who asks.
        code: That of the dossier.
        idempotent: Identifies the request when it carries a key.
        act: Returns the answer.

    Raises:
        NotFoundError: There is no such dossier.
        ForbiddenError: The key is not linked to it.
    """

    def write(connection: sa.Connection, dossier: Dossier) -> View:
        place = dossier.domain_id, dossier.id
        revision = next_revision(connection, *place)
        fresh = read_dossier(connection, *place)
        return act(Ledger(database, connection, fresh, revision), database.clock.now())

    return answer_once(database, idempotent, lambda: find_dossier(database, caller, code), write)


def read_ledger(database: Database, caller: Caller, code: str, read: Callable[[Ledger], T]) -> T:
    """Read something of a ledger at its present revision.

    Raises:
        NotFoundError: There is no such dossier.
        ForbiddenError: The key is not linked to it.
    """
    dossier = find_dossier(database, caller, code)
    with database.read() as connection:
        fresh = read_dossier(connection, dossier.domain_id, dossier.id)
        return read(Ledger(database, connection, fresh, fresh.ledger_revision))
