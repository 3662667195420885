"""The catalogue: every anomaly the product can find, with its sentences and its source."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is, by the law."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of anomaly.

    Attributes:
        code: Stable, `FEC-…`.
        severity: An error is a breach of the norm, or books that do not balance.
        blocks: Whether the books cannot be posted faithfully with it.
        structural: Whether that block can never be lifted.
        title_fr: What is wrong, in a sentence without a full stop; may hold {value}, {expected},
            {column}.
        remedy_fr: What to do.
        source: Article, doctrine or rule it comes from.
        official: Key of the official tool's equivalent, "" where it has none.
    """

    code: str
    severity: Severity
    blocks: bool
    structural: bool
    title_fr: str
    title_en: str
    remedy_fr: str
    remedy_en: str
    source: str
    official: str = ""


RULES: dict[str, Rule] = {}
