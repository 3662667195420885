"""The fiscal years of a dossier: add, validate, lock, close, reopen, carry forward."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from ecritures.app.actions.carry_forward import (
    CarryOptions,
    carry_fiscal_year,
    undo_carried,
)
from ecritures.app.actions.closing import (
    add_fiscal_year,
    close_fiscal_year,
    lock,
    reopen_fiscal_year,
    show_closing,
    unlock,
)
from ecritures.app.actions.undo import UndoOptions
from ecritures.app.actions.validate import ValidationFields, validate
from ecritures.app.idempotency import Answer
from ecritures.app.queries import find_dossier
from ecritures.app.views.undo import blockers_of
from ecritures.app.views.validate import ValidationView
from ecritures.core.errors import ConflictError, EcrituresError, RefusedRequestError
from ecritures.core.policies import Openings
from ecritures.core.rights import Right
from ecritures.web.forms import chosen, day_in, on_dossier, once
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.ledger_filter import books_of
from ecritures.web.rendering import render
from ecritures.web.words.class_words import CLASS_NAMES

router = APIRouter(route_class=SignedInRoute, prefix="/dossiers/{code}/fiscal-years")
CONFLICT = 409


@router.get("")
def page(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    done: Annotated[str, Query()] = "",
    count: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """Show the fiscal years of a dossier, what is locked, and what has just been done."""
    return _page(request, state, session, code, done=(done, count))


@router.post("/add")
def add(
    request: Request, state: FirmState, session: CurrentSession, code: str, form: Form
) -> Response:
    """Add a fiscal year."""
    asked = _asked(state, session, code, "add", form)
    return _done(
        request, state, session, code,
        lambda: add_fiscal_year(asked, day_in(form, "start"), day_in(form, "end")), "added", form,
    )  # fmt: skip


@router.post("/lock")
def lock_until(
    request: Request, state: FirmState, session: CurrentSession, code: str, form: Form
) -> Response:
    """Lock everything up to a day, or lift the lock where that is what was pressed."""
    asked = _asked(state, session, code, "lock", form)
    if "lift" in form:
        return _done(request, state, session, code, lambda: unlock(asked, None), "unlocked")
    return _done(
        request, state, session, code, lambda: lock(asked, day_in(form, "until")), "locked"
    )


@router.post("/validate")
def validate_until(
    request: Request, state: FirmState, session: CurrentSession, code: str, form: Form
) -> Response:
    """Make the entries up to a day definitive."""
    session.caller.require(Right.ADMINISTER)
    key = once(state, session, f"/dossiers/{code}/fiscal-years/validate", form)

    def act() -> Answer[ValidationView]:
        fields = ValidationFields(
            day_in(form, "until"), None, form.get("reason", "").strip() or None
        )
        return validate(state.database, session.caller, code, fields, key)

    return _done(request, state, session, code, act, "validated")


@router.get("/{name}/close")
def closing(
    request: Request, state: FirmState, session: CurrentSession, code: str, name: str
) -> Response:
    """Show what closing a fiscal year does."""
    return _about(request, state, session, code, name, "close.html")


@router.post("/{name}/close")
def close(
    request: Request, state: FirmState, session: CurrentSession, code: str, name: str, form: Form
) -> Response:
    """Close a fiscal year, until it is reopened or for ever; a refusal stands above its page."""
    asked = _asked(state, session, code, f"{name}/close", form)

    def act() -> None:
        final = chosen(form, "how", ("closed", "final")) == "final"
        close_fiscal_year(asked, name, final=final, validate="validate" in form)

    return _done_or_shown(request, state, session, code, act, "closed", (name, "close.html", form))


@router.post("/{name}/reopen")
def reopen(
    request: Request, state: FirmState, session: CurrentSession, code: str, name: str, form: Form
) -> Response:
    """Reopen a fiscal year that is closed, but not finally."""
    asked = _asked(state, session, code, f"{name}/reopen", form)
    return _done(request, state, session, code, lambda: reopen_fiscal_year(asked, name), "reopened")


@router.get("/{name}/carry")
def carrying(
    request: Request, state: FirmState, session: CurrentSession, code: str, name: str
) -> Response:
    """Show what carrying a fiscal year forward posts."""
    return _about(request, state, session, code, name, "carry.html")


@router.post("/{name}/carry")
def carry(
    request: Request, state: FirmState, session: CurrentSession, code: str, name: str, form: Form
) -> Response:
    """Post the openings of the year after one; a refusal stands above its page."""
    asked = _asked(state, session, code, f"{name}/carry", form)

    def act() -> None:
        detail = chosen(form, "how", ("detail", "balance")) == "detail"
        openings = Openings.REPLACE if "replace" in form else None
        carry_fiscal_year(asked, name, CarryOptions(detail=detail, openings=openings))

    return _done_or_shown(request, state, session, code, act, "carried", (name, "carry.html", form))


@router.post("/{name}/uncarry")
def uncarry(
    request: Request, state: FirmState, session: CurrentSession, code: str, name: str, form: Form
) -> Response:
    """Take out the openings that the last carry has posted."""
    asked = _asked(state, session, code, f"{name}/uncarry", form)

    def act() -> None:
        undo_carried(asked, name, UndoOptions())

    return _done_or_shown(
        request, state, session, code, act, "uncarried", (name, "carry.html", form)
    )


def _done_or_shown(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    act: Callable[[], None],
    done: str,
    page: tuple[str, str, dict[str, str]],
) -> Response:
    """Act on a year; what is refused stands above its page, with what was typed."""
    try:
        act()
    except (ConflictError, RefusedRequestError) as error:
        name, template, form = page
        return _about(request, state, session, code, name, template, error, form)
    return see(f"/dossiers/{code}/fiscal-years?done={done}")


def _about(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    name: str,
    template: str,
    error: EcrituresError | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    """Show what closing a fiscal year, or carrying it forward, finds."""
    session.caller.require(Right.ADMINISTER)
    books = books_of(request, state, session, code, period=False)
    year = next((one for one in books.dossier["fiscalYears"] if one["start"] == name), None)
    if year is None:
        return see(f"/dossiers/{code}/fiscal-years")
    shown = show_closing(state.database, session.caller, code, name)
    return render(
        request,
        template,
        CONFLICT if error else 200,
        books=books,
        dossier=books.dossier,
        year=year,
        shown=shown,
        drafts=sum(one["entries"] for one in shown["drafts"]),
        classes_named=CLASS_NAMES,
        error=error.sentence if error else None,
        blockers=blockers_of(error) if error else [],
        form=form or {},
    )


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
    act: Callable[[], Answer[Any]],
    done: str,
    form: dict[str, str] | None = None,
) -> Response:
    """Act, and show the page again, which says what was done; a refusal stands above it."""
    try:
        view = act().view
    except (ConflictError, RefusedRequestError) as error:
        return _page(request, state, session, code, error, form=form)
    count = view["entriesValidated"] if done == "validated" else 0
    return see(f"/dossiers/{code}/fiscal-years?done={done}&count={count}")


def _page(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    error: EcrituresError | None = None,
    done: tuple[str, int] = ("", 0),
    form: dict[str, str] | None = None,
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
        done=done,
        form=form or {},
        blockers=blockers_of(error) if error else [],
    )
