"""The books of a dossier: balances, ledger, journals, entries."""

from calendar import monthrange
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from ecritures.app.balance import show_aged, show_balance, show_statements
from ecritures.app.ledger_reads import (
    read_journal_calendars,
    show_accounts,
    show_entries,
    show_entry,
    show_journals,
    show_ledger,
    show_sections,
)
from ecritures.app.queries import show_import
from ecritures.app.views.dossiers import FiscalYearView
from ecritures.core.errors import NotFoundError
from ecritures.ledger.read.balance import By
from ecritures.ledger.read.filter_texts import FilterTexts
from ecritures.web.charts import bars_of, line_of
from ecritures.web.guard import CurrentSession, FirmState, SignedInRoute
from ecritures.web.ledger_filter import BooksView, books_of
from ecritures.web.rendering import render
from ecritures.web.words.class_words import CLASS_NAMES

router = APIRouter(route_class=SignedInRoute, prefix="/dossiers/{code}")
LINES, ENTRIES, JOURNALS, CODES = 200, 50, 500, 5000
MONTHS = 24


@router.get("")
@router.get("/balance")
def balance(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    *,
    by: Annotated[By, Query()] = By.ACCOUNT,
    columns: Annotated[str, Query()] = "",
    compare: Annotated[str, Query()] = "",
    zero: Annotated[str, Query()] = "",
) -> Response:
    """Show the trial balance, by account or otherwise, beside another year or month by month."""
    books = books_of(request, state, session, code)
    if columns == "months":
        return _by_month(request, books)
    view = show_balance(books.request(), by, compare.strip() or None)
    rows = view.get("accounts") or view.get("rows") or []
    shown = [row for row in rows if zero or _moves(row)]
    return render(
        request,
        "balance.html",
        books=books,
        dossier=books.dossier,
        view=view,
        classes=_classes(shown) if by is By.ACCOUNT else [("", shown)],
        hidden_rows=len(rows) - len(shown),
        by=str(by),
        compare=compare,
        zero=zero,
        classes_named=CLASS_NAMES,
        years=_years(books, view["from"], view["to"]),
        lengths=_lengths(books),
        charts=_charts(books),
    )


