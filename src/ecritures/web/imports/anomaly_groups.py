"""The anomalies of an import by rule: its title, what to do, its source, the first places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.app.views.rules import RuleView, rule_view
from ecritures.imports.queries import list_anomalies
from ecritures.reports.content import AnomalyView, Content, anomaly_view, policy_of
from ecritures.rules.catalogue import Severity

if TYPE_CHECKING:
    from ecritures.core.sentences import Language
    from ecritures.database import Database
    from ecritures.imports.queries import ImportState
    from ecritures.reports.content import CodeTotal

BLOCKING = "blocking"
_ON_PAGES = (
    (" (--group-by number)", ""),
    (" (ecritures model guess en propose un)", ""),
    (" (ecritures model guess proposes one)", ""),
    (
        "faire proposer un modèle d'import : ecritures model guess",
        "faire proposer un modèle d'import (page Modèles)",
    ),
    (
        "have an import model proposed: ecritures model guess",
        "have an import model proposed (page Models)",
    ),
    ("Le lire par ce modèle : --model, ou MODELE dans importPerso", "Choisir ce modèle"),
    ("Read it with this model: --model, or MODELE in importPerso", "Choose this model"),
    (
        "copier le modèle (ecritures model show)",
        "copier le modèle (page Modèles)",
    ),
    ("copy the model (ecritures model show)", "copy the model (page Models)"),
    (
        (
            "--unit euros ou --unit cents, unit dans /v1/imports, le réglage unit du dossier, ou"
            " amounts.unit dans une copie du modèle"
        ),
        "« Unité des montants » dans les réglages, ou l'unité d'une copie du modèle",
    ),
    (
        (
            "--unit euros or --unit cents, unit in /v1/imports, the setting unit of the dossier, or"
            " amounts.unit in a copy of the model"
        ),
        "“Unit of amounts” in the settings, or the unit of a copy of the model",
    ),
    (" (dates.formats)", ""),
    (" (--group-by journal-piece-date)", ""),
)
"""What remedies name of the command line, and what it is on the pages."""
PLACES = 10


@dataclass(frozen=True, slots=True)
class AnomalyGroup:
    """What one rule has found.

    Attributes:
        rule: The rule, in the reader's language.
        blocks: Whether it keeps the file from being imported.
        count: How often, exactly.
        places: The first ones.
    """

    rule: RuleView
    blocks: bool
    count: int
    places: list[AnomalyView]


def severity_counts(state: ImportState) -> dict[str, int]:
    """Return how many anomalies block, and how many others there are of each severity."""
    counts = {BLOCKING: 0} | {str(one): 0 for one in Severity}
    for one in _totals(state):
        counts[severity_of(one)] += one.count
    return counts


def groups_of(
    database: Database, state: ImportState, wanted: str, language: Language
) -> list[AnomalyGroup]:
    """Return the anomalies of an import by rule, the worst first.

    Args:
        database: The firm's.
        state: The import.
        wanted: `blocking` or a severity; empty: all.
        language: The reader's.
    """
    return [
        group_of(database, state, one, language)
        for one in _totals(state)
        if not wanted or severity_of(one) == wanted
    ]


def group_of(
    database: Database, state: ImportState, total: CodeTotal, language: Language
) -> AnomalyGroup:
    """Return what one rule has found."""
    policy = policy_of(state.report)
    found = list_anomalies(database, state, limit=PLACES, code=total.rule.code).items
    places = [anomaly_view(one, language, policy) for one in found]
    for place in places:
        if place["column"] is None:  # no cell of the file: the sentence says what there is to say
            place["value"] = place["expected"] = None
        elif f"{place['expected']} li" in place["message"]:  # how many lines are so
            place["expected"] = None
        elif language == "en":  # a form of dates is all that is expected in French
            place["expected"] = (place["expected"] or "").replace("AAAAMMJJ", "YYYYMMDD") or None
    rule = rule_view(total.rule, language)
    rule["remedy"] = remedy_on_pages(rule["remedy"])
    return AnomalyGroup(rule, total.blocks, total.count, places)


def remedy_on_pages(remedy: str) -> str:
    """Return what to do, without what is typed in a terminal."""
    for typed, clicked in _ON_PAGES:
        remedy = remedy.replace(typed, clicked)
    return remedy


def _totals(state: ImportState) -> list[CodeTotal]:
    return Content(state.report, {}, tuple).codes()


def severity_of(total: CodeTotal) -> str:
    """Return under which severity the page of an import shows a rule."""
    return BLOCKING if total.blocks else str(total.rule.severity)
