"""Lettering: lines that wait for a match, ticked with their running difference; groups matched."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from ecritures.api.http.failures import status_of
from ecritures.app.actions.lettering import match, unmatch
from ecritures.app.balance import show_aged
from ecritures.app.ledger_reads import show_lettering, show_lines
from ecritures.core.errors import (
    ConflictError,
    EcrituresError,
    NotFoundError,
    RefusedRequestError,
)
from ecritures.core.rights import Right
from ecritures.web.forms import on_dossier
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.ledger_filter import BooksView, books_of
from ecritures.web.rendering import render

router = APIRouter(route_class=SignedInRoute, prefix="/dossiers/{code}/lettering")
LINES, GROUPS = 500, 50
OK = 200


async def _ticked(request: Request) -> list[str]:
    return [str(one) for one in (await request.form()).getlist("line")]


@router.get("")
def page(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    kind: Annotated[str, Query()] = "",
) -> Response:
    """Show the third parties with open lines, and the lines of one of them."""
    books = books_of(request, state, session, code, period=False)
    return _show(request, books, kind)


def _show(
    request: Request,
    books: BooksView,
    kind: str = "",
    refused: EcrituresError | None = None,
    ticked: Sequence[str] = (),
    form: Mapping[str, str] | None = None,
) -> Response:
    """Show the page; `refused`: why the lines that a form has ticked were not matched."""
    root = kind or books.shown.get("account", "41")[:2]
    of_all = books.only(account=(f"{root}*",), third_party=())
    third_parties = show_aged(of_all.request())["rows"]
    third_parties.sort(key=lambda row: -abs(row["openCents"]))
    account = books.shown.get("account")
    third_party = books.shown.get("third-party", "")
    if account is None and third_parties:
        account, third_party = third_parties[0]["account"], third_parties[0]["thirdParty"]
    lines, of_one = [], of_all
    if account:
        chosen = (third_party,) if third_party else ()
        of_one = books.only(account=(account,), third_party=chosen)
        open_lines = of_one.only(lettering="unlettered")
        lines = show_lines(open_lines.request(limit=LINES))["items"]
    groups = show_lettering(of_one.request(limit=GROUPS))["items"]
    return render(
        request,
        "lettering.html",
        (refused and status_of(refused)) or OK,
        refused=refused and refused.sentence,
        ticked=ticked,
        form=form or {},
        books=books,
        dossier=books.dossier,
        root=root,
        third_parties=third_parties,
        account=account or "",
        third_party=third_party,
        lines=lines,
        groups=groups,
    )


@router.post("/match")
def match_ticked(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    form: Form,
    ticked: Annotated[list[str], Depends(_ticked)],
) -> Response:
    """Match the lines that were ticked; a refusal shows them again, still ticked."""
    session.caller.require(Right.IMPORT)
    asked = on_dossier(
        state, session, code, f"/dossiers/{code}/lettering/match", form | {"line": str(ticked)}
    )
    try:
        match(asked, ticked, form.get("letter") or None, balanced="partial" not in form)
    except (RefusedRequestError, ConflictError, NotFoundError) as error:
        books = books_of(request, state, session, code, period=False)
        books.shown.update(_shown_by(form))
        return _show(request, books, "", error, ticked, form)
    return see(_back(code, form))


@router.post("/unmatch")
def unmatch_one(state: FirmState, session: CurrentSession, code: str, form: Form) -> Response:
    """Unmatch a group: a matching by hand by its number, the lettering of a file by its code."""
    session.caller.require(Right.IMPORT)
    asked = on_dossier(state, session, code, f"/dossiers/{code}/lettering/unmatch", form)
    if form.get("matching"):
        unmatch(asked, form["matching"])
    else:
        place = (form.get("account"), form.get("third-party"), form.get("year"))
        unmatch(asked, form.get("group", ""), *place)
    return see(_back(code, form))


def _back(code: str, form: dict[str, str]) -> str:
    return f"/dossiers/{quote(code)}/lettering?{urlencode(_shown_by(form))}"


def _shown_by(form: dict[str, str]) -> dict[str, str]:
    return {name: form[name] for name in ("account", "third-party") if form.get(name)}
