"""Balances of a ledger: trial balance, aged balance, statements; as JSON and as tables."""

from __future__ import annotations

from calendar import monthrange
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ecritures.app.queries import find_dossier
from ecritures.app.views.aged import aged_view
from ecritures.app.views.balance import balance_view
from ecritures.app.views.statements import statements_view
from ecritures.core.errors import RefusedRequestError
from ecritures.ledger.openings.opening_years import year_of
from ecritures.ledger.read.aged import DAYS, read_aged
from ecritures.ledger.read.balance import By, read_balance
from ecritures.ledger.read.filter_texts import FilterError, FilterTexts, parse_filter
from ecritures.ledger.read.snapshot import open_snapshot
from ecritures.ledger.read.statements import read_statements
from ecritures.reports.tables.content import Column, Kind, Table, Title

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ecritures.app.ledger_reads import ReadRequest
    from ecritures.app.views.aged import AgedView
    from ecritures.app.views.balance import BalanceView
    from ecritures.app.views.statements import StatementsView
    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.read.balance import Balance
    from ecritures.ledger.read.filters import Filter
    from ecritures.ledger.read.snapshot import Snapshot


def show_balance(
    request: ReadRequest, by: By = By.ACCOUNT, compare: str | None = None
) -> BalanceView:
    """Return a trial balance as JSON.

    Args:
        request: Whose, and which lines.
        by: What has a row.
        compare: The year to compare with, on the same days of it; None: none.

    Raises:
        NotFoundError: There is no such dossier.
        ForbiddenError: The key is not linked to it.
        RefusedRequestError: The filter or the year cannot be understood.
        GoneError: The revision can no longer be read.
    """
    with _open(request) as (snapshot, dossier, wanted):
        found = read_balance(snapshot, wanted, by)
        other = _compared(snapshot, dossier, request, by, compare)
        return balance_view(dossier.code, snapshot.revision, found, other)


def show_aged(request: ReadRequest) -> AgedView:
    """Return an aged balance as JSON, on the last day of the filter or today.

    It raises as `show_balance`.
    """
    with _open(request) as (snapshot, dossier, wanted):
        on = wanted.end or request.database.clock.now().date()
        return aged_view(dossier.code, snapshot.revision, on, read_aged(snapshot, wanted, on))


def show_statements(request: ReadRequest) -> StatementsView:
    """Return the income statement and the balance sheet as JSON (raises as `show_balance`)."""
    with _open(request) as (snapshot, dossier, wanted):
        found = read_statements(snapshot, wanted)
        return statements_view(dossier.code, snapshot.revision, wanted, found)


@contextmanager
def open_balance_table(
    request: ReadRequest, by: By = By.ACCOUNT, compare: str | None = None
) -> Iterator[Table]:
    """Open a trial balance as a table (raises as `show_balance`)."""
    view: Any = show_balance(request, by, compare)
    codes = _CODES[by]
    columns = [*codes, *_AMOUNTS]
    if compare is not None:
        columns += [
            Column(f"{one.name}Compared", f"{one.fr} {compare}", f"{one.en} {compare}", one.kind)
            for one in _AMOUNTS
        ]
    yield Table(
        Title("balance", "Balance", "Trial balance"),
        columns,
        (
            (
                *(row.get(one.name) for one in codes),
                *(row[one.name] for one in _AMOUNTS),
                *((row["compared"] or {}).get(one.name) for one in _AMOUNTS if compare is not None),
            )
            for row in view.get("accounts", view.get("rows"))
        ),
    )


@contextmanager
def open_aged_table(request: ReadRequest) -> Iterator[Table]:
    """Open an aged balance as a table (raises as `show_balance`)."""
    view = show_aged(request)
    ages = [
        Column("notDueCents", "Non échu", "Not due", Kind.CENTS),
        *(
            Column(f"age{place}", f"{low} à {high} jours", f"{low} to {high} days", Kind.CENTS)
            for place, (low, high) in enumerate(zip((0, 31, 61), DAYS, strict=True))
        ),
        Column(f"age{len(DAYS)}", "Plus de 90 jours", "Over 90 days", Kind.CENTS),
        Column("openCents", "Total", "Total", Kind.CENTS),
    ]
    yield Table(
        Title("balance-agee", "Balance âgée", "Aged balance"),
        [*_CODES[By.THIRD_PARTY], *ages],
        (
            (
                *(row["account"], row["label"], row["thirdParty"], row["thirdPartyLabel"]),
                *(row["notDueCents"], *row["agesCents"], row["openCents"]),
            )
            for row in view["rows"]
        ),
    )


