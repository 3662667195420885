"""Lettering: lines that wait for a match, ticked with their running difference; groups matched."""

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request, Response

from ecritures.app.actions.lettering import match, unmatch
from ecritures.app.balance import show_aged
from ecritures.app.ledger_reads import show_lettering, show_lines
from ecritures.core.rights import Right
from ecritures.web.forms import on_dossier
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.ledger_filter import books_of
from ecritures.web.rendering import render

router = APIRouter(route_class=SignedInRoute, prefix="/dossiers/{code}/lettering")
LINES, GROUPS = 500, 50
ROOTS = ("41", "40")


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
async def match_ticked(
    request: Request, state: FirmState, session: CurrentSession, code: str, form: Form
) -> Response:
    """Match the lines that were ticked."""
    session.caller.require(Right.IMPORT)
    sent = await request.form()
    ticked = [str(one) for one in sent.getlist("line")]
    asked = on_dossier(
        state, session, code, f"/dossiers/{code}/lettering/match", form | {"line": str(ticked)}
    )
    match(asked, ticked, form.get("letter") or None, balanced="partial" not in form)
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
    books = {"account": form.get("account", ""), "third-party": form.get("third-party", "")}
    kept = urlencode({name: value for name, value in books.items() if value})
    return f"/dossiers/{quote(code)}/lettering?{kept}"
