"""Lock and unlock the days of a dossier; add, close and reopen its fiscal years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.app.actions.ledger_acts import act_on_ledger
from ecritures.app.queries import find_dossier
from ecritures.app.views.closing import closing_preview_view, locks_view, year_act_view
from ecritures.directory.dossiers import FiscalYear, YearState, read_dossier
from ecritures.directory.fiscal_years import find_year
from ecritures.directory.keys import name_of
from ecritures.exports.closing_digest import digest_in, digest_year
from ecritures.ledger.events import head_of
from ecritures.ledger.fiscal_years import locks, years
from ecritures.ledger.fiscal_years.closing_preview import preview_closing
from ecritures.ledger.moves import Ledger
from ecritures.webhooks.deliveries import enqueue
from ecritures.webhooks.kinds import EventName

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from ecritures.app.idempotency import Answer, IdempotentRequest, View
    from ecritures.app.views.closing import ClosingPreviewView, LocksView, YearActView
    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.exports.closing_digest import YearDigest


@dataclass(frozen=True, slots=True)
class DossierRequest:
    """What every request here has.

    Attributes:
        database: The firm's.
        caller: Who asks.
        code: That of the dossier.
        reason: Why.
        idempotent: Identifies the request when it carries a key.
    """

    database: Database
    caller: Caller
    code: str
    reason: str | None = None
    idempotent: IdempotentRequest | None = None


def lock(request: DossierRequest, until: date) -> Answer[LocksView]:
    """Lock the days of a dossier up to one.

    Raises:
        NotFoundError: There is no such dossier.
        ForbiddenError: The key is not linked to it.
        ConflictError: They are locked already.
    """

    def act(ledger: Ledger, now: datetime) -> LocksView:
        by = name_of(request.caller)
        held = locks.lock_through(ledger, until, by, request.reason, now)
        return locks_view(ledger.dossier, ledger.revision, held)

    return _act(request, act)


def unlock(request: DossierRequest, until: date | None) -> Answer[LocksView]:
    """Lift the lock of a dossier; an earlier day than its last: days up to it stay locked.

    Raises:
        NotFoundError: There is no such dossier.
        ForbiddenError: The key is not linked to it.
        ConflictError: Nothing is locked, or the days in question are closed.
    """

    def act(ledger: Ledger, now: datetime) -> LocksView:
        by = name_of(request.caller)
        held = locks.unlock(ledger, until, by, request.reason or "", now)
        return locks_view(ledger.dossier, ledger.revision, held)

    return _act(request, act)


def add_fiscal_year(request: DossierRequest, start: date, end: date) -> Answer[YearActView]:
    """Add a fiscal year to a dossier.

    Raises:
        NotFoundError: There is no such dossier.
        ForbiddenError: The key is not linked to it.
        RefusedRequestError: It ends before it begins, or lasts more than 24 months.
        ConflictError: It overlaps another.
    """

    def act(ledger: Ledger, now: datetime) -> YearActView:
        by, year = name_of(request.caller), FiscalYear(start, end)
        done = years.add_year(ledger, year, by, request.reason, now)
        return year_act_view(ledger.dossier.code, done)

    return _act(request, act)


def show_closing(database: Database, caller: Caller, code: str, name: str) -> ClosingPreviewView:
    """Return what the closing of a fiscal year would find; nothing is changed.

    Raises:
        NotFoundError: There is no such dossier or fiscal year.
        ForbiddenError: The key is not linked to the dossier.
    """
    dossier = find_dossier(database, caller, code)
    with database.read_long() as connection:
        fresh = read_dossier(connection, dossier.domain_id, dossier.id)
        ledger = Ledger(database, connection, fresh, fresh.ledger_revision)
        return closing_preview_view(preview_closing(ledger, find_year(fresh, name)))


def close_fiscal_year(
    request: DossierRequest, name: str, *, final: bool = False, validate: bool = False
) -> Answer[YearActView]:
    """Close a fiscal year; `final`: for ever, `validate`: after validating its drafts.

    Raises:
        NotFoundError: There is no such dossier or fiscal year.
        ForbiddenError: The key is not linked to the dossier.
        ConflictError: It is closed already, or an earlier year is not final.
        BlockedError: It has drafts, or the opening of the next year differs.
    """
    noted = _digest_before(request, name) if final else None

    def act(ledger: Ledger, now: datetime) -> YearActView:
        by, year = name_of(request.caller), find_year(ledger.dossier, name)
        if final:
            asked = by, request.reason, now
            before = ledger.revision - 1

            def digest(at: Ledger) -> str:
                if noted is not None and noted.definitive and noted.revision == before:
                    return noted.digest
                return digest_in(at, year)

            done = years.finalize_year(ledger, year, *asked, validate=validate, digest=digest)
        else:
            done = years.close_year(ledger, year, by, request.reason, now)
        view = year_act_view(ledger.dossier.code, done)
        _notify(ledger, view, now, final=final)
        return view

    return _act(request, act)


def _digest_before(request: DossierRequest, name: str) -> YearDigest | None:
    """Return the digest of a year before it is closed, while others may still write.

    It is that of the closing, unless the ledger changes until then or drafts are validated with it.
    """
    dossier = find_dossier(request.database, request.caller, request.code)
    year = find_year(dossier, name)
    is_final = year.state is YearState.FINAL
    return None if is_final else digest_year(request.database, dossier, year)


def reopen_fiscal_year(request: DossierRequest, name: str) -> Answer[YearActView]:
    """Reopen a fiscal year that is closed, but not final.

    Raises:
        NotFoundError: There is no such dossier or fiscal year.
        ForbiddenError: The key is not linked to the dossier.
        ConflictError: It is final, or open.
    """

    def act(ledger: Ledger, now: datetime) -> YearActView:
        by, year = name_of(request.caller), find_year(ledger.dossier, name)
        done = years.reopen_year(ledger, year, by, request.reason, now)
        return year_act_view(ledger.dossier.code, done)

    return _act(request, act)


def _notify(ledger: Ledger, view: YearActView, now: datetime, *, final: bool) -> None:
    """Tell the webhooks of the firm that a fiscal year is closed."""
    dossier = ledger.dossier
    head = head_of(ledger.connection, dossier.domain_id, dossier.id).summary()
    body = {"dossier": dossier.code, "fiscalYear": view["fiscalYear"], "final": final}
    subject = f"{dossier.code} {view['fiscalYear']['start']}"
    payload = body | {"ledger": head}
    enqueue(ledger.connection, dossier.domain_id, EventName.YEAR_CLOSED, subject, payload, now)


def _act(request: DossierRequest, act: Callable[[Ledger, datetime], View]) -> Answer[View]:
    place = request.database, request.caller, request.code
    return act_on_ledger(*place, request.idempotent, act)
