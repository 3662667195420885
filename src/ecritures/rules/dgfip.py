"""What the tax administration's own tool (Test-Compta-Demat) would say of a file.

It reads lines one by one, tolerates shapes of dates and numbers that the law does not, ignores what
only several lines show, and gives up without a report on some inputs. Its verdict is one of three.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.core.lines import Block
    from ecritures.core.regime import Regime

CONFORMING, NOT_CONFORMING, NO_REPORT = "conforming", "not-conforming", "no-report"

_NAME = re.compile(r"FEC20[0-9]{2}[01][0-9][0-3][0-9]")
_NO_REPORT_CODES = frozenset(
    {
        "FEC-FIC-01",
        "FEC-FIC-02",
        "FEC-FIC-03",
        "FEC-FIC-05",
        "FEC-FIC-06",
        "FEC-STR-01",
        "FEC-ENC-07",
    }
)
_BLOCKING_CODES = frozenset(
    {
        *(
            "FEC-FIC-04",
            "FEC-STR-18",
            "FEC-ENC-04",
            "FEC-STR-02",
            "FEC-STR-03",
            "FEC-STR-05",
            "FEC-STR-07",
        ),
        *("FEC-STR-08", "FEC-STR-09", "FEC-STR-13", "FEC-STR-14"),
    }
)
_NOT_XML = frozenset({"FEC-XML-15", "FEC-XML-16"})  # the schema has nothing against these
_ALWAYS_FILLED = ("entry_number", "entry_date", "account_number", "account_label", "label")
_FILLED = {
    "bic": ("journal_code", "journal_label", "piece_ref", "piece_date", "validation_date"),
    "cash": ("piece_ref", "piece_date"),
}
_NUMBERS = ("debit_cents", "credit_cents", "amount", "currency_amount")
_DATES = ("entry_date", "piece_date", "lettering_date", "validation_date")
_NUMBER = r"^(\+[+-]?|-)?[0-9]*(,[0-9]*)?([eE][+-]?[0-9]+)?[+-]?$"
_TIME = r"([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?"
_MONTH, _DAY, _MARK = r"(0[0-9]|1[0-2])", r"([0-2][0-9]|3[01])", r"[-/.]?"
_DATE = rf"^([0-9]{{4}}{_MARK}{_MONTH}{_MARK}{_DAY}|{_DAY}{_MARK}{_MONTH}{_MARK}[0-9]{{4}}){_TIME}$"
_NO_DATE = r"^[0-]*$"
_DIRECTION = r"^([DCdc]|[+-]1)$"
NARROW_NO_BREAK_SPACE = "\u202f"


class DgfipChecks:
    """Watches a reading for what the official tool would stumble on.

    Args:
        file_name: The file's name; None is taken as a right one.
    """

    def __init__(self, file_name: str | None) -> None:
        self._crashes = file_name is not None and not _NAME.search(file_name.upper())
        self._blocks = False

    def check(self, block: Block, regime: Regime | None) -> None:
        """Look at a block of a file held to a regime."""
        required = (
            _ALWAYS_FILLED + _FILLED["cash" if regime is not None and regime.is_cash else "bic"]
        )
        for column in block.text.columns:
            if column in _NUMBERS:
                values = block.text[column].unique().str.strip_chars()
                if block.notation == "xml":
                    values = values.str.replace(".", ",", literal=True)
                self._crashes |= bool(values.str.contains(NARROW_NO_BREAK_SPACE).any())
                self._blocks |= not values.str.contains(_NUMBER).all()
            elif column in _DATES:
                values = block.text[column].unique().str.strip_chars()
                dated = values.str.contains(_DATE) & ~values.str.contains(_NO_DATE)
                absent = values.str.contains(_NO_DATE)
                self._blocks |= not (dated | absent).all()
                self._blocks |= column in required and bool(absent.any())
            elif column == "direction":
                values = block.text[column].unique()
                self._crashes |= not values.str.contains(_DIRECTION).all()
            elif column in required:
                self._blocks |= bool((block.lines[column] == "").any())

    def verdict(self, codes: Iterable[str]) -> str:
        """Return the tool's verdict, given the codes found: the structural ones count here too."""
        found = set(codes)
        if self._crashes or found & _NO_REPORT_CODES:
            return NO_REPORT
        xml = {code for code in found if code.startswith("FEC-XML-")} - _NOT_XML
        if self._blocks or xml or found & _BLOCKING_CODES:
            return NOT_CONFORMING
        return CONFORMING
