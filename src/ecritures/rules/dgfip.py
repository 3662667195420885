"""What the tax administration's own tool (Test-Compta-Demat) would say of the columns of a file.

It looks at values one by one, tolerates shapes of dates and numbers that the law does not, and
ignores what only several lines show. Its verdict is one of three, here with the first reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.core.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from ecritures.core.lines import Block

CONFORMING, NOT_CONFORMING, NO_REPORT = "conforming", "not-conforming", "no-report"
FIRST_STRICT_YEAR = 2013  # closings before it may lack data, and have other separators

_NOT_XML = frozenset({"FEC-XML-15", "FEC-XML-16"})  # the schema has nothing against these
_ALWAYS_FILLED = frozenset({"entry_number", "account_number", "account_label", "label"})
_FILLED = frozenset({"journal_code", "journal_label", "piece_ref", "piece_date", "validation_date"})
_FILLED_IN_CASH = frozenset({"piece_ref", "piece_date"})
_NUMBERS = frozenset({"debit_cents", "credit_cents", "amount", "currency_amount"})
_DATES = frozenset(
    {"entry_date", "piece_date", "lettering_date", "validation_date", "settlement_date"}
)
_NUMBER = (
    r"^ *[+-]*[0-9.,]+ *[+-]* *$"
    r"|^ *[+-]?(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)[eE][+-]?[0-9]+ *$"
)
_TIME = r"([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?"
_MONTH, _DAY, _MARK = r"(0[0-9]|1[0-2])", r"([0-2][0-9]|3[01])", r"[-/.]?"
_DATE = rf"^([0-9]{{4}}{_MARK}{_MONTH}{_MARK}{_DAY}|{_DAY}{_MARK}{_MONTH}{_MARK}[0-9]{{4}}){_TIME}$"
_NO_DATE = r"^[0-]*$"
_DIRECTION = r"^([DCdc]|[+-]1)$"
NARROW_NO_BREAK_SPACE = "\u202f"


@dataclass(frozen=True, slots=True)
class Official:
    """What the tool would say.

    Attributes:
        verdict: `CONFORMING`, `NOT_CONFORMING` or `NO_REPORT`.
        reason: Why, when it does not find the file conforming.
    """

    verdict: str = CONFORMING
    reason: Sentence | None = None


def stops(code: str, fr: str, en: str) -> Official:
    """Say that the tool makes no report, and why."""
    return Official(NO_REPORT, Sentence(code, fr, en))


def refuses(code: str, fr: str, en: str) -> Official:
    """Say that the tool finds the file not conforming, and why."""
    return Official(NOT_CONFORMING, Sentence(code, fr, en))


@dataclass(frozen=True, slots=True)
class Demands:
    """What the tool wants of a file.

    Attributes:
        cash: Whether it is held to a regime of cash accounting.
        strict: Whether data may not be absent: closings since 2013.
    """

    cash: bool = False
    strict: bool = True

    @property
    def filled(self) -> frozenset[str]:
        """The columns that may not be empty."""
        if not self.strict:
            return _ALWAYS_FILLED
        return _ALWAYS_FILLED | (_FILLED_IN_CASH if self.cash else _FILLED)


def judge_column(column: str, name: str, values: pl.Series, demands: Demands) -> Official | None:
    """Judge the values of a column; None where the tool has nothing to say.

    Args:
        column: Its canonical name.
        name: Its name in the law.
        values: What it holds.
        demands: What the tool wants of the file.
    """
    values = values.unique()
    bare = values.str.strip_chars()
    if column in _NUMBERS:
        return _judge_numbers(name, values)
    if column == "direction":
        if values.str.contains(_DIRECTION).all():
            return None
        return stops(
            "direction", f"{name} n'est ni D, C, +1 ni -1", f"{name} is neither D, C, +1 nor -1"
        )
    if column in _DATES:
        absent = bare.str.contains(_NO_DATE)
        required = column == "entry_date"
        if not (absent | bare.str.contains(_DATE)).all() or (required and absent.any()):
            return refuses(
                "date", f"{name} n'est pas une date admise", f"{name} is not an accepted date"
            )
    if column in demands.filled and (bare == "").any():
        return refuses(
            "empty",
            f"{name} est vide sur au moins une ligne",
            f"{name} is empty on at least one line",
        )
    return None


def _judge_numbers(name: str, values: pl.Series) -> Official | None:
    given = values.filter(values.str.strip_chars() != "")
    if given.str.contains(NARROW_NO_BREAK_SPACE, literal=True).any():
        return stops(
            "narrow-space",
            f"{name} contient une espace fine, qui arrête l'outil",
            f"{name} holds a narrow no-break space, which stops the tool",
        )
    if given.str.contains(".", literal=True).any():
        return refuses(
            "point", f"{name} a un point au lieu d'une virgule", f"{name} has a point, not a comma"
        )
    wrong = (
        ~given.str.contains(_NUMBER)
        | (given.str.count_matches("-", literal=True) > 1) & ~given.str.contains("[eE]")
        | (given.str.count_matches(",", literal=True) > 1)
    )
    if wrong.any():
        return refuses(
            "number", f"{name} n'est pas un nombre admis", f"{name} is not an accepted number"
        )
    return None


class XmlChecks:
    """Watches the reading of an XML file for what the tool would stumble on."""

    def __init__(self) -> None:
        self._found: Official | None = None

    def check(self, block: Block, demands: Demands) -> None:
        """Look at a block."""
        if self._found:
            return
        for column in block.text.columns:
            if column == "line":
                continue
            values = block.text[column]
            if values.str.contains("|", literal=True).any():
                self._found = refuses(
                    "pipe",
                    "un texte du document contient « | »",
                    "a text of the document holds “|”",
                )
                return
            if column in _NUMBERS:
                values = values.str.strip_chars().str.replace(".", ",", literal=True)
            name = block.names.get(column, column)
            self._found = self._found or judge_column(column, name, values, demands)

    def verdict(self, codes: Iterable[str]) -> Official:
        """Return what the tool says, given the codes found: the schema counts too."""
        xml = {code for code in codes if code.startswith("FEC-XML-")} - _NOT_XML
        if xml:
            return refuses(
                "schema",
                "le document ne respecte pas le schéma publié",
                "the document does not follow the published schema",
            )
        return self._found or Official()
