"""The head of a report: what was read, and the verdicts, as pairs of a name and a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.amounts import count_text
from ecritures.core.sentences import pick
from ecritures.reports.grouping_words import grouping_sentence
from ecritures.reports.words import (
    policy_sentence,
    read_as,
    subject_text,
    totals_text,
    verdict_word,
)

if TYPE_CHECKING:
    from ecritures.core.sentences import Language
    from ecritures.reports.content import Content


def file_name(content: Content) -> str:
    """Return the name of the file, with undecodable bytes marked."""
    return str(content.summary.get("file") or "").encode("utf-8", "replace").decode()


def facts(content: Content, language: Language) -> list[tuple[str, str]]:
    """Return what a reader wants to know about the file before any detail."""
    summary = content.summary
    conforming = verdict_word(summary.get("conforming"), language)
    importable = verdict_word(bool(summary.get("importable")), language)
    found = [
        (pick(language, "Fichier", "File"), file_name(content)),
        (pick(language, "Conforme à la norme", "Conforms to the norm"), conforming),
        (pick(language, "Importable", "Importable"), importable),
        *reading(content, language),
    ]
    if sentence := grouping_sentence(summary, language):
        found.append((pick(language, "Écritures reconnues", "Entries found"), sentence))
    if sentence := policy_sentence(summary, language):
        found.append((pick(language, "Ce qui bloque", "What blocks"), sentence))
    return found


def reading(content: Content, language: Language) -> list[tuple[str, str]]:
    """Return what the file is about, how it was read, and what it holds."""
    summary = content.summary
    found = [
        (
            pick(language, "Société et période", "Company and period"),
            subject_text(summary, language),
        ),
        (pick(language, "Lu comme", "Read as"), read_as(summary, language)),
        (pick(language, "Contenu", "Content"), totals_text(summary, language)),
        ("Anomalies", anomalies_text(content, language)),
    ]
    return [(name, value) for name, value in found if value]


def anomalies_text(content: Content, language: Language) -> str:
    """Say how many anomalies there are, and how many are in detail if not all."""
    total, kept = count_text(content.total), count_text(content.kept_total)
    if content.total == content.kept_total:
        return total
    return pick(
        language,
        f"{total}, dont {kept} en détail : ce qui est faux sur toutes les lignes n'y est qu'une"
        " fois, et chaque règle a un plafond",
        f"{total}, of which {kept} in detail: what is wrong on every line is there only once, and"
        " each rule has a limit",
    )
