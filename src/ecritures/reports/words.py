"""The words that reports share, in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from ecritures.core.amounts import cents_text, counted
from ecritures.core.sentences import pick
from ecritures.formats.repair.changes import KINDS
from ecritures.rules.catalogue import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.core.sentences import Language
    from ecritures.rules.catalogue import Rule

_SEVERITIES: Final = {
    Severity.ERROR: ("erreur", "error", "erreurs", "errors"),
    Severity.WARNING: ("avertissement", "warning", "avertissements", "warnings"),
    Severity.INFORMATION: ("information", "notice", "informations", "notices"),
}
_OFFICIAL: Final = {
    "conforming": ("apparaît conforme", "appears to conform"),
    "not-conforming": ("non conforme, parce que {}", "does not conform, because {}"),
    "no-report": ("ne rend aucun rapport : {}", "gives no report: {}"),
}
_LAYOUTS: Final = {
    "-debit-credit": " (Debit, Credit)",
    "-montant-sens": " (Montant, Sens)",
    "bic": "BIC/IS",
    "ba-cash": "BA",
    "bnc-cash": "BNC",
}
_KINDS: Final = {
    "delimited": ("texte délimité", "delimited text"),
    "fixed": ("longueur fixe", "fixed width"),
    "blocks": ("un champ par ligne", "one field a line"),
    "sheet": ("classeur", "workbook"),
    "jsonLines": ("un objet JSON par ligne", "one JSON object a line"),
    "xml": ("XML", "XML"),
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
        pick(language, f"Bloquent à votre demande : {block}.", f"Blocking on request: {block}.")
        if block
        else "",
        pick(
            language,
            f"Ne bloquent pas, à votre demande : {unblock}.",
            f"Not blocking, on request: {unblock}.",
        )
        if unblock
        else "",
    ]
    return " ".join(part for part in parts if part)


def read_as(summary: Mapping[str, Any], language: Language) -> str:
    """Say in one line how the file was read."""
    separator = {"\t": pick(language, "tabulation", "tab")}.get(
        summary.get("separator") or "", summary.get("separator")
    )
    layout = str(summary.get("layout") or "")
    for code, name in _LAYOUTS.items():
        layout = layout.replace(code, name)
    if summary.get("format") == "model":
        name, _, kind = layout.removesuffix(")").partition(" (")
        shown = pick(language, *_KINDS.get(kind, (kind, kind)))
        what = [pick(language, f"modèle d'import {name}", f"import model {name}"), shown]
    else:
        what = [str(summary.get("format") or "").upper(), layout]
    parts = [
        *what,
        str(summary.get("encoding") or "").upper(),
        pick(language, f"séparateur {separator}", f"separator {separator}") if separator else "",
    ]
    return ", ".join(part for part in parts if part)


def day_text(text: object) -> str:
    """Write `2026-01-15` as 15/01/2026."""
    return "/".join(reversed(str(text).split("-")))


def subject_text(summary: Mapping[str, Any], language: Language) -> str:
    """Say which company, fiscal year and dates a file is about; "" where nothing is known."""
    parts = []
    if siren := summary.get("siren"):
        parts.append(f"SIREN {siren}")
    if closing := summary.get("closingDate"):
        closing = day_text(closing)
        parts.append(pick(language, f"exercice clos le {closing}", f"year closed on {closing}"))
    if first := summary.get("firstDate"):
        first, last = day_text(first), day_text(summary.get("lastDate"))
        fr, en = f"écritures du {first} au {last}", f"entries from {first} to {last}"
        if first == last:
            fr, en = f"écritures du {first}", f"entries of {first}"
        parts.append(pick(language, fr, en))
    return ", ".join(parts)


def totals_text(summary: Mapping[str, Any], language: Language) -> str:
    """Say how much a file holds; amounts that cannot be read are not counted as zero."""
    lines, entries = int(summary.get("lines") or 0), int(summary.get("entries") or 0)
    unreadable = int(summary.get("unreadableLines") or 0)
    size = pick(
        language,
        f"{counted(lines, 'ligne', 'lignes')}, {counted(entries, 'écriture', 'écritures')}",
        f"{counted(lines, 'line', 'lines', 'en')}, {counted(entries, 'entry', 'entries', 'en')}",
    )
    if not lines:
        return size
    if unreadable >= lines:
        return size + pick(language, " ; montants illisibles", "; amounts cannot be read")
    debit, credit = (
        cents_text(summary.get(name) or 0, language) for name in ("debitCents", "creditCents")
    )
    sums = pick(
        language, f" ; débit {debit} €, crédit {credit} €", f"; debit {debit} €, credit {credit} €"
    )
    if not unreadable:
        return size + sums
    left_out = counted(
        unreadable, *(("ligne", "lignes") if language == "fr" else ("line", "lines")), language
    )
    return (
        size
        + sums
        + pick(
            language,
            f", sans {left_out} au montant illisible",
            f", without {left_out} whose amount cannot be read",
        )
    )


def verdict_word(verdict: object, language: Language) -> str:
    """Write a verdict: yes, no, or that it does not apply."""
    if verdict is None:
        return pick(language, "sans objet", "not applicable")
    return pick(language, "oui", "yes") if verdict else pick(language, "NON", "NO")


def official_text(summary: Mapping[str, Any], language: Language) -> str:
    """Say what the tax office's own tool would say, and why; "" where nobody asked."""
    verdict = _OFFICIAL.get(str(summary.get("dgfip")))
    if verdict is None:
        return ""
    reason = (summary.get("dgfipReason") or {}).get(language, "")
    sentence = pick(language, *verdict).format(reason)
    return re.sub(r"(?<=parce qu)e (?=[aeiou])", "'", sentence)


def repairs_offered(summary: Mapping[str, Any], language: Language) -> tuple[str, list[str]]:
    """Offer the copy that `check --fix` writes, and say what it repairs; "" where it is nothing."""
    kinds = [pick(language, *KINDS[kind]) for kind in summary.get("repairable") or ()]
    offer = pick(
        language,
        "Réparable dans une copie : ecritures check FICHIER --fix COPIE",
        "Can be repaired in a copy: ecritures check FILE --fix COPY",
    )
    return offer if kinds else "", kinds
