"""Which rules block an import: the catalogue's word, less what is lifted, plus what is added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ecritures.core.errors import RefusedRequestError
from ecritures.rules.catalogue import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules made to block, and rules whose block is lifted."""

    block: frozenset[str] = frozenset()
    unblock: frozenset[str] = frozenset()

    @classmethod
    def of(cls, block: Iterable[str] = (), unblock: Iterable[str] = ()) -> Self:
        """Make a policy of codes.

        Raises:
            RefusedRequestError: A code is unknown, or its block cannot be lifted.
        """
        policy = cls(frozenset(block), frozenset(unblock))
        unknown = sorted((policy.block | policy.unblock) - RULES.keys())
        if unknown:
            raise RefusedRequestError(
                "rule-unknown",
                f"Règle inconnue : {', '.join(unknown)}. « ecritures check --rules » les donne.",
                f"Unknown rule: {', '.join(unknown)}. “ecritures check --rules” lists them.",
            )
        fixed = sorted(code for code in policy.unblock if RULES[code].structural)
        if fixed:
            raise RefusedRequestError(
                "rule-structural",
                f"Le blocage de {', '.join(fixed)} ne se lève pas : "
                "le fichier ne peut pas être lu fidèlement.",
                f"The block of {', '.join(fixed)} cannot be lifted: "
                "the file cannot be read faithfully.",
            )
        return policy

    def over(self, other: Policy) -> Policy:
        """Return this policy laid over another: where they differ, this one decides."""
        return Policy(
            (other.block - self.unblock) | self.block, (other.unblock - self.block) | self.unblock
        )

    def blocks(self, code: str) -> bool:
        """Return whether an anomaly of this code blocks."""
        return code in self.block or (RULES[code].blocks and code not in self.unblock)

    def allows(self, codes: Iterable[str]) -> bool:
        """Return whether a file with these anomalies may be posted."""
        return not any(self.blocks(code) for code in codes)

    def summary(self) -> dict[str, list[str]]:
        """The policy in JSON."""
        return {"block": sorted(self.block), "unblock": sorted(self.unblock)}
