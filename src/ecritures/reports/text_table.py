"""The anomalies as a table: the same columns in CSV and in a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.sentences import pick
from ecritures.reports.words import severity_word
from ecritures.rules.catalogue import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.core.sentences import Language
    from ecritures.reports.content import Content

Cell = str | int | None

_HEAD = (
    ("Ligne", "Line"),
    ("Code", "Code"),
    ("Gravité", "Severity"),
    ("Bloquante", "Blocking"),
    ("Colonne", "Column"),
    ("Valeur", "Value"),
    ("Attendu", "Expected"),
    ("Écriture", "Entry"),
    ("Message", "Message"),
    ("Remède", "Remedy"),
    ("Total du code", "Total of the code"),
    ("Détails du code", "Details of the code"),
)


def anomaly_head(language: Language) -> list[str]:
    """Return the titles of the columns."""
    return [pick(language, *names) for names in _HEAD]


def anomaly_rows(content: Content, language: Language) -> Iterator[list[Cell]]:
    """Yield one row per detail, in line order."""
    yes_no = {True: pick(language, "oui", "yes"), False: pick(language, "non", "no")}
    for view in content.views(language):
        code = view["code"]
        yield [
            view["line"],
            code,
            severity_word(Severity(view["severity"]), language),
            yes_no[view["blocking"]],
            view["column"],
            view["value"],
            view["expected"],
            view["entry"],
            view["message"],
            view["remedy"],
            content.counts[code],
            content.kept[code],
        ]
