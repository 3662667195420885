"""What a firm or a request may choose about an import, besides the rules that block it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from ecritures.core.errors import RefusedRequestError
from ecritures.core.grouping import Grouping

if TYPE_CHECKING:
    from collections.abc import Mapping


class Duplicates(StrEnum):
    """What happens to a file whose content is in the ledger of the dossier already."""

    REFUSE = "refuse"
    SKIP = "skip"
    ALLOW = "allow"


class OtherCompany(StrEnum):
    """What happens to a file whose SIREN is not the dossier's."""

    REFUSE = "refuse"
    ALLOW = "allow"


class AmountUnit(StrEnum):
    """What the amounts of a file without any decimal mark are in."""

    EUROS = "euros"
    CENTS = "cents"


POLICIES: Mapping[str, type[StrEnum]] = {
    "duplicates": Duplicates,
    "otherCompany": OtherCompany,
    "groupBy": Grouping,
}
"""The name of each, in requests and in the settings of a firm; the first value is the default."""


def read_policies(assignments: list[str]) -> dict[str, str]:
    """Return what `NAME=VALUE` texts say.

    Raises:
        RefusedRequestError: One is not the name of a policy and one of its values.
    """
    return dict(_read(one) for one in assignments)


def _read(assignment: str) -> tuple[str, str]:
    name, _, value = assignment.partition("=")
    if value not in tuple(POLICIES.get(name, ())):  # Python 3.11 refuses a text `in` an enumeration
        known = " ; ".join(f"{name}={'|'.join(values)}" for name, values in POLICIES.items())
        raise RefusedRequestError(
            "policy-unknown",
            f"« {assignment} » n'est pas un choix connu : {known}.",
            f"“{assignment}” is not a known choice: {known}.",
        )
    return name, value
