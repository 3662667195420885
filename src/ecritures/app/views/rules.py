"""Rules as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.reports.words import remedy, title

if TYPE_CHECKING:
    from ecritures.core.sentences import Language
    from ecritures.rules.catalogue import Rule


class RuleView(TypedDict):
    """A rule of the catalogue, with its sentences in the language asked for."""

    code: str
    severity: str
    blocking: bool
    structural: bool
    title: str
    remedy: str
    source: str
    official: str


def rule_view(rule: Rule, language: Language) -> RuleView:
    """Return a rule as JSON."""
    return {
        "code": rule.code,
        "severity": str(rule.severity),
        "blocking": rule.blocks,
        "structural": rule.structural,
        "title": title(rule, language),
        "remedy": remedy(rule, language),
        "source": rule.source,
        "official": rule.official,
    }
