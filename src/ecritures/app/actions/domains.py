"""Create domains, and choose which rules block their imports, and what becomes of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.app.idempotency import answer_once
from ecritures.app.views.domains import domain_view
from ecritures.core.rights import Right
from ecritures.directory import domains
from ecritures.directory.firm_changes import ChangeKind, record_change
from ecritures.directory.keys import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.app.views.domains import DomainView
    from ecritures.core.policies import PolicyValue
    from ecritures.database import Database
    from ecritures.directory.domains import Changed, Domain
    from ecritures.directory.keys import Caller
    from ecritures.rules.policy import Policy


def create_domain(database: Database, code: str, name: str = "") -> Domain:
    """Create a domain.

    Raises:
        RefusedRequestError: The code is malformed.
        ConflictError: The code is taken.
    """
    return domains.create_domain(database, code, name)


def set_rules(database: Database, code: str, policy: Policy) -> Domain:
    """Replace the rules made to block the imports of a domain, and those that no longer do.

    Raises:
        NotFoundError: There is no such domain.
    """
    with database.write() as connection:
        changed = domains.set_rules(
            connection, code, block=sorted(policy.block), unblock=sorted(policy.unblock)
        )
        _record(database, connection, changed, None)
    return changed.after


def change_domain(
    database: Database,
    caller: Caller,
    policies: Mapping[str, PolicyValue | None],
    name: str | None = None,
    idempotent: IdempotentRequest | None = None,
) -> Answer[DomainView]:
    """Choose the policies of the imports of the caller's domain (see `core.policies`), or its name.

    Raises:
        ForbiddenError: The key is not one of the whole domain, or may not administer.
        RefusedRequestError: A policy cannot be chosen for every import.
    """
    caller.require(Right.ADMINISTER)
    caller.require_whole_domain()

    def change(connection: sa.Connection, _: None) -> DomainView:
        changed = domains.change_domain(connection, caller.domain, policies, name)
        _record(database, connection, changed, name_of(caller))
        return domain_view(changed.after)

    return answer_once(database, idempotent, lambda: None, change)


def _record(
    database: Database, connection: sa.Connection, changed: Changed, by: str | None
) -> None:
    before, after = changed
    values = {
        "name": (before.name, after.name),
        "policies": (dict(before.settings), dict(after.settings)),
    }
    now = database.clock.now()
    record_change(connection, after.id, ChangeKind.FIRM_CHANGED, by, "", values, now)
