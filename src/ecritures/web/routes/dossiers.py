"""The dossiers of a firm: the list, a new one, and the search everywhere."""

import re
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ecritures.app.actions.dossiers import DossierFields, create_dossier
from ecritures.app.cursors import next_cursor, read_cursor
from ecritures.app.home import dossier_rows, latest_dossiers, list_of_dossiers
from ecritures.app.ledger_reads import (
    ReadRequest,
    show_accounts,
    show_found,
    show_third_parties,
)
from ecritures.app.views.ledger_reads import CodeTotalsView
from ecritures.core.errors import ConflictError, EcrituresError, RefusedRequestError
from ecritures.core.rights import Right
from ecritures.core.siret import SIREN_DIGITS
from ecritures.directory.codes import checked_code
from ecritures.directory.dossiers import FiscalYear, check_company, page_dossiers
from ecritures.imports.read.overview import Progress
from ecritures.ledger.read.filter_texts import FilterTexts
from ecritures.web.forms import FormErrors, day_in, digits_in, once, one_line
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.rendering import render

router = APIRouter(route_class=SignedInRoute)
LIMIT, FOUND, SEARCHED = 50, 20, 12
REFUSED = 422
_CODE = re.compile(r"[0-9A-Za-z]{2,}")


@router.get("/dossiers")
def list_all(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    *,
    q: Annotated[str, Query(max_length=200)] = "",
    show: Annotated[str, Query()] = "",
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """List the dossiers, by code; `q`: a part of their code, name or SIREN."""
    session.caller.require(Right.READ)
    after = read_cursor(cursor, str)
    progress = Progress(show) if show in set(Progress) else None
    page = list_of_dossiers(state.database, session.caller, LIMIT, after, text=q, progress=progress)
    asked = {"q": q, "show": progress or ""}
    return render(
        request, "dossiers.html", rows=page.items, asked=asked, next_cursor=next_cursor(page)
    )


@router.get("/dossiers/new")
def form_of_new(
    request: Request,
    session: CurrentSession,
    siren: Annotated[str, Query(max_length=SIREN_DIGITS)] = "",
) -> Response:
    """Show the form of a new dossier; `siren`: that of its company, filled in."""
    session.caller.require(Right.ADMINISTER)
    return render(request, "dossier_new.html", errors={}, form={"siren": siren})


@router.post("/dossiers/new")
def create(request: Request, state: FirmState, session: CurrentSession, form: Form) -> Response:
    """Create a dossier; a refusal shows the form again, as it was filled, all errors at once."""
    session.caller.require(Right.ADMINISTER)
    errors = FormErrors()
    fields = _fields_of(form, errors)
    if not errors:
        key = once(state, session, "/dossiers/new", form)
        try:
            made = create_dossier(state.database, session.caller, fields, key)
            return see(f"/dossiers/{made.view['code']}/balance")
        except (RefusedRequestError, ConflictError) as error:
            errors[_FIELDS.get(error.sentence.code, "code")] = error.sentence
    return render(request, "dossier_new.html", REFUSED, errors=errors, form=form)


_FIELDS = {"fiscal-years-invalid": "end"}
"""The field of what is only wrong beside others."""


def _fields_of(form: Form, errors: FormErrors) -> DossierFields:
    code, siren, siret = (
        form.get("code", "").strip(),
        digits_in(form, "siren"),
        digits_in(form, "siret"),
    )
    errors.check("code", lambda: checked_code(code), "")
    name = errors.check("name", lambda: one_line(form, "name"), "")
    errors.check("siren", lambda: check_company(siren, []), None)
    sirets = [siret] if siret else []
    if "siren" not in errors:  # a SIRET begins with it
        errors.check("siret", lambda: check_company(siren, sirets), None)
    years = []
    if form.get("start") or form.get("end"):
        start, end = (
            errors.check(name, partial(day_in, form, name), date.min) for name in ("start", "end")
        )
        years = [FiscalYear(start, end)]
    return DossierFields(code, siren, name, sirets, years)


@router.get("/search")
def search(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    *,
    q: Annotated[str, Query(max_length=200)] = "",
    dossier: Annotated[str, Query()] = "",
) -> Response:
    """Search dossiers by code, name or SIREN; in one, or the latest, accounts and entries."""
    session.caller.require(Right.READ)
    text, caller = q.strip(), session.caller
    found, lines, accounts, codes = [], [], [], []
    if text:
        page = page_dossiers(state.database, caller.domain_id, caller.dossier_ids, FOUND, text=text)
        found = dossier_rows(state.database, caller, page.items)
        latest = [] if dossier else latest_dossiers(state.database, caller, SEARCHED)
        codes = [dossier] if dossier else [one.code for one in latest]
        for code in codes:
            asked = ReadRequest(state.database, caller, code, limit=FOUND, text=text)
            accounts += [(code, *one) for one in _accounts(asked)]
            try:
                lines += [(code, one) for one in show_found(asked)["items"]]
            except EcrituresError as error:
                if not isinstance(error, RefusedRequestError):
                    raise
            if len(lines) >= FOUND:
                break
    return render(
        request,
        "search.html",
        q=text,
        found=found,
        accounts=accounts,
        lines=lines,
        only=dossier,
        is_part=len(codes) == SEARCHED,
    )


def _accounts(asked: ReadRequest) -> list[tuple[str, CodeTotalsView]]:
    """Return the accounts and third parties whose code begins with what is looked for."""
    if not _CODE.fullmatch(asked.text):
        return []
    root = (f"{asked.text.upper()}*",)
    of_account = replace(asked, given=FilterTexts(account=root))
    of_third_party = replace(asked, given=FilterTexts(third_party=root))
    return [("account", one) for one in show_accounts(of_account)["items"]] + [
        ("third-party", one) for one in show_third_parties(of_third_party)["items"]
    ]
