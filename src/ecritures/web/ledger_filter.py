"""The filter of a page of the books, from its address: a view is its address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ecritures.app.ledger_reads import ReadRequest
from ecritures.app.queries import find_dossier
from ecritures.app.views.dossiers import DossierView, dossier_view
from ecritures.core.rights import Right
from ecritures.ledger.read.filter_texts import FilterTexts

if TYPE_CHECKING:
    from datetime import date

    from fastapi import Request

    from ecritures.api.http.app_state import AppState
    from ecritures.directory.sessions import Session

_ONE = {
    "from": "start",
    "to": "end",
    "year": "year",
    "fiscal-year": "fiscal_year",
    "revision": "revision",
    "lettering": "lettering",
}
_SEVERAL = {
    "journal": "journal",
    "account": "account",
    "third-party": "third_party",
    "siret": "siret",
    "number": "number",
    "import": "import_",
    "piece": "piece",
    "label": "label",
    "amount": "amount",
}
_PERIODS = ("from", "to", "year", "fiscal-year")
_WHOLE = frozenset({*_PERIODS, "revision", "account", "third-party", "siret"})
"""What leaves the accounts, or those of third parties and establishments, all of their lines."""
ALL = "all"


@dataclass(frozen=True, slots=True)
class BooksView:
    """A page of the books of a dossier.

    Attributes:
        dossier: The dossier.
        given: The filter.
        shown: What the fields of the filter hold, by parameter.
        state: The service, limited to the firm.
        session: Who reads.
    """

    dossier: DossierView
    given: FilterTexts
    shown: dict[str, str]
    state: AppState
    session: Session

    def request(self, **more: object) -> ReadRequest:
        """Return what every read of the ledger takes."""
        return ReadRequest(
            self.state.database,
            self.session.caller,
            self.dossier["code"],
            self.given,
            **more,  # type: ignore[arg-type]
        )

    def only(self, **texts: Any) -> BooksView:  # noqa: ANN401 - a text of the filter, or several
        """Return the same page with these texts of its filter in place of its own."""
        return replace(self, given=replace(self.given, **texts))

    @property
    def leaves_lines_out(self) -> bool:
        """Whether sums are of the lines found, and not balances of accounts."""
        return not self.shown.keys() <= _WHOLE

    @property
    def base(self) -> str:
        """The address of the dossier."""
        return f"/dossiers/{self.dossier['code']}"

    def address(self, page: str, **changes: str | None) -> str:
        """Return the address of a page of the dossier with the same filter, but for changes."""
        kept = {
            name: value
            for name, value in (self.shown | {"cursor": None} | changes).items()
            if value
        }
        return f"{self.base}/{page}" + (f"?{urlencode(kept)}" if kept else "")


def books_of(
    request: Request, state: AppState, session: Session, code: str, *, period: bool = True
) -> BooksView:
    """Return the dossier of a page and its filter; without a period, that of its current year.

    Args:
        request: Its query parameters are the filter, blank ones left out.
        state: The service, limited to the firm.
        session: Who reads.
        code: That of the dossier.
        period: Whether the page is of the current year unless it says otherwise.

    Raises:
        ForbiddenError: They may not read, or not this dossier.
        NotFoundError: There is no such dossier.
    """
    session.caller.require(Right.READ)
    found = find_dossier(state.database, session.caller, code)
    view = dossier_view(found, session.caller.domain)
    shown = {
        name: value.strip()
        for name, value in request.query_params.items()
        if value.strip() and name in {*_ONE, *_SEVERAL}
    }
    if period and not any(name in shown for name in _PERIODS):
        year = current_year(view, state.database.clock.now().date())
        if year is not None:
            shown["fiscal-year"] = year
    if "from" in shown or "to" in shown:
        shown.pop("fiscal-year", None)  # two days say more than a year
    texts: dict[str, object] = {field: shown[name] for name, field in _ONE.items() if name in shown}
    if texts.get("fiscal_year") == ALL:
        del texts["fiscal_year"]
    for name, field in _SEVERAL.items():
        values = tuple(one.strip() for one in request.query_params.getlist(name) if one.strip())
        if values:
            texts[field] = values
    return BooksView(view, FilterTexts(**texts), shown, state, session)  # type: ignore[arg-type]


def current_year(dossier: DossierView, today: date) -> str | None:
    """Return the first day of the last fiscal year that has begun; None: there is none."""
    years = [year["start"] for year in dossier["fiscalYears"]]
    begun = [start for start in years if start <= today.isoformat()]
    return max(begun) if begun else min(years, default=None)
