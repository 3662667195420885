"""Why a plan is refused, in words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ecritures.core.amounts import count_text, counted
from ecritures.core.sentences import Sentence
from ecritures.ledger.fiscal_years.standing import first_open_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import polars as pl

    from ecritures.directory.dossiers import Dossier

SHOWN_MAX = 5
_en = partial(counted, language="en")


def entries_known(named: pl.DataFrame, count: int) -> Sentence:
    """Say that the ledger has entries of the file already: the same number, date and amounts."""
    names = _names(named, count)
    return Sentence(
        "entries-known",
        f"Rien n'a été importé : {counted(count, 'écriture du fichier est', 'écritures du fichier sont')}"  # noqa: E501 - one sentence
        " déjà dans le dossier, avec les mêmes journal, numéro, date, comptes et montants"
        f" ({names}). Demandez duplicateEntries=skip pour les laisser de côté, ou allow pour les"
        " ajouter quand même.",
        f"Nothing was imported: {_en(count, 'entry of the file is', 'entries of the file are')}"
        " in the dossier already, with the same journal, number, date, accounts and amounts"
        f" ({names}). Ask for duplicateEntries=skip to leave them out, or allow to add them all the"
        " same.",
    )


def entries_alike(named: pl.DataFrame, count: int) -> Sentence:
    """Say that entries without a number look like entries of the ledger."""
    names = _names(named, count)
    return Sentence(
        "entries-alike",
        f"Rien n'a été importé : {counted(count, 'écriture sans numéro ressemble', 'écritures sans numéro ressemblent')}"  # noqa: E501 - one sentence
        f" à ce que le dossier contient déjà ({names}). Demandez lookalikes=skip ou allow.",
        f"Nothing was imported: {_en(count, 'entry without a number looks', 'entries without a number look')}"  # noqa: E501 - one sentence
        f" like what the dossier holds already ({names}). Ask for lookalikes=skip or allow.",
    )


def present(journals: Sequence[str], count: int) -> Sentence:
    """Say that the ledger has entries of the same journals and days."""
    shown = ", ".join(journals[:SHOWN_MAX])
    return Sentence(
        "entries-present",
        f"Rien n'a été importé : le dossier contient déjà {counted(count, 'écriture', 'écritures')}"
        f" de la même période dans les journaux {shown}. Demandez mode=append pour ajouter, ou"
        " mode=replace pour remplacer.",
        f"Nothing was imported: the dossier already has {_en(count, 'entry', 'entries')} of the"
        f" same period in journals {shown}. Ask for mode=append to add, or mode=replace to"
        " replace.",
    )


def outside_scope(named: pl.DataFrame, count: int) -> Sentence:
    """Say that entries of the file are outside what is to be replaced."""
    names = _names(named, count)
    return Sentence(
        "outside-scope",
        f"Rien n'a été remplacé : {counted(count, 'écriture du fichier est', 'écritures du fichier sont')}"  # noqa: E501 - one sentence
        f" hors de ce qui est à remplacer ({names}).",
        f"Nothing was replaced: {_en(count, 'entry of the file is', 'entries of the file are')}"
        f" outside what is to be replaced ({names}).",
    )


def removes_much(removed: int, there: int) -> Sentence:
    """Say that a replacement would remove more than half of what is there."""
    known = count_text(there)
    gone = counted(removed, "écriture sur", "écritures sur")
    gone_en = counted(removed, "entry", "entries", "en")
    disappear = "disparaîtraient" if removed > 1 else "disparaîtrait"
    return Sentence(
        "replace-removes-much",
        f"Rien n'a été remplacé : {gone} {known} {disappear}. Si c'est voulu,"
        " faites d'abord un aperçu, puis donnez son planDigest dans ifPlan.",
        f"Nothing was replaced: {gone_en} of {known} would disappear. If this is meant,"
        " make a dry run first, then give its planDigest as ifPlan.",
    )


def not_open(dossier: Dossier, days: pl.Series, count: int) -> Sentence:
    """Say that entries are dated on days that are locked or closed."""
    when, open_day = _period(days), first_open_day(dossier, _bounds(days)[1])
    return Sentence(
        "days-not-open",
        f"Rien n'a été importé : {counted(count, 'écriture est datée', 'écritures sont datées')}"
        f" {when[0]}, période verrouillée ou clôturée du dossier {dossier.code}. Premier jour"
        f" ouvert : {open_day:%d/%m/%Y} ; lateEntries=first-open-day y reporte les écritures.",
        f"Nothing was imported: {_en(count, 'entry is dated', 'entries are dated')} {when[1]},"
        f" a locked or closed period of dossier {dossier.code}. First open day: {open_day};"
        " lateEntries=first-open-day dates the entries there.",
    )


def kept_by_period(dossier: Dossier, days: pl.Series, count: int) -> Sentence:
    """Say that entries to be changed or removed are dated on days that are locked or closed."""
    when = _period(days)
    return Sentence(
        "days-not-open",
        f"Rien n'a été remplacé : {counted(count, 'écriture à modifier ou à supprimer est datée', 'écritures à modifier ou à supprimer sont datées')}"  # noqa: E501 - one sentence
        f" {when[0]}, période verrouillée ou clôturée du dossier {dossier.code}. Levez le verrou,"
        " ou ne remplacez qu'une période ouverte.",
        f"Nothing was replaced: {_en(count, 'entry to change or remove is dated', 'entries to change or remove are dated')}"  # noqa: E501 - one sentence
        f" {when[1]}, a locked or closed period of dossier {dossier.code}. Lift the lock, or"
        " replace an open period only.",
    )


def _period(days: pl.Series) -> tuple[str, str]:
    """Say in French and in English from which day to which."""
    first, last = _bounds(days)
    if first == last:
        return f"du {first:%d/%m/%Y}", f"{first}"
    return f"du {first:%d/%m/%Y} au {last:%d/%m/%Y}", f"from {first} to {last}"


def opening_present(days: pl.Series, count: int) -> Sentence:
    """Say that the ledger has an opening of the year already."""
    first, _ = _bounds(days)
    return Sentence(
        "opening-present",
        f"Rien n'a été importé : le dossier a déjà des à-nouveaux au {first:%d/%m/%Y}"
        f" ({counted(count, 'écriture', 'écritures')}). Demandez openings=replace pour les"
        " remplacer, ou allow pour en ajouter d'autres.",
        f"Nothing was imported: the dossier has an opening dated {first} already"
        f" ({_en(count, 'entry', 'entries')}). Ask for openings=replace to replace it, or allow"
        " to add another.",
    )


def validated(count: int) -> Sentence:
    """Say that entries to be changed or removed are validated."""
    return Sentence(
        "entries-validated",
        f"Rien n'a été remplacé : {counted(count, 'écriture validée serait modifiée ou supprimée', 'écritures validées seraient modifiées ou supprimées')}."  # noqa: E501 - one sentence
        " Demandez leur contre-passation avec definitive=reverse.",
        f"Nothing was replaced: {_en(count, 'validated entry', 'validated entries')} would be"
        " changed or removed. Ask for their reversal with definitive=reverse.",
    )


def other_plan(digest: str) -> Sentence:
    """Say that the plan is not the one that the caller has seen."""
    return Sentence(
        "plan-changed",
        "Rien n'a été importé : le dossier ou le fichier a changé depuis l'aperçu. Le"
        f" nouveau plan est {digest} ; relisez-le avant de le confirmer.",
        "Nothing was imported: the dossier or the file has changed since the preview. The new plan"
        f" is {digest}; read it before you confirm it.",
    )


def _bounds(days: pl.Series) -> tuple[date, date]:
    first, last = days.min(), days.max()
    return first, last  # type: ignore[return-value]


def _names(named: pl.DataFrame, count: int) -> str:
    shown = [
        f"{journal} {number or format(day, '%d/%m/%Y')}".strip()
        for journal, number, day in named[:SHOWN_MAX]
        .select("journal_code", "entry_number", "entry_date")
        .iter_rows()
    ]
    return ", ".join(shown) + (", …" if count > len(shown) else "")
