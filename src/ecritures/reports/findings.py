"""What was found, by rule: what blocks first, then errors, warnings and information."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ecritures.core.sentences import pick
from ecritures.reports.content import anomaly_view
from ecritures.rules.catalogue import Severity

if TYPE_CHECKING:
    from ecritures.core.sentences import Language
    from ecritures.reports.content import AnomalyView, CodeTotal, Content


class Finding(NamedTuple):
    """A rule that was broken.

    Attributes:
        total: The rule, and how often.
        details: The first of its anomalies, in line order.
    """

    total: CodeTotal
    details: list[AnomalyView]

    @property
    def rest(self) -> int:
        """How many anomalies are not among the details, unless those stand for them."""
        every = self.total.kept <= len(self.details)
        return 0 if every else self.total.count - len(self.details)


class Weight(NamedTuple):
    """Findings of the same weight.

    Attributes:
        name: `blocking`, or a severity.
        title: The same for people.
        findings: The rules, in the order of `Content.codes`.
    """

    name: str
    title: str
    findings: list[Finding]


def findings_by_weight(content: Content, language: Language, details_max: int) -> list[Weight]:
    """Return what was found, the gravest first.

    Args:
        content: The content of the report.
        language: That of the sentences.
        details_max: How many anomalies of each rule are given.
    """
    policy = content.policy
    details: dict[str, list[AnomalyView]] = {}
    for anomaly in content.anomalies():
        of_code = details.setdefault(anomaly.code, [])
        if len(of_code) < details_max:
            of_code.append(anomaly_view(anomaly, language, policy))
    weights: dict[str, list[Finding]] = {}
    for one in content.codes():
        name = "blocking" if one.blocks else str(one.rule.severity)
        found = Finding(one, details.get(one.rule.code, []))
        weights.setdefault(name, []).append(found)
    return [Weight(name, _title(name, language), found) for name, found in weights.items()]


def _title(name: str, language: Language) -> str:
    titles = {
        "blocking": ("Ce qui empêche l'import", "What prevents the import"),
        str(Severity.ERROR): ("Erreurs", "Errors"),
        str(Severity.WARNING): ("Avertissements", "Warnings"),
        str(Severity.INFORMATION): ("Informations", "Information"),
    }
    return pick(language, *titles[name])


def place_of(view: AnomalyView, language: Language) -> str:
    """Say where an anomaly is: the line, and the entry; "" for the file as a whole."""
    if view["line"] is None:
        return ""
    place = f"{pick(language, 'ligne', 'line')} {view['line']}"
    entry = view["entry"]
    if entry and not _names(view["message"], entry):
        place += f", {pick(language, 'écriture', 'entry')} {entry}"
    return place


def _names(sentence: str, entry: str) -> bool:
    """Return whether a sentence names an entry, not a number within a date or an amount."""
    said = rf"(?:écriture|entry) {re.escape(entry)}(?!\w)"
    return re.search(said, sentence, re.IGNORECASE) is not None
