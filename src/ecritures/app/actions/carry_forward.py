"""Carry the closing of a fiscal year forward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.app.actions.undo import wanted_of
from ecritures.app.idempotency import answer_once
from ecritures.app.queries import find_dossier
from ecritures.app.views.closing import carried_back_view, carried_view
from ecritures.core.policies import Openings
from ecritures.directory.domains import read_domain
from ecritures.directory.dossiers import read_dossier
from ecritures.directory.firms import next_batch_id
from ecritures.directory.fiscal_years import find_year
from ecritures.directory.keys import name_of
from ecritures.ledger.events import StaleLedgerError
from ecritures.ledger.fiscal_years.years import require_opening_kept
from ecritures.ledger.moves import Ledger
from ecritures.ledger.openings.carry_forward import CarryRequest, carried_batch, carry_forward
from ecritures.ledger.undoing.undo import undo_batch

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ecritures.app.actions.closing import DossierRequest
    from ecritures.app.actions.undo import UndoOptions
    from ecritures.app.idempotency import Answer
    from ecritures.app.views.closing import CarriedBackView, CarriedView
    from ecritures.directory.dossiers import Dossier, FiscalYear
    from ecritures.ledger.undoing.undo import Wanted

TRIES = 5
"""How often it begins again because the ledger has changed meanwhile."""


@dataclass(frozen=True, slots=True)
class CarryOptions:
    """How a closing is carried forward.

    Attributes:
        detail: Whether open items are kept one by one.
        journal: The code of a journal of openings; None: that of the dossier.
        openings: What happens to openings of a file; None: as the dossier or the firm chose.
    """

    detail: bool = False
    journal: str | None = None
    openings: Openings | None = None


def carry_fiscal_year(
    request: DossierRequest, name: str, options: CarryOptions
) -> Answer[CarriedView]:
    """Post the openings of the fiscal year after one; they replace those of an earlier run.

    Raises:
        NotFoundError: There is no such dossier or fiscal year.
        ForbiddenError: The key is not linked to the dossier.
        RefusedRequestError: The journal is not one of openings.
        ConflictError: The next year is missing or not open, it has an opening already, or there is
            nothing to carry.
    """
    for _ in range(TRIES - 1):
        try:
            return _try(request, name, options)
        except StaleLedgerError:
            continue
    return _try(request, name, options)


def undo_carried(
    request: DossierRequest, name: str, options: UndoOptions
) -> Answer[CarriedBackView]:
    """Take the openings that the last run has posted out of the ledger; what it replaced returns.

    Raises:
        NotFoundError: There is no such dossier or fiscal year.
        ForbiddenError: The key is not linked to the dossier.
        ConflictError: The closing of the year is not carried forward.
        BlockedError: Something prevents it, or the opening that comes back would differ from the
            closing of a final year.
    """
    database, caller = request.database, request.caller

    def prepare() -> tuple[Dossier, FiscalYear, Wanted]:
        dossier = find_dossier(database, caller, request.code)
        place = caller.domain, dossier.domain_id, dossier.id
        wanted = wanted_of(database, *place, options, name_of(caller))
        return dossier, find_year(dossier, name), wanted

    def act(
        connection: sa.Connection, prepared: tuple[Dossier, FiscalYear, Wanted]
    ) -> CarriedBackView:
        dossier, year, wanted = prepared
        batch_id = carried_batch(connection, dossier, year)
        place = dossier.domain_id, dossier.id, batch_id
        moved = undo_batch(database, connection, *place, wanted, database.clock.now())
        fresh = read_dossier(connection, dossier.domain_id, dossier.id)
        ledger = Ledger(database, connection, fresh, fresh.ledger_revision)
        require_opening_kept(ledger, find_year(fresh, name))
        return carried_back_view(dossier.code, year, moved)

    return answer_once(database, request.idempotent, prepare, act, bulk=True)


def _try(request: DossierRequest, name: str, options: CarryOptions) -> Answer[CarriedView]:
    database, caller = request.database, request.caller

    def prepare() -> CarryRequest:
        dossier = find_dossier(database, caller, request.code)
        year, now = find_year(dossier, name), database.clock.now()
        with database.write() as connection:
            firm = read_domain(connection, caller.domain)
            batch_id = next_batch_id(connection, dossier.domain_id, now)
        chosen = firm.settings | dossier.settings
        openings = Openings(options.openings or chosen.get("openings", Openings.REFUSE))
        asked = name_of(caller), request.reason, batch_id
        return CarryRequest(dossier.id, year, options.detail, options.journal, openings, *asked)

    def act(connection: sa.Connection, wanted: CarryRequest) -> CarriedView:
        fresh = read_dossier(connection, caller.domain_id, wanted.dossier_id)
        ledger = Ledger(database, connection, fresh, fresh.ledger_revision)
        done = carry_forward(ledger, wanted, database.clock.now())
        return carried_view(fresh.code, done, detail=wanted.detail)

    return answer_once(database, request.idempotent, prepare, act, bulk=True)
