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
from ecritures.app.views.ledger_reads import CodeTotalsView, ReadLineView
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.core.rights import Right
from ecritures.core.sentences import Sentence
from ecritures.core.siret import SIREN_DIGITS
from ecritures.database.paging import Page
from ecritures.directory.codes import checked_code
from ecritures.directory.dossiers import Dossier, FiscalYear, check_company, page_dossiers
from ecritures.imports.read.overview import Progress
from ecritures.ledger.read.filter_texts import FilterTexts
from ecritures.web.forms import FormErrors, day_in, digits_in, once, one_line
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.rendering import render

router = APIRouter(route_class=SignedInRoute)
LIMIT, FOUND, SEARCHED = 50, 20, 12
REFUSED = 422
LONGEST = 200
_CODE = re.compile(r"[0-9A-Za-z]{2,}")
_TOO_LONG = Sentence(
    "search-too-long",
    f"La recherche est trop longue : {LONGEST} caractères au plus. Gardez-en quelques mots.",
    f"The search is too long: {LONGEST} characters at most. Keep some words of it.",
)


@router.get("/dossiers")
def list_all(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    *,
    q: Annotated[str, Query()] = "",
    show: Annotated[str, Query()] = "",
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """List the dossiers, by code; `q`: a part of their code, name or SIREN."""
    session.caller.require(Right.READ)
    after = read_cursor(cursor, str)
    progress = Progress(show) if show in set(Progress) else None
    page = list_of_dossiers(
        state.database, session.caller, LIMIT, after, text=_searched(q), progress=progress
    )
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
    q: Annotated[str, Query()] = "",
    dossier: Annotated[str, Query()] = "",
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """Search dossiers by code, name or SIREN; in one, or the latest, accounts and entries.

    Args:
        request: Who reads it.
        state: The service, limited to the firm.
        session: Who reads.
        q: What is searched for.
        dossier: The code of the only dossier whose accounts and entries are searched.
        cursor: That of its lines before: the page shows the lines that follow them.
    """
    session.caller.require(Right.READ)
    text, caller = _searched(q.strip()), session.caller
    found: Page[Dossier] = Page([], None)
    if text and not cursor:
        found = page_dossiers(
            state.database, caller.domain_id, caller.dossier_ids, FOUND, text=text
        )
    latest = [] if dossier or not text else latest_dossiers(state.database, caller, SEARCHED)
    codes = [dossier] if dossier and text else [one.code for one in latest]
    lines, more_of = [], {}
    accounts: list[tuple[str, str, CodeTotalsView]] = []
    has_more_accounts, searched = False, 0
    for code in codes:
        asked = ReadRequest(state.database, caller, code, limit=FOUND, cursor=cursor, text=text)
        if not cursor:
            some, is_part = _accounts(asked)
            accounts += [(code, *one) for one in some]
            has_more_accounts |= is_part
        items, following = _lines(asked)
        lines += [(code, one) for one in items]
        if following:
            more_of[code] = following
        searched += 1
        if len(lines) >= FOUND:
            break
    return render(
        request,
        "search.html",
        q=text,
        found=dossier_rows(state.database, caller, found.items),
        accounts=accounts,
        lines=lines,
        more_of=more_of,
        is_more=(found.next_key is not None, has_more_accounts, more_of or searched < len(codes)),
        only=dossier,
        follows=cursor is not None,
        is_part=len(codes) == SEARCHED or searched < len(codes),
    )


def _searched(text: str) -> str:
    """Return what is searched for.

    Raises:
        RefusedRequestError: It is longer than anybody writes it.
    """
    if len(text) > LONGEST:
        raise RefusedRequestError(_TOO_LONG.code, _TOO_LONG.fr, _TOO_LONG.en)
    return text


def _accounts(asked: ReadRequest) -> tuple[list[tuple[str, CodeTotalsView]], bool]:
    """Return the accounts and third parties that begin with a text, and whether there are more."""
    if not _CODE.fullmatch(asked.text):
        return [], False
    root = (f"{asked.text.upper()}*",)
    of_account = show_accounts(replace(asked, given=FilterTexts(account=root)))
    of_third_party = show_third_parties(replace(asked, given=FilterTexts(third_party=root)))
    found = [("account", one) for one in of_account["items"]]
    found += [("third-party", one) for one in of_third_party["items"]]
    return found, bool(of_account["nextCursor"] or of_third_party["nextCursor"])


def _lines(asked: ReadRequest) -> tuple[list[ReadLineView], str | None]:
    """Return the lines that a search finds in a dossier, and the cursor of those that follow."""
    try:
        page = show_found(asked)
    except RefusedRequestError:
        if asked.cursor:
            raise
        return [], None
    return page["items"], page["nextCursor"]
