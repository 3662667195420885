"""Create and revoke API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.app.actions.webhooks import require_administrator
from ecritures.app.idempotency import answer_once
from ecritures.app.views.keys import key_view, new_key_view
from ecritures.directory import keys
from ecritures.directory.firm_changes import ChangeKind, record_change
from ecritures.directory.keys import name_of, sorted_rights

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.app.views.keys import KeyView, NewKeyView
    from ecritures.database import Database
    from ecritures.directory.keys import Caller, NewKey


def create_key(
    database: Database,
    caller: Caller,
    wanted: NewKey,
    idempotent: IdempotentRequest | None = None,
) -> Answer[NewKeyView]:
    """Create a key of the caller's firm; the answer has its secret, which is not shown again.

    Args:
        database: Where keys are stored.
        caller: Who asks: gives no right that is not their own.
        wanted: The key.
        idempotent: Identifies the request when it carries a key.

    Raises:
        ForbiddenError: The caller may not administer the whole firm, or not give these rights.
        NotFoundError: A dossier does not exist.
        RefusedRequestError: Its name or its end is not acceptable.
    """
    require_administrator(caller)
    for right in sorted_rights(wanted.given_rights):
        caller.require(right)

    def insert(connection: sa.Connection, _: None) -> NewKeyView:
        now = database.clock.now()
        made = keys.insert_key(connection, caller.domain_id, wanted, now)
        given = {
            "name": (None, wanted.name),
            "rights": (None, [str(one) for one in sorted_rights(wanted.given_rights)]),
            "dossiers": (None, list(wanted.dossiers) or "*"),
        }
        by, kind, key = name_of(caller), ChangeKind.KEY_CREATED, made.partition(":")[0]
        record_change(connection, caller.domain_id, kind, by, key, given, now)
        return new_key_view(made, caller.domain, wanted)

    return answer_once(database, idempotent, lambda: None, insert, shown_once="apiKey")


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
        now = database.clock.now()
        gone = keys.revoke(connection, key, domain_id, now)
        if gone.revoked_at == now:  # not before
            values, by = {"revoked": (False, True)}, name_of(caller)
            kind = ChangeKind.KEY_REVOKED
            record_change(connection, gone.domain_id, kind, by, gone.key, values, now)
        return key_view(gone)

    return answer_once(database, idempotent, lambda: None, revoke)
