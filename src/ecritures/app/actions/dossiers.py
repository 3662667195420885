"""Create dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.app.idempotency import answer_once
from ecritures.app.views.dossiers import dossier_view
from ecritures.directory.domains import get_domain
from ecritures.directory.dossiers import checked_dossier, insert_dossier

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.app.views.dossiers import DossierView
    from ecritures.database import Database
    from ecritures.directory.domains import Domain
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
        ForbiddenError: The key is not one of the whole domain.
        RefusedRequestError: A code, SIREN, SIRET or fiscal year is malformed.
        ConflictError: The code is taken in this domain.
    """
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