@router.get("/ledger")
def ledger(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """Show the general ledger: one account, or all that the filter wants."""
    books = books_of(request, state, session, code)
    page = show_ledger(books.request(limit=LINES, cursor=cursor))
    accounts = show_accounts(books.only(account=()).request(limit=CODES))
    return render(
        request,
        "ledger.html",
        books=books,
        dossier=books.dossier,
        page=page,
        single=len(page["accounts"]) == 1 and "account" in books.shown,
        accounts=accounts["items"],
    )


@router.get("/journals")
def journals(request: Request, state: FirmState, session: CurrentSession, code: str) -> Response:
    """Show the journals of a period."""
    books = books_of(request, state, session, code)
    calendars = read_journal_calendars(books.request())
    months = sorted({month for one in calendars.values() for month in one.months})[-12:]
    return render(
        request,
        "journals.html",
        books=books,
        dossier=books.dossier,
        page=show_journals(books.request(limit=JOURNALS)),
        calendars=calendars,
        most=max((count for one in calendars.values() for count in one.months.values()), default=1),
        months=[(month, *map(date.isoformat, _days_of(month))) for month in months],
    )


@router.get("/sections")
def sections(request: Request, state: FirmState, session: CurrentSession, code: str) -> Response:
    """Show the analytic sections of a period, by axis."""
    books = books_of(request, state, session, code)
    page = show_sections(books.request(limit=CODES))
    return render(request, "sections.html", books=books, dossier=books.dossier, page=page)


@router.get("/journals/{journal}")
def journal(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    journal: str,
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """Show the entries of a journal."""
    books = books_of(request, state, session, code)
    books.shown["journal"] = journal
    return _entries(request, books.only(journal=(journal,)), cursor, journal)


@router.get("/entries")
def entries(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """Show the entries that a filter wants."""
    return _entries(request, books_of(request, state, session, code), cursor)


@router.get("/entries/{name}")
def entry(
    request: Request, state: FirmState, session: CurrentSession, code: str, name: str
) -> Response:
    """Show one entry, and where it comes from."""
    books = books_of(request, state, session, code, period=False)
    found = show_entry(books.request(), name)
    source = None
    if found["importId"]:
        try:
            source = show_import(state.database, found["importId"], session.caller)
        except NotFoundError:  # purged since
            source = None
    return render(
        request, "entry.html", books=books, dossier=books.dossier, entry=found, source=source
    )


@router.get("/aged")
def aged(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    kind: Annotated[str, Query()] = "41",
) -> Response:
    """Show who owes what, and since when."""
    books = books_of(request, state, session, code, period=False)
    if "account" not in books.shown:
        root = kind if kind in {"40", "41"} else "41"
        books = books.only(account=(f"{root}*",))
    view = show_aged(books.request())
    return render(request, "aged.html", books=books, dossier=books.dossier, view=view, kind=kind)


@router.get("/charts")
def charts(request: Request, state: FirmState, session: CurrentSession, code: str) -> Response:
    """Show income and charges, cash, classes, and entries by month."""
    books = books_of(request, state, session, code)
    return render(
        request,
        "charts.html",
        books=books,
        dossier=books.dossier,
        charts=_charts(books),
        statements=show_statements(books.request()),
        classes=show_balance(books.request(), By.CLASS).get("rows") or [],
        journals=show_journals(books.request(limit=JOURNALS))["items"],
    )


def _entries(request: Request, books: BooksView, cursor: str | None, journal: str = "") -> Response:
    page = show_entries(books.request(limit=ENTRIES, cursor=cursor))
    return render(
        request,
        "entries.html",
        books=books,
        dossier=books.dossier,
        page=page,
        journal=journal,
    )


def _by_month(request: Request, books: BooksView) -> Response:
    months = show_balance(books.request(), By.MONTH).get("rows") or []
    names = [str(row.get("month", "")) for row in months][-12:]
    cells: dict[str, dict[str, int]] = {}
    labels: dict[str, str] = {}
    for name in names:
        view = show_balance(_of_month(books, name).request())
        for row in view.get("accounts") or []:
            account = str(row.get("account"))
            moved = row["movementDebitCents"] - row["movementCreditCents"]
            if moved:
                cells.setdefault(account, {})[name] = moved
                labels[account] = row["label"]
    return render(
        request,
        "balance_months.html",
        books=books,
        dossier=books.dossier,
        months=names,
        rows=[(account, labels[account], cells[account]) for account in sorted(cells)],
    )


def _of_month(books: BooksView, name: str) -> BooksView:
    start, end = (day.isoformat() for day in _days_of(name))
    return books.only(start=start, end=end, year=None, fiscal_year=None)


def _days_of(month: str) -> tuple[date, date]:
    first = date.fromisoformat(f"{month}-01")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _moves(row: Any) -> bool:  # noqa: ANN401 - a row of any kind of balance
    amounts = ("openingCents", "movementDebitCents", "movementCreditCents", "closingCents")
    return any(row[name] for name in amounts) or bool(row.get("compared"))


def _years(books: BooksView, start: str | None, end: str | None) -> list[FiscalYearView]:
    """Return the fiscal years that a period has days of."""
    return [
        year
        for year in books.dossier["fiscalYears"]
        if (start is None or start <= year["end"]) and (end is None or year["start"] <= end)
    ]


def _lengths(books: BooksView) -> list[tuple[int, int]]:
    """Return how many digits the accounts of a dossier have, and how many accounts have as many."""
    accounts = show_accounts(replace(books, given=FilterTexts()).request(limit=CODES))["items"]
    return sorted(Counter(len(one["code"]) for one in accounts if one["code"].isdigit()).items())


def _classes(rows: list[Any]) -> list[tuple[str, list[Any]]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(str(row.get("account", ""))[:1], []).append(row)
    return list(found.items())


def _charts(books: BooksView) -> dict[str, Any]:
    """Return income, charges and cash by month, ready to be drawn."""
    by_class = {
        name: {
            str(row.get("month")): row
            for row in show_balance(of_class.request(), By.MONTH).get("rows") or []
        }
        for name, of_class in ((root, books.only(account=(root,))) for root in ("7", "6", "5"))
    }
    months = _months_between({month for rows in by_class.values() for month in rows})
    cash = [show_balance(books.only(account=("5",)).request(), By.CLASS)["openingCents"]]
    for month in months:
        row = by_class["5"].get(month)
        cash.append(row["closingCents"] if row else cash[-1])
    opening, *cash = cash[-MONTHS - 1 :]
    months = months[-MONTHS:]
    income = [_moved(by_class["7"].get(month), -1) for month in months]
    charges = [_moved(by_class["6"].get(month), 1) for month in months]
    initials = "JFMAMJJASOND"
    names = [initials[int(month[5:]) - 1] for month in months]
    return {
        "months": months,
        "income": income,
        "charges": charges,
        "opening": opening,
        "cash": cash,
        "result": sum(income) - sum(charges),
        "bars": bars_of(income, charges, names),
        "line": line_of([opening, *cash], names),
    }


def _months_between(held: set[str]) -> list[str]:
    """Return the months from the first to the last, those without entries too."""
    if not held:
        return []
    first, last = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (min(held), max(held)))
    return [f"{place // 12:04}-{place % 12 + 1:02}" for place in range(first, last + 1)]


def _moved(row: Any, sign: int) -> int:  # noqa: ANN401 - a row of a balance
    if row is None:
        return 0
    moved: int = row["movementDebitCents"] - row["movementCreditCents"]
    return sign * moved
