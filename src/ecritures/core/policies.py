"""What a firm, a dossier or a request may choose about an import, besides the rules that block it.

The first value of each is its default.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from ecritures.core.errors import RefusedRequestError
from ecritures.core.grouping import Grouping

if TYPE_CHECKING:
    from collections.abc import Mapping


class Mode(StrEnum):
    """What an import does to the ledger."""

    APPEND = "append"
    REFUSE_IF_PRESENT = "refuse-if-present"  # the journal has entries of the same days
    REPLACE = "replace"  # of a fiscal year, a period, journals


class Duplicates(StrEnum):
    """What happens to what the ledger of the dossier holds already."""

    REFUSE = "refuse"
    SKIP = "skip"
    ALLOW = "allow"


class Lookalikes(StrEnum):
    """What happens to entries without a number that look like those of the ledger."""

    ALLOW = "allow"
    REFUSE = "refuse"
    SKIP = "skip"


class OtherCompany(StrEnum):
    """What happens to a file whose SIREN is not the dossier's."""

    REFUSE = "refuse"
    ALLOW = "allow"


class OutsideFiscalYears(StrEnum):
    """What happens to entries dated outside the fiscal years of the dossier."""

    REFUSE = "refuse"
    ACCEPT = "accept"
    CREATE = "create"


class LateEntries(StrEnum):
    """What happens to entries dated in a period that is locked or closed."""

    REFUSE = "refuse"
    FIRST_OPEN_DAY = "first-open-day"


class Openings(StrEnum):
    """What happens to a second opening of a fiscal year."""

    REFUSE = "refuse"
    REPLACE = "replace"
    ALLOW = "allow"


class Unbalanced(StrEnum):
    """What happens to entries whose debit and credit differ."""

    REFUSE = "refuse"
    DIFFERENCE = "difference"  # a few cents go to 658 or 758
    SUSPENSE = "suspense"  # the difference goes to 471


class FileValidation(StrEnum):
    """Whether the validation dates of a file make its entries definitive here."""

    KEPT = "kept"
    BINDING = "binding"


class MissingNumbers(StrEnum):
    """What happens to entries without a number."""

    KEEP = "keep"
    ASSIGN = "assign"  # the journal's next number


class Definitive(StrEnum):
    """What happens to validated entries that an undo or a replacement would remove."""

    REFUSE = "refuse"
    REVERSE = "reverse"  # contre-passation


class ReverseStyle(StrEnum):
    """How a reversal entry is written."""

    EXCHANGE = "exchange"  # debit and credit exchanged
    NEGATIVE = "negative"


class AmountUnit(StrEnum):
    """What the amounts of a file that an import model reads are in."""

    AUTO = "auto"  # as the model or the file says
    EUROS = "euros"
    CENTS = "cents"


class FileEncoding(StrEnum):
    """What the bytes of a text that is not UTF-8 mean."""

    AUTO = "auto"  # as the model or the file says
    UTF_8 = "utf-8"
    WINDOWS_1252 = "windows-1252"
    ISO_8859_1 = "iso-8859-1"
    ISO_8859_15 = "iso-8859-15"
    CP850 = "cp850"
    CP437 = "cp437"
    MAC_ROMAN = "mac-roman"


POLICIES: Mapping[str, type[StrEnum]] = {
    "mode": Mode,
    "duplicates": Duplicates,
    "duplicateEntries": Duplicates,
    "lookalikes": Lookalikes,
    "otherCompany": OtherCompany,
    "groupBy": Grouping,
    "missingNumbers": MissingNumbers,
    "outsideFiscalYears": OutsideFiscalYears,
    "lateEntries": LateEntries,
    "openings": Openings,
    "unbalanced": Unbalanced,
    "fileValidation": FileValidation,
    "definitive": Definitive,
    "reverseStyle": ReverseStyle,
    "unit": AmountUnit,
    "encoding": FileEncoding,
}
"""The name of each, in requests and in the settings of a firm; the first value is the default."""

DIFFERENCE_CENTS = "differenceCents"
DIFFERENCE_CENTS_MAX = 100
DIFFERENCE_CENTS_DEFAULT = 2
"""What `unbalanced=difference` adds to an entry at most."""

POLICY_NAMES = (*POLICIES, DIFFERENCE_CENTS)
DEFAULT = "default"
"""In the place of a value: the choice is taken back."""

PolicyValue: TypeAlias = str | int


def default_of(name: str) -> PolicyValue:
    """Return the value of a policy that nobody has chosen."""
    values = POLICIES.get(name)
    return DIFFERENCE_CENTS_DEFAULT if values is None else str(next(iter(values)))


def read_policies(assignments: list[str]) -> dict[str, PolicyValue | None]:
    """Return what `NAME=VALUE` texts say; `NAME=default` takes a choice back, as None.

    Raises:
        RefusedRequestError: One is not the name of a policy and one of its values.
    """
    return dict(_read(one) for one in assignments)


def _read(assignment: str) -> tuple[str, PolicyValue | None]:
    name, _, value = assignment.partition("=")
    if name in POLICY_NAMES and value == DEFAULT:
        return name, None
    if name == DIFFERENCE_CENTS and value.isascii() and value.isdigit():
        if int(value) <= DIFFERENCE_CENTS_MAX:
            return name, int(value)
    elif value in tuple(POLICIES.get(name, ())):  # 3.11 refuses a text `in` an enumeration
        return name, value
    known = " ; ".join(f"{name}={'|'.join(values)}" for name, values in POLICIES.items())
    known += f" ; {DIFFERENCE_CENTS}=0…{DIFFERENCE_CENTS_MAX}"
    raise RefusedRequestError(
        "policy-unknown",
        f"« {assignment} » n'est pas un choix connu : {known} ; « default » reprend le choix.",
        f"“{assignment}” is not a known choice: {known}; “default” takes a choice back.",
    )
