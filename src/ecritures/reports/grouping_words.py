"""Say in a sentence how the entries of a file were found, and why in this way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ecritures.core.amounts import counted
from ecritures.core.sentences import pick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecritures.core.sentences import Language

_RULES: Final = {
    "number": ("par numéro", "by number"),
    "heading": ("par en-tête", "by heading"),
    "journal-number": ("par journal et numéro", "by journal and number"),
    "journal-number-date": ("par journal, numéro et {period}", "by journal, number and {period}"),
    "journal-piece-date": ("par journal, pièce et date", "by journal, piece and date"),
    "running-balance": (
        "au solde nul de chaque journal",
        "where the balance of each journal is back to zero",
    ),
}
_REASONS: Final = {
    "requested": ("règle demandée", "the rule that was asked for"),
    "proposed": ("règle du modèle d'import", "the rule of the import model"),
    "numbered": ("", ""),
    "numbered-by-file": (
        "la numérotation est commune aux journaux",
        "numbering is common to the journals",
    ),
    "restarts-each-year": ("les numéros recommencent chaque année", "numbers restart each year"),
    "restarts-each-half-year": (
        "les numéros recommencent chaque semestre",
        "numbers restart each half-year",
    ),
    "restarts-each-quarter": (
        "les numéros recommencent chaque trimestre",
        "numbers restart each quarter",
    ),
    "restarts-each-month": ("les numéros recommencent chaque mois", "numbers restart each month"),
    "restarts-each-day": ("les numéros recommencent chaque jour", "numbers restart each day"),
    "no-number": (
        "le fichier n'a pas de numéros d'écritures",
        "the file has no numbers of entries",
    ),
    "one-number": ("le numéro est « {value} » partout", "the number is “{value}” everywhere"),
    "one-number-per-journal": (
        "chaque journal n'a qu'un numéro",
        "each journal has one number only",
    ),
    "entry-element": (
        "chaque élément <ecriture> est une écriture",
        "each <ecriture> element is an entry",
    ),
    "rank-in-number": (
        "le numéro de l'écriture y est suivi du rang de la ligne",
        "the number of the entry is followed by the rank of the line in it",
    ),
    "number-per-line": ("le numéro change à chaque ligne", "the number changes on every line"),
}
_JOURNALS_MAX = 5
_PERIODS: Final = {
    "restarts-each-year": ("année", "year"),
    "restarts-each-half-year": ("semestre", "half-year"),
    "restarts-each-quarter": ("trimestre", "quarter"),
    "restarts-each-month": ("mois", "month"),
}


def grouping_sentence(summary: Mapping[str, Any], language: Language) -> str:
    """Say how the entries were found, and why in this way; "" where there are none."""
    rule = _RULES.get(str(summary.get("grouping")))
    if rule is None or not summary.get("entries"):
        return ""
    reason = str(summary.get("groupingReason") or "numbered")
    details: Mapping[str, Any] = summary.get("groupingDetails") or {}
    period = pick(language, *_PERIODS.get(reason, ("date", "date")))
    how = pick(language, *rule).format(period=period)
    why = pick(language, *_REASONS.get(reason, ("", ""))).format(value=details.get("value", ""))
    colon = pick(language, " : ", ": ")
    first = pick(language, "Écritures reconnues ", "Entries found ") + how
    sentences = [f"{first}{colon}{why}." if why else f"{first}.", *_notes(details, language)]
    return " ".join(sentences)


def _notes(details: Mapping[str, Any], language: Language) -> list[str]:
    notes = []
    if details.get("mixed"):
        journals = _in_journals(details.get("looseJournals", ()), language)
        notes.append(
            pick(
                language,
                f"Là où le numéro manque, change à chaque ligne ou ne change jamais{journals},"
                " elles le sont par journal, pièce et date.",
                f"Where the number is missing, changes on every line or never changes{journals},"
                " they are found by journal, piece and date.",
            )
        )
    if pieces := ", ".join(details.get("pieces", ())):
        notes.append(
            pick(
                language,
                "Des pièces n'ont de montants que d'un côté, et les lignes d'un même journal et"
                f" d'un même jour forment alors une seule écriture ({pieces}) : plusieurs remises"
                " d'un jour n'en font qu'une.",
                "Some pieces have amounts on one side only, and the lines of one journal and one"
                f" day are then one entry ({pieces}): several deposits of a day become one.",
            )
        )
    if details.get("byDay"):
        notes.append(
            pick(
                language,
                "Sans pièce, les lignes d'un même journal et d'un même jour forment une seule"
                " écriture : deux erreurs qui se compensent n'y seraient pas vues.",
                "Without a document, the lines of one journal and one day are one entry: two"
                " errors that cancel out in it would not be seen.",
            )
        )
    if off := details.get("offBalance"):
        fr = counted(off, "écriture serait déséquilibrée", "écritures seraient déséquilibrées")
        en = counted(off, "entry", "entries", "en")
        notes.append(
            pick(
                language,
                f"Par pièce et date, {fr}. Deux erreurs qui se"
                " compensent ne peuvent pas être vues ainsi.",
                f"By piece and date, {en} would be off balance. Two errors that cancel"
                " out cannot be seen in this way.",
            )
        )
    return notes


def _in_journals(journals: Sequence[str], language: Language) -> str:
    """Name the journals whose numbers are not those of entries; "" where there are none."""
    if not journals:
        return ""
    more = pick(language, " et d'autres", " and others") if len(journals) > _JOURNALS_MAX else ""
    names = ", ".join(journals[:_JOURNALS_MAX]) + more
    one = len(journals) == 1
    word = pick(language, "journal" if one else "journaux", "journal" if one else "journals")
    return f" ({word} {names})"