@contextmanager
def open_statements_table(request: ReadRequest) -> Iterator[Table]:
    """Open the statements as a table (raises as `show_balance`)."""
    view: Any = show_statements(request)
    parts = (
        ("Charges", view["incomeStatement"]["expenses"]),
        ("Produits", view["incomeStatement"]["income"]),
        ("Actif", view["balanceSheet"]["assets"]),
        ("Passif", view["balanceSheet"]["liabilities"]),
    )
    result = view["incomeStatement"]["resultCents"]
    yield Table(
        Title("etats-indicatifs", "États indicatifs", "Indicative statements"),
        [
            Column("part", "Partie", "Part"),
            Column("code", "Comptes", "Accounts"),
            Column("label", "Libellé", "Label"),
            Column("amount", "Montant", "Amount", Kind.CENTS),
        ],
        (
            *(
                (name, one["code"], one["label"], one["cents"])
                for name, held in parts
                for one in held
            ),
            ("Résultat", "", "Résultat de la période", result),
            ("Passif", "", "Résultat non reporté", view["balanceSheet"]["resultNotCarriedCents"]),
        ),
    )


_LABEL = Column("label", "Libellé", "Label")
_CODES = {
    By.ACCOUNT: [Column("account", "Compte", "Account"), _LABEL],
    By.CLASS: [Column("class", "Classe", "Class"), _LABEL],
    By.THIRD_PARTY: [
        Column("account", "Compte", "Account"),
        _LABEL,
        Column("thirdParty", "Tiers", "Third party"),
        Column("thirdPartyLabel", "Libellé du tiers", "Third party label"),
    ],
    By.ESTABLISHMENT: [Column("siret", "Établissement", "Establishment")],
    By.JOURNAL: [Column("journal", "Journal", "Journal"), _LABEL],
    By.MONTH: [Column("month", "Mois", "Month")],
}
_AMOUNTS = [
    Column("openingCents", "Ouverture", "Opening", Kind.CENTS),
    Column("movementDebitCents", "Débit", "Debit", Kind.CENTS),
    Column("movementCreditCents", "Crédit", "Credit", Kind.CENTS),
    Column("closingCents", "Clôture", "Closing", Kind.CENTS),
]


@contextmanager
def _open(request: ReadRequest) -> Iterator[tuple[Snapshot, Dossier, Filter]]:
    """Open the ledger at the revision of the filter."""
    dossier = find_dossier(request.database, request.caller, request.code)
    wanted = parse_filter(request.given, dossier)
    with open_snapshot(request.database, dossier, wanted.revision) as snapshot:
        yield snapshot, dossier, wanted


def _compared(
    snapshot: Snapshot, dossier: Dossier, request: ReadRequest, by: By, year: str | None
) -> Balance | None:
    if year is None:
        return None
    if by is By.MONTH:
        raise RefusedRequestError(
            "compare-by-month",
            "compare : une balance par mois ne se compare pas à une autre année.",
            "compare: a balance by month cannot be compared with another year.",
        )
    try:
        days = parse_filter(FilterTexts(year=year), dossier)
    except FilterError as error:
        fr, en = (
            text.replace("year", "compare") for text in (error.sentence.fr, error.sentence.en)
        )
        raise FilterError("compare", error.sentence.code, fr, en) from error
    given = parse_filter(request.given, dossier)
    return read_balance(snapshot, _moved(given, days, dossier), by)


def _moved(given: Filter, year: Filter, dossier: Dossier) -> Filter:
    """Return a filter for the same days of another year; without days, for all of that year."""
    if given.start is None and given.end is None:
        return replace(given, start=year.start, end=year.end)
    first, last = (
        year_of(dossier, day)[0] for day in (given.start or given.end, year.start) if day
    )
    years = last.year - first.year
    start = year.start if given.start is None else _years_later(given.start, years)
    end = year.end if given.end is None else _years_later(given.end, years)
    return replace(given, start=start, end=end)


def _years_later(day: date, years: int) -> date:
    """Return the same day in another year; the last one of February stays it."""
    is_last = (day + timedelta(days=1)).day == 1
    moved = day.replace(day=1, year=day.year + years)
    last = monthrange(moved.year, moved.month)[1]
    return moved.replace(day=last if is_last else min(day.day, last))
