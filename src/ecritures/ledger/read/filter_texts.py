"""The filter as people write it: query parameters, or options with the same names."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

from ecritures.core.errors import NotFoundError, RefusedRequestError
from ecritures.core.folding import fold
from ecritures.directory.fiscal_years import LAST_YEAR, find_year
from ecritures.ledger.read.filters import AmountRange, CodePattern, Filter, LetteringState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecritures.directory.dossiers import Dossier

FIRST_YEAR = 1000
REVISION_MAX = 2**31 - 1
_RANGE = re.compile(r"([0-9][^-*]*)-([0-9][^-*]*)")
_CLASS = re.compile(r"[0-9]")
_NUMBER = re.compile(r"[0-9]{1,10}")
_YEAR = re.compile(r"[12][0-9]{3}")
_SPACES = re.compile(r"[\s\u00a0\u202f']|€|EUR", re.IGNORECASE)
_AMOUNT = re.compile(r"[+\-\u2212]?([0-9]{1,14})(?:[.,]([0-9]{1,2}))?")
_THOUSANDS = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]{1,2}|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]{1,2}"
)
_BETWEEN = re.compile(
    r"(?P<low>.*?)\.\.(?P<high>.*)|(?P<from>[^-]*[0-9][^-]*)-(?P<to>[^-]*[0-9][^-]*)"
)


class FilterError(RefusedRequestError):
    """A condition cannot be understood.

    Attributes:
        errors: The parameter that is wrong: `path`, `fr`, `en`.
    """

    def __init__(self, field: str, code: str, fr: str, en: str) -> None:
        super().__init__(code, fr, en)
        self.errors = ({"path": f"query.{field}", "fr": fr, "en": en},)


@dataclass(frozen=True, slots=True)
class FilterTexts:
    """What was given of each condition, in the order and with the names of the options."""

    start: str | None = None
    end: str | None = None
    year: str | None = None
    fiscal_year: str | None = None
    journal: Sequence[str] = ()
    account: Sequence[str] = ()
    third_party: Sequence[str] = ()
    siret: Sequence[str] = ()
    number: Sequence[str] = ()
    piece: Sequence[str] = ()
    label: Sequence[str] = ()
    amount: Sequence[str] = ()
    lettering: str | None = None
    import_: Sequence[str] = ()
    revision: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not any(getattr(self, one.name) for one in fields(self))


def parse_filter(given: FilterTexts, dossier: Dossier) -> Filter:
    """Understand a filter.

    Args:
        given: As written.
        dossier: Its fiscal years give the days of a year.

    Raises:
        FilterError: A condition cannot be understood; it says which, and how to write it.
    """
    start, end = _days(given, dossier)
    return Filter(
        start=start,
        end=end,
        journals=_texts(given.journal),
        accounts=tuple(dict.fromkeys(map(_account, _texts(given.account)))),
        third_parties=tuple(dict.fromkeys(map(_root, given.third_party))),
        sirets=_texts(given.siret),
        numbers=_texts(given.number),
        pieces=tuple(dict.fromkeys(map(_root, _texts(given.piece)))),
        words=tuple(dict.fromkeys(fold(" ".join(given.label)).split())),
        amounts=tuple(dict.fromkeys(map(amounts_of, _texts(given.amount)))),
        lettering=_lettering(given.lettering),
        imports=_texts(given.import_),
        revision=_revision(given.revision),
    )


def _texts(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in given if one.strip()))


def _days(given: FilterTexts, dossier: Dossier) -> tuple[date | None, date | None]:
    """Return the first and the last day that all the conditions on dates leave."""
    first, last = _day("from", given.start), _day("to", given.end)
    if first and last and last < first:
        raise FilterError(
            "to",
            "filter-days",
            f"to : la période du {first} au {last} finit avant de commencer.",
            f"to: the period from {first} to {last} ends before it begins.",
        )
    periods = [(first, last)]
    if given.year:
        periods.append(_year(given.year, dossier))
    if given.fiscal_year:
        periods.append(_fiscal_year(given.fiscal_year, dossier))
    starts = [start for start, _ in periods if start]
    ends = [end for _, end in periods if end]
    return max(starts, default=None), min(ends, default=None)


def _day(field: str, text: str | None) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FilterError(
            field,
            "filter-date",
            f"{field} : « {text} » n'est pas une date ; écrivez-la comme 2024-12-31.",
            f"{field}: “{text}” is not a date; write it as in 2024-12-31.",
        )
    return day


def _year(text: str, dossier: Dossier) -> tuple[date, date]:
    """Return the days of the fiscal year that alone ends in a year, else of the calendar year."""
    if not _YEAR.fullmatch(text):
        raise FilterError(
            "year",
            "filter-year",
            f"year : « {text} » n'est pas une année ; écrivez-la comme 2024.",
            f"year: “{text}” is not a year; write it as in 2024.",
        )
    year = int(text)
    if not any(one.end.year == year for one in dossier.fiscal_years):
        return date(year, 1, 1), date(year, 12, 31)
    return _fiscal_year(text, dossier, "year")


def _fiscal_year(text: str, dossier: Dossier, field: str = "fiscal-year") -> tuple[date, date]:
    try:
        found = find_year(dossier, text)
    except (NotFoundError, RefusedRequestError) as error:
        said = error.sentence
        raise FilterError(field, said.code, said.fr, said.en) from error
    return found.start, found.end


def _account(text: str) -> CodePattern:
    """Understand an account, a root (`411*`), a range (`411000-419999`) or a class (`4`)."""
    if _CLASS.fullmatch(text):
        return CodePattern(text, root=text)
    if found := _RANGE.fullmatch(text):
        low, high = found[1], found[2]
        if low > high and not low.startswith(high):
            raise FilterError(
                "account",
                "filter-account",
                f"account : l'intervalle « {text} » finit avant de commencer.",
                f"account: the range “{text}” ends before it begins.",
            )
        return CodePattern(text, low=low, high=high)
    return _root(text)


def _root(text: str) -> CodePattern:
    return CodePattern(text, root=text[:-1]) if text.endswith("*") else CodePattern(text)


def amounts_of(text: str) -> AmountRange:
    """Understand an amount in euros, or a range: `1 234,56`, `100..200`, `100-200`, `1000..`."""
    found = _BETWEEN.fullmatch(text)
    if found is None:
        cents = _cents(text, text)
        return AmountRange(cents, cents)
    low, high = found["low"] or found["from"], found["high"] or found["to"]
    if not (low or "").strip() and not (high or "").strip():
        raise _amount_refused(text)
    least = _cents(low, text) if low and low.strip() else 0
    most = _cents(high, text) if high and high.strip() else None
    if most is not None and most < least:
        raise FilterError(
            "amount",
            "filter-amount-range",
            f"amount : l'intervalle « {text} » finit avant de commencer.",
            f"amount: the range “{text}” ends before it begins.",
        )
    return AmountRange(least, most)


def _cents(part: str, text: str) -> int:
    """Return an amount in cents, without its sign."""
    plain = _SPACES.sub("", part)
    unsigned = plain.lstrip("+-\u2212")
    if _THOUSANDS.fullmatch(unsigned):
        whole, decimals = re.split(r"[.,](?=[0-9]{1,2}$)", unsigned)
        plain = f"{re.sub('[.,]', '', whole)},{decimals}"
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise _amount_refused(text)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _amount_refused(text: str) -> FilterError:
    return FilterError(
        "amount",
        "filter-amount",
        f"amount : « {text} » n'est pas un montant en euros ; écrivez 1234,56 ou 100..200.",
        f"amount: “{text}” is not an amount in euros; write 1234.56 or 100..200.",
    )


def _lettering(text: str | None) -> LetteringState | None:
    if not text:
        return None
    try:
        return LetteringState(text)
    except ValueError:
        known = ", ".join(LetteringState)
        raise FilterError(
            "lettering",
            "filter-lettering",
            f"lettering : « {text} » n'est pas un état de lettrage ; choisissez parmi {known}.",
            f"lettering: “{text}” is no state of lettering; choose one of {known}.",
        ) from None


def _revision(text: str | None) -> int | None:
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or int(text) > REVISION_MAX:
        raise FilterError(
            "revision",
            "filter-revision",
            f"revision : « {text} » n'est pas une révision ; ledgerRevision en donne.",
            f"revision: “{text}” is not a revision; ledgerRevision gives them.",
        )
    return int(text)
