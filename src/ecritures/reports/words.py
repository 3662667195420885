"""The words that reports share, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ecritures.core.sentences import pick
from ecritures.rules.catalogue import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.core.sentences import Language
    from ecritures.rules.catalogue import Rule

_SEVERITIES: Final = {
    Severity.ERROR: ("erreur", "error", "erreurs", "errors"),
    Severity.WARNING: ("avertissement", "warning", "avertissements", "warnings"),
    Severity.INFORMATION: ("information", "information", "informations", "informations"),
}
_LAYOUTS: Final = {
    "-debit-credit": " (Debit, Credit)",
    "-montant-sens": " (Montant, Sens)",
    "bic": "BIC/IS",
    "ba-cash": "BA",
    "bnc-cash": "BNC",
}


def severity_word(severity: Severity, language: Language, count: int = 1) -> str:
    """Name a severity, for one anomaly or for several."""
    one_fr, one_en, many_fr, many_en = _SEVERITIES[severity]
    return pick(language, one_fr, one_en) if count == 1 else pick(language, many_fr, many_en)


def title(rule: Rule, language: Language) -> str:
    """Return what a rule finds, without values."""
    return pick(language, rule.title_fr, rule.title_en)


def remedy(rule: Rule, language: Language) -> str:
    """Return what to do about it, without values."""
    return pick(
        language,
        rule.general_remedy_fr or rule.remedy_fr,
        rule.general_remedy_en or rule.remedy_en,
    )


def policy_sentence(summary: Mapping[str, Any], language: Language) -> str:
    """Say which rules were made to block, or not to, on request; else ""."""
    policy = summary.get("policy") or {}
    block, unblock = (", ".join(policy.get(name, ())) for name in ("block", "unblock"))
    parts = [
        pick(language, f"bloquants à votre demande : {block}", f"blocking on request: {block}")
        if block
        else "",
        pick(language, f"blocage levé : {unblock}", f"block lifted: {unblock}") if unblock else "",
    ]
    listed = " ; ".join(part for part in parts if part)
    return listed and pick(language, f"Règles {listed}.", f"Rules {listed}.")


def read_as(summary: Mapping[str, Any], language: Language) -> str:
    """Say in one line how the file was read."""
    separator = {"\t": pick(language, "tabulation", "tab")}.get(
        summary.get("separator") or "", summary.get("separator")
    )
    layout = str(summary.get("layout") or "")
    for code, name in _LAYOUTS.items():
        layout = layout.replace(code, name)
    parts = [
        str(summary.get("format") or "").upper(),
        layout,
        str(summary.get("encoding") or "").upper(),
        pick(language, f"séparateur {separator}", f"separator {separator}") if separator else "",
    ]
    return ", ".join(part for part in parts if part)


def count_text(number: int) -> str:
    """Write a count with narrow spaces between thousands."""
    return f"{number:,}".replace(",", "\u202f")
