"""Create and revoke API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.app.actions.webhooks import require_administrator
from ecritures.app.idempotency import answer_once
from ecritures.app.views.keys import key_view, new_key_view
from ecritures.directory import keys
from ecritures.directory.keys import default_rights, sorted_rights

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.app.views.keys import KeyView, NewKeyView
    from ecritures.core.rights import Right
    from ecritures.database import Database
    from ecritures.directory.keys import Caller


def create_key(
    database: Database,
    caller: Caller,
    dossiers: Sequence[str] = (),
    rights: Collection[Right] | None = None,
    idempotent: IdempotentRequest | None = None,
) -> Answer[NewKeyView]:
    """Create a key of the caller's firm; the answer has its secret, which is not shown again.

    Args:
        database: Where keys are stored.
        caller: Who asks: gives no right that is not their own.
        dossiers: The codes of the dossiers it gives access to; none: all of the domain.
        rights: What it may do; None: see `directory.keys.create_key`.
        idempotent: Identifies the request when it carries a key.

    Raises:
        ForbiddenError: The caller may not administer the whole firm, or not give these rights.
        NotFoundError: A dossier does not exist.
    """
    require_administrator(caller)
    given = default_rights(dossiers) if rights is None else rights
    for right in given:
        caller.require(right)

    def insert(connection: sa.Connection, _: None) -> NewKeyView:
        now = database.clock.now()
        made = keys.insert_key(connection, caller.domain_id, dossiers, given, now)
        return new_key_view(made, caller.domain, dossiers, sorted_rights(given))

    return answer_once(database, idempotent, lambda: None, insert)


def revoke_key(
    database: Database,
    caller: Caller | None,
    key: str,
    idempotent: IdempotentRequest | None = None,
) -> Answer[KeyView]:
    """Refuse a key from now on; the sessions opened with it end.

    Raises:
        ForbiddenError: The caller may not administer the whole firm. None: the operator.
        NotFoundError: The firm has no such key.
    """
    if caller is not None:
        require_administrator(caller)

    def revoke(connection: sa.Connection, _: None) -> KeyView:
        domain_id = caller.domain_id if caller else None
        return key_view(keys.revoke(connection, key, domain_id, database.clock.now()))

    return answer_once(database, idempotent, lambda: None, revoke)
