"""The options of a request, with their defaults; those that the vendor does not state are ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.formats.loop_json.decode import TWICE
from ecritures.formats.loop_json.fields import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ecritures.core.anomalies import Anomalies

FLAGS = {
    "multiPeriode": True,
    "failOnUnbalanced": False,
    "createNewJournaux": True,
    "createNewComptes": True,
    "createNewTiers": True,
    "sortLines": False,
    "newFolio": False,
    "balanceAuto": None,
    "aNouveaux": True,
    "createPieceRef": False,
}
"""Option → its value where it is absent or null."""
DEFAULTS = ("defaultJournalId", "defaultCompte")
SEPARATORS = (".", ",")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TOKENS = {
    **dict.fromkeys(("AAAA", "YYYY", "yyyy"), "(?<y>[0-9]{4})"),
    "MM": "(?<m>[0-9]{2})",
    **dict.fromkeys(("JJ", "DD", "dd"), "(?<d>[0-9]{2})"),
    **dict.fromkeys(("HH", "hh", "mm", "ss"), "[0-9]{2}"),
    **dict.fromkeys(("SSS", "nnn"), "[0-9]{3}"),
    "T": "T",
    "Z": "Z",
}
_TOKEN = re.compile("|".join(sorted(_TOKENS, key=len, reverse=True)) + r"|[-/. :]")
_YEAR, _MONTH, _DAY = _PARTS = ("(?<y>", "(?<m>", "(?<d>")


@dataclass(frozen=True, slots=True)
class Options:
    """What a request asks for.

    Attributes:
        decimal: The decimal mark of amounts that are texts.
        date_pattern: A regular expression with the groups y, m and d; None: ISO dates.
        flags: As `FLAGS` names them.
        journal: The identifier of the journal of lines that have none, or None.
        account: That of the account in the place of those that must not be created, or None.
        period: First and last day of the entries, or None.
        says_periods: Whether `multiPeriode` is given.
    """

    decimal: str
    date_pattern: str | None
    flags: Mapping[str, bool | None]
    journal: str | None = None
    account: str | None = None
    period: tuple[date, date] | None = None
    says_periods: bool = False

    @property
    def unbalanced(self) -> str | None:
        """The policy that the options ask for; None: that of the dossier or the firm."""
        if self.flags["failOnUnbalanced"] or self.flags["balanceAuto"] is False:
            return "refuse"
        return "difference" if self.flags["balanceAuto"] else None


def read_options(
    given: Mapping[str, object], period: tuple[date, date] | None, anomalies: Anomalies
) -> Options:
    """Read options; what is wrong with them is recorded, and blocks."""
    if TWICE in given:
        anomalies.add("JSON-STR-07", column=f"options.{given[TWICE]}")
    _report_unknown(given, anomalies)
    flags: dict[str, bool | None] = {}
    for name, default in FLAGS.items():
        value = given.get(name)
        if value is not None and not isinstance(value, bool):
            _refuse(name, value, "true, false", anomalies)
            value = None
        flags[name] = default if value is None else value
    named = {name: _identifier(name, given.get(name), anomalies) for name in DEFAULTS}
    if given.get("comptesRules"):
        anomalies.add("JSON-OPT-02", column="options.comptesRules")
    return Options(
        _decimal(given.get("separatorDecimal"), anomalies),
        _date_pattern(given.get("formatDate"), anomalies),
        flags,
        named["defaultJournalId"],
        named["defaultCompte"],
        period,
        says_periods=given.get("multiPeriode") is not None,
    )


def _report_unknown(given: Mapping[str, object], anomalies: Anomalies) -> None:
    unknown = [name for name in given if name not in OPTIONS and name != TWICE]
    if unknown:
        anomalies.add("JSON-OPT-03", value=", ".join(unknown[:10]), column="options")


def _decimal(value: object, anomalies: Anomalies) -> str:
    if value in (None, ""):
        return "."
    if value not in SEPARATORS:
        _refuse("separatorDecimal", value, " ".join(SEPARATORS), anomalies)
        return "."
    return str(value)


def _date_pattern(value: object, anomalies: Anomalies) -> str | None:
    """Turn a date pattern into a regular expression."""
    if value in (None, ""):
        return None
    text = str(value) if isinstance(value, str) else ""
    made, at = "", 0
    while found := _TOKEN.match(text, at):
        made += _TOKENS.get(found[0], re.escape(found[0]))
        at = found.end()
    # A day before its month, behind the year, would be another day in ISO, which is read too.
    is_odd = made.startswith(_YEAR) and made.find(_DAY) < made.find(_MONTH)
    if at < len(text) or is_odd or any(made.count(part) != 1 for part in _PARTS):
        _refuse("formatDate", value, "AAAA-MM-JJ, JJ/MM/AAAA, AAAAMMJJ…", anomalies)
        return None
    return f"^{made}$"


def _identifier(name: str, value: object, anomalies: Anomalies) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or _UUID.fullmatch(value) is None:
        _refuse(name, value, "uuid", anomalies)
        return None
    return value.lower()


def _refuse(name: str, value: object, expected: str, anomalies: Anomalies) -> None:
    anomalies.add("JSON-OPT-01", column=f"options.{name}", value=str(value), expected=expected)
