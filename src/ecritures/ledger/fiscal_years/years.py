"""Add, close and reopen the fiscal years of a dossier.

`closed` locks the days of a year and can be lifted; `final` is the clôture, which cannot: every
entry is validated, and nothing is dated up to its last day any more (PCG art. 1031-4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ecritures.core.amounts import count_text, counted
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.core.sentences import Sentence
from ecritures.database.tables import dossiers, fiscal_years
from ecritures.directory.dossiers import FiscalYear, YearState
from ecritures.directory.fiscal_years import (
    MONTHS_MAX,
    MONTHS_USUAL,
    checked_day,
    days_between,
    months_of,
    year_after,
    year_before,
)
from ecritures.ledger.blockers import (
    ENTRIES_NAMED_MAX,
    BlockedError,
    Blocker,
    BlockerKind,
    counted_and_named,
    sentences,
)
from ecritures.ledger.entry_frames import name_entries
from ecritures.ledger.events import Event, EventKind, next_revision, record_event
from ecritures.ledger.fiscal_years.definitive import Validity
from ecritures.ledger.fiscal_years.validate import validate_entries
from ecritures.ledger.openings.openings import opening_differences

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ecritures.ledger.moves import Ledger


@dataclass(frozen=True, slots=True)
class YearAct:
    """What was done to a fiscal year.

    Attributes:
        revision: Of the ledger, afterwards.
        validated: How many entries were validated with it.
        warnings: What is unusual or missing.
    """

    year: FiscalYear
    revision: int
    validated: int = 0
    warnings: tuple[Sentence, ...] = ()


def add_year(
    ledger: Ledger, year: FiscalYear, by: str | None, reason: str | None, now: datetime
) -> YearAct:
    """Add a fiscal year to a dossier.

    Raises:
        RefusedRequestError: It ends before it begins, lasts more than 24 months, or is too far.
        ConflictError: It overlaps another.
    """
    months = months_of(year.start, checked_day(year.end))
    if year.end < year.start or months > MONTHS_MAX:
        raise RefusedRequestError(
            "fiscal-year-length",
            f"Un exercice finit après son début et dure au plus {MONTHS_MAX} mois.",
            f"A fiscal year ends after its start and lasts at most {MONTHS_MAX} months.",
        )
    for other in ledger.dossier.fiscal_years:
        if year.start <= other.end and other.start <= year.end:
            raise ConflictError(
                "fiscal-year-overlaps",
                f"Cet exercice chevauche celui du {other.start:%d/%m/%Y} au {other.end:%d/%m/%Y}.",
                f"This fiscal year overlaps that from {other.start} to {other.end}.",
            )
    row = {"start": year.start, "end": year.end, "state": year.state}
    ledger.connection.execute(fiscal_years.insert().values(**ledger.of_dossier, **row))
    _record(ledger, Event(EventKind.YEAR_ADDED, by, reason), year, now)
    return YearAct(year, ledger.revision, warnings=tuple(_unusual(ledger, year, months)))


def close_year(
    ledger: Ledger, year: FiscalYear, by: str | None, reason: str | None, now: datetime
) -> YearAct:
    """Close a fiscal year: nothing may be dated in it until it is reopened.

    Raises:
        ConflictError: It is closed already.
    """
    if year.closed:
        raise _not_open(year)
    closed = replace(year, state=YearState.CLOSED)
    _set_state(ledger, closed)
    _record(ledger, Event(EventKind.YEAR_CLOSED, by, reason), closed, now)
    return YearAct(closed, ledger.revision, warnings=tuple(_missing(ledger, year)))


def finalize_year(  # noqa: PLR0913 - who asks, and what for
    ledger: Ledger,
    year: FiscalYear,
    by: str | None,
    reason: str | None,
    now: datetime,
    *,
    validate: bool,
    digest: Callable[[Ledger], str],
) -> YearAct:
    """Close a fiscal year for ever (clôture).

    Args:
        ledger: At the revision that the transaction has taken.
        year: One of the dossier's.
        by: Who asks: a key, or the e-mail address of a person; None: an operator.
        reason: Why.
        now: When.
        validate: Validate the drafts first.
        digest: Returns the digest of the FEC of the year, which is noted.

    Raises:
        ConflictError: It is final already, or an earlier year is not.
        BlockedError: It has drafts, or the opening of the next year differs.
    """
    if year.state is YearState.FINAL:
        raise _not_open(year)
    _require_earlier_final(ledger, year)
    drafts = _drafts(ledger, year)
    blockers = [*([] if validate else drafts), *_differences(ledger, year)]
    if blockers:
        fr, en = sentences(blockers)
        raise BlockedError(
            "closing-blocked",
            f"Clôture impossible : {fr}",
            f"The closing is refused: {en}",
            blockers,
        )
    validated = 0
    if drafts:
        validated = validate_entries(ledger, year.end, None, by, reason, now)
        dossier = ledger.dossier
        revision = next_revision(ledger.connection, dossier.domain_id, dossier.id)
        ledger = replace(ledger, revision=revision)
    final = replace(year, state=YearState.FINAL)
    _set_state(ledger, final)
    held = ledger.dossier.closed_through
    through = max(held, year.end) if held else year.end
    mine = dossiers.c.domain_id == ledger.dossier.domain_id, dossiers.c.id == ledger.dossier.id
    ledger.connection.execute(dossiers.update().where(*mine).values(closed_through=through))
    details = {"closedThrough": through.isoformat(), "fecDigest": digest(ledger)}
    event = Event(EventKind.YEAR_FINAL, by, reason, details=details)
    _record(ledger, event, final, now)
    return YearAct(final, ledger.revision, validated)


def require_opening_kept(ledger: Ledger, year: FiscalYear) -> None:
    """Refuse an opening that has come back and is not the closing of a final fiscal year.

    Args:
        ledger: At the revision of the act, which is rolled back.
        year: The year before the opening.

    Raises:
        BlockedError: It differs.
    """
    if year.state is not YearState.FINAL or not (blockers := _differences(ledger, year)):
        return
    fr, en = counted_and_named(blockers[0])
    raise BlockedError(
        "closing-blocked",
        f"Annulation impossible : l'à-nouveau de {fr} différerait de la clôture définitive de"
        f" l'exercice du {year.start:%d/%m/%Y}. Gardez l'à-nouveau qui est en place, ou"
        " remplacez-le.",
        f"The undo is refused: the opening of {en} would differ from the final closing of the"
        f" fiscal year from {year.start}. Keep the opening that is in place, or replace it.",
        blockers,
    )


def reopen_year(
    ledger: Ledger, year: FiscalYear, by: str | None, reason: str | None, now: datetime
) -> YearAct:
    """Reopen a fiscal year that was closed, not for ever.

    Raises:
        ConflictError: It is final, or open.
    """
    if year.state is YearState.OPEN:
        raise ConflictError(
            "fiscal-year-open",
            f"{_named_fr(year)} est ouvert.",
            f"{_named_en(year)} is open.",
        )
    if year.state is YearState.FINAL:
        raise _not_open(year)
    opened = replace(year, state=YearState.OPEN)
    _set_state(ledger, opened)
    _record(ledger, Event(EventKind.YEAR_REOPENED, by, reason), opened, now)
    return YearAct(opened, ledger.revision)


def _require_earlier_final(ledger: Ledger, year: FiscalYear) -> None:
    before = year_before(ledger.dossier, year)
    if before is not None and before.state is not YearState.FINAL:
        raise ConflictError(
            "earlier-year-not-final",
            f"L'exercice précédent, du {before.start:%d/%m/%Y} au {before.end:%d/%m/%Y}, n'est pas"
            " clôturé : clôturez-le d'abord.",
            f"The fiscal year before, from {before.start} to {before.end}, is not final: close it"
            " first.",
        )


def _set_state(ledger: Ledger, year: FiscalYear) -> None:
    table = fiscal_years.c
    ledger.connection.execute(
        fiscal_years.update()
        .where(
            table.domain_id == ledger.dossier.domain_id,
            table.dossier_id == ledger.dossier.id,
            table.start == year.start,
        )
        .values(state=year.state)
    )


def _record(ledger: Ledger, event: Event, year: FiscalYear, now: datetime) -> None:
    event.details.update(
        start=year.start.isoformat(), end=year.end.isoformat(), state=str(year.state)
    )
    dossier = ledger.dossier
    record_event(ledger.connection, dossier.domain_id, dossier.id, ledger.revision, event, now)


def _drafts(ledger: Ledger, year: FiscalYear) -> list[Blocker]:
    """Return the drafts dated up to the end of a year: its closing covers all days before."""
    found = list(Validity(ledger).drafts(year.end))
    count = sum(frame.height for _, frame in found)
    names = name_entries(ledger, found)
    return [Blocker(BlockerKind.DRAFTS, count, names)] if count else []


def _differences(ledger: Ledger, year: FiscalYear) -> list[Blocker]:
    accounts = opening_differences(ledger, year)
    named = tuple(accounts[:ENTRIES_NAMED_MAX])
    if not accounts:
        return []
    return [Blocker(BlockerKind.OPENING_DIFFERS, len(accounts), accounts=named)]


def _unusual(ledger: Ledger, year: FiscalYear, months: int) -> list[Sentence]:
    found = []
    if months > MONTHS_USUAL:
        found.append(
            Sentence(
                "fiscal-year-long",
                f"Cet exercice dure {months} mois, plus de {MONTHS_USUAL}.",
                f"This fiscal year lasts {months} months, more than {MONTHS_USUAL}.",
            )
        )
    before, after = year_before(ledger.dossier, year), year_after(ledger.dossier, year)
    pairs = ([(before, year)] if before else []) + ([(year, after)] if after else [])
    gaps = [gap for gap in (days_between(*pair) for pair in pairs) if gap is not None]
    return found + [
        Sentence(
            "fiscal-year-gap",
            f"Aucun exercice ne couvre la période du {first:%d/%m/%Y} au {last:%d/%m/%Y}.",
            f"No fiscal year covers the days from {first} to {last}.",
        )
        for first, last in gaps
    ]


def _missing(ledger: Ledger, year: FiscalYear) -> list[Sentence]:
    """Say what the final closing of a year will ask for."""
    found = []
    for draft in _drafts(ledger, year):
        count = count_text(draft.count)
        found.append(
            Sentence(
                "drafts-left",
                f"Écritures encore en brouillard : {count}. La clôture définitive demandera de les"
                " valider.",
                f"Entries still in draft: {count}. The final closing will ask to validate them.",
            )
        )
    for differing in _differences(ledger, year):
        accounts = ", ".join(differing.accounts[:3])
        more = "…" if differing.count > len(differing.accounts[:3]) else ""
        found.append(
            Sentence(
                "opening-differs",
                "Les à-nouveaux de l'exercice suivant diffèrent de cette clôture pour"
                f" {counted(differing.count, 'compte', 'comptes')} ({accounts}{more}).",
                "The opening entries of the next fiscal year differ from this closing in"
                f" {counted(differing.count, 'account', 'accounts', 'en')} ({accounts}{more}).",
            )
        )
    return found


def _not_open(year: FiscalYear) -> ConflictError:
    if year.state is YearState.FINAL:
        return ConflictError(
            "fiscal-year-final",
            f"{_named_fr(year)} est clôturé : il ne peut pas être rouvert.",
            f"{_named_en(year)} is final: it cannot be reopened.",
        )
    return ConflictError(
        "fiscal-year-closed",
        f"{_named_fr(year)} est déjà clos.",
        f"{_named_en(year)} is closed already.",
    )


def _named_fr(year: FiscalYear) -> str:
    return f"L'exercice du {year.start:%d/%m/%Y} au {year.end:%d/%m/%Y}"


def _named_en(year: FiscalYear) -> str:
    return f"The fiscal year from {year.start} to {year.end}"
