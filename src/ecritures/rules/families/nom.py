"""The name of the file: SIREN, `FEC`, closing date (article A47 A-1 IX)."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from ecritures.core.siret import is_siren

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.rules.expectations import Expectations
    from ecritures.rules.period import OutsideYear

_NAME = re.compile(r"(?P<siren>[0-9]{9})FEC(?P<day>[0-9]{8})(_[^.]*)?(\.[^.]*)?", re.IGNORECASE)
_COMPANY = re.compile(
    r"(?<![0-9])(?P<siren>[0-9]{3} ?[0-9]{3} ?[0-9]{3})( ?[0-9]{5})?[ _-]*FEC", re.IGNORECASE
)
EXPECTED = "SIREN + FEC + AAAAMMJJ"


def check_file_name(expected: Expectations, anomalies: Anomalies) -> date | None:
    """Record what is wrong with the name; return the closing date, given or read from it."""
    if expected.file_name is None:
        return expected.closing_date
    _check_company(expected, anomalies)
    match = _NAME.fullmatch(expected.file_name)
    if match is None:
        anomalies.add("FEC-NOM-01", value=expected.file_name, expected=EXPECTED)
        return expected.closing_date
    siren, day = match["siren"], match["day"]
    if not is_siren(siren):
        anomalies.add("FEC-NOM-02", value=siren)
    closing: date | None = None
    with suppress(ValueError):
        closing = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    if closing is None:
        anomalies.add("FEC-NOM-03", value=day)
    elif expected.closing_date and closing != expected.closing_date:
        anomalies.add(
            "FEC-NOM-06", value=closing.isoformat(), expected=expected.closing_date.isoformat()
        )
    return expected.closing_date or closing


def company_of(expected: Expectations) -> str | None:
    """Return the SIREN of the company, given or read from the name of the file."""
    return expected.siren or _siren_in(expected.file_name)


def _check_company(expected: Expectations, anomalies: Anomalies) -> None:
    """Record that the name is another company's, also where it is not quite what the law wants."""
    found = _siren_in(expected.file_name)
    if found and expected.siren and found != expected.siren:
        anomalies.add("FEC-NOM-05", value=found, expected=expected.siren)


def _siren_in(name: str | None) -> str | None:
    """Return the SIREN before `FEC`, wherever it is in a name and however it is spaced."""
    found = _COMPANY.search(name or "")
    return found["siren"].replace(" ", "") if found else None


def check_named_year(outside: OutsideYear, anomalies: Anomalies) -> None:
    """Record that most lines are of another fiscal year than the one the name gives."""
    if outside.is_another_year:
        anomalies.add(
            "FEC-NOM-04", value=str(outside.found["value"][0]), expected=str(outside.closing)
        )
