"""Create and change dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.app.idempotency import answer_once
from ecritures.app.views.dossiers import dossier_view
from ecritures.core.rights import Right
from ecritures.directory.domains import get_domain
from ecritures.directory.dossier_changes import change_dossier
from ecritures.directory.dossiers import checked_dossier, get_dossier, insert_dossier
from ecritures.directory.keys import name_of
from ecritures.ledger.events import Event, EventKind, next_revision, record_event

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.app.views.dossiers import DossierView
    from ecritures.database import Database
    from ecritures.directory.domains import Domain
    from ecritures.directory.dossier_changes import DossierChanges
    from ecritures.directory.dossiers import Dossier, FiscalYear
    from ecritures.directory.keys import Caller


@dataclass(frozen=True, slots=True)
class DossierFields:
    """What a new dossier is made of. The first SIRET is the main establishment's."""

    code: str
    siren: str
    name: str = ""
    sirets: Sequence[str] = ()
    fiscal_years: Sequence[FiscalYear] = ()


def create_dossier(
    database: Database,
    caller: Caller,
    fields: DossierFields,
    idempotent: IdempotentRequest | None = None,
) -> Answer[DossierView]:
    """Create a dossier with its establishments and fiscal years.

    Raises:
        ForbiddenError: The caller does not administer the whole domain.
        RefusedRequestError: A code, SIREN, SIRET or fiscal year is malformed.
        ConflictError: The code is taken in this domain.
    """
    caller.require(Right.ADMINISTER)
    caller.require_whole_domain()

    def prepare() -> tuple[Domain, Dossier]:
        domain = get_domain(database, caller.domain)
        years = fields.fiscal_years
        return domain, checked_dossier(
            domain, fields.code, fields.name, fields.siren, fields.sirets, years
        )

    def insert(connection: sa.Connection, checked: tuple[Domain, Dossier]) -> DossierView:
        made = insert_dossier(connection, *checked, database.clock.now())
        return dossier_view(made, caller.domain)

    return answer_once(database, idempotent, prepare, insert)


def update_dossier(
    database: Database,
    caller: Caller,
    code: str,
    changes: DossierChanges,
    idempotent: IdempotentRequest | None = None,
) -> Answer[DossierView]:
    """Change the name, SIREN, establishments or policies of a dossier; its history says so.

    Raises:
        ForbiddenError: The key is not linked to the dossier, or may not administer.
        NotFoundError: The domain has no such dossier.
        RefusedRequestError: The SIREN or a SIRET is not valid, or a policy cannot be chosen here.
    """
    caller.require(Right.ADMINISTER)

    def prepare() -> Domain:
        caller.check_may_touch(get_dossier(database, caller.domain_id, code))
        return get_domain(database, caller.domain)

    def write(connection: sa.Connection, domain: Domain) -> DossierView:
        before, after = change_dossier(connection, domain, code, changes)
        if moved := _changed_fields(before, after):
            event = Event(EventKind.DOSSIER_CHANGED, name_of(caller), details={"changed": moved})
            place = after.domain_id, after.id
            revision = next_revision(connection, *place)
            record_event(connection, *place, revision, event, database.clock.now())
        return dossier_view(after, domain.code)

    return answer_once(database, idempotent, prepare, write)


def _changed_fields(before: Dossier, after: Dossier) -> dict[str, Any]:
    """Return what changed, by its name in JSON: the value before and the value after."""
    named = {
        "name": (before.name, after.name),
        "siren": (before.siren, after.siren),
        "sirets": (list(before.sirets), list(after.sirets)),
        "policies": (dict(before.settings), dict(after.settings)),
    }
    return {name: list(pair) for name, pair in named.items() if pair[0] != pair[1]}
