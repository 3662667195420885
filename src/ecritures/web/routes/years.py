"""The fiscal years of a dossier: add, validate, lock, close, reopen, carry forward."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from ecritures.app.actions.carry_forward import CarryOptions, carry_fiscal_year
from ecritures.app.actions.closing import (
    add_fiscal_year,
    close_fiscal_year,
    lock,
    reopen_fiscal_year,
    unlock,
)
from ecritures.app.actions.validate import ValidationFields, validate
from ecritures.app.queries import find_dossier
from ecritures.app.views.undo import blockers_of
from ecritures.core.errors import ConflictError, EcrituresError, RefusedRequestError
from ecritures.core.rights import Right
from ecritures.web.forms import day_in, on_dossier, once
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.ledger_filter import books_of
from ecritures.web.rendering import render

router = APIRouter(route_class=SignedInRoute, prefix="/dossiers/{code}/fiscal-years")
CONFLICT = 409


@router.get("")
def page(request: Request, state: FirmState, session: CurrentSession, code: str) -> Response:
    """Show the fiscal years of a dossier and what is locked."""
    return _page(request, state, session, code)


@router.post("/add")
def add(
    request: Request, state: FirmState, session: CurrentSession, code: str, form: Form
) -> Response:
    """Add a fiscal year."""
    asked = _asked(state, session, code, "add", form)
    return _done(
        request, state, session, code,
        lambda: add_fiscal_year(asked, day_in(form, "start"), day_in(form, "end")),
    )  # fmt: skip


@router.post("/lock")
def lock_until(
    request: Request, state: FirmState, session: CurrentSession, code: str, form: Form
) -> Response:
    """Lock everything up to a day; an empty day lifts the lock."""
    asked = _asked(state, session, code, "lock", form)

    def act() -> object:
        if form.get("until", "").strip():
            return lock(asked, day_in(form, "until"))
        return unlock(asked, None)

    return _done(request, state, session, code, act)


@router.post("/validate")
def validate_until(
    request: Request, state: FirmState, session: CurrentSession, code: str, form: Form
) -> Response:
    """Make the entries up to a day definitive."""
    session.caller.require(Right.ADMINISTER)
    key = once(state, session, f"/dossiers/{code}/fiscal-years/validate", form)

    def act() -> object:
        fields = ValidationFields(
            day_in(form, "until"), None, form.get("reason", "").strip() or None
        )
        return validate(state.database, session.caller, code, fields, key)

    return _done(request, state, session, code, act)


@router.get("/{name}/close")
def closing(
    request: Request, state: FirmState, session: CurrentSession, code: str, name: str
) -> Response:
    """Show what closing a fiscal year does."""
    session.caller.require(Right.ADMINISTER)
    books = books_of(request, state, session, code, period=False)
    year = next((one for one in books.dossier["fiscalYears"] if one["start"] == name), None)
    if year is None:
        return see(f"/dossiers/{code}/fiscal-years")
    return render(request, "close.html", books=books, dossier=books.dossier, year=year)


@router.post("/{name}/close")
def close(
    request: Request, state: FirmState, session: CurrentSession, code: str, name: str, form: Form
) -> Response:
    """Close a fiscal year, until it is reopened or for ever."""
    asked = _asked(state, session, code, f"{name}/close", form)
    final, validates = form.get("how") == "final", "validate" in form
    return _done(
        request, state, session, code,
        lambda: close_fiscal_year(asked, name, final=final, validate=validates),
    )  # fmt: skip


@router.post("/{name}/reopen")
def reopen(
    request: Request, state: FirmState, session: CurrentSession, code: str, name: str, form: Form
) -> Response:
    """Reopen a fiscal year that is closed, but not finally."""
    asked = _asked(state, session, code, f"{name}/reopen", form)
    return _done(request, state, session, code, lambda: reopen_fiscal_year(asked, name))


@router.post("/{name}/carry")
def carry(
    request: Request, state: FirmState, session: CurrentSession, code: str, name: str, form: Form
) -> Response:
    """Post the openings of the year after one."""
    asked = _asked(state, session, code, f"{name}/carry", form)
    options = CarryOptions(detail="detail" in form)
    return _done(request, state, session, code, lambda: carry_fiscal_year(asked, name, options))


def _asked(
    state: FirmState, session: CurrentSession, code: str, act: str, form: dict[str, str]
) -> Any:  # noqa: ANN401 - a request on the dossier
    session.caller.require(Right.ADMINISTER)
    return on_dossier(state, session, code, f"/dossiers/{code}/fiscal-years/{act}", form)


def _done(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    act: Callable[[], object],
) -> Response:
    """Act, and show the page again; a refusal stands above it."""
    try:
        act()
    except (ConflictError, RefusedRequestError) as error:
        return _page(request, state, session, code, error)
    return see(f"/dossiers/{code}/fiscal-years")


def _page(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    error: EcrituresError | None = None,
) -> Response:
    books = books_of(request, state, session, code, period=False)
    found = find_dossier(state.database, session.caller, code)
    return render(
        request,
        "fiscal_years.html",
        CONFLICT if error else 200,
        books=books,
        dossier=books.dossier,
        locked_through=found.locked_through,
        closed_through=found.closed_through,
        error=error.sentence if error else None,
        blockers=blockers_of(error) if error else [],
    )
