"""Open a fiscal year: the closing of the one before is carried forward, in a batch of its own.

Its rows are made as those of an import. Another run replaces it while the year that it opens is
open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.core.lines import LINE_SCHEMA, TEXTS, NumberedLines
from ecritures.core.opening_journals import OPENING_CODE, is_opening_journal
from ecritures.core.policies import Openings
from ecritures.core.totals import Totals
from ecritures.database.tables import batches, entries, matchings
from ecritures.directory.fiscal_years import year_after
from ecritures.ledger.batch import NewBatch, Origin, insert_batch
from ecritures.ledger.codes import CodeKind, read_codes
from ecritures.ledger.entry_frames import ranges_of
from ecritures.ledger.events import EventKind
from ecritures.ledger.fiscal_years.definitive import Validity
from ecritures.ledger.fiscal_years.standing import DayState, state_of_day
from ecritures.ledger.in_force import batches_in_force
from ecritures.ledger.loading.publish import Publication, check_totals, publish_batch
from ecritures.ledger.moves import Move, Part, read_batch
from ecritures.ledger.next_number import last_number
from ecritures.ledger.openings.carried_lines import carried_lines
from ecritures.ledger.planning.existing import read_existing, totals_of_entries
from ecritures.ledger.planning.plan import links_to
from ecritures.ledger.rows import RowMaker
from ecritures.ledger.totals import negated

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.directory.dossiers import Dossier, FiscalYear
    from ecritures.ledger.codes import CodeTable
    from ecritures.ledger.moves import Ledger


@dataclass(frozen=True, slots=True)
class CarryRequest:
    """What is asked for.

    Attributes:
        dossier_id: The dossier.
        year: Whose closing is carried forward.
        detail: Whether open items are kept one by one.
        journal: The code of the journal; None: the dossier's journal of openings.
        openings: What happens to openings that files have brought.
        by: Who asks: a key, or the e-mail address of a person; None: an operator.
        batch_id: The number drawn for the batch.
    """

    dossier_id: int
    year: FiscalYear
    detail: bool
    journal: str | None
    openings: Openings
    by: str | None
    reason: str | None
    batch_id: int


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried forward.

    Attributes:
        year: The fiscal year that it opens.
        replaced: How many entries it replaces.
    """

    revision: int
    year: FiscalYear
    journal: str
    batch_id: int
    totals: Totals
    replaced: int


def carry_forward(ledger: Ledger, request: CarryRequest, now: datetime) -> Carried:
    """Carry the closing of a year forward, in a transaction opened by `load`.

    Args:
        ledger: At its present revision, which the batch raises by one.
        request: What is asked for.
        now: When.

    Raises:
        RefusedRequestError: The journal is not one of openings.
        ConflictError: The next year is missing or not open, has an opening already, or there is
            nothing to carry.
        StaleLedgerError: The ledger has changed meanwhile.
    """
    database, connection, dossier = ledger.database, ledger.connection, ledger.dossier
    codes = read_codes(connection, dossier.domain_id, dossier.id)
    after = _next_year(ledger, request.year)
    journal = _journal(codes, request.journal)
    gone = _replaced(ledger, request, codes, after)
    held = carried_lines(ledger, request.year, detail=request.detail)
    if not held and gone.is_empty():
        raise ConflictError(
            "nothing-to-carry-forward",
            "Aucun compte n'a de solde à reporter.",
            "No account has a balance to carry forward.",
        )
    maker, rows, totals = RowMaker(codes), [], Totals(0, 0, 0)
    if held:  # else the opening that is there opens on nothing any more, and leaves
        numbered = _numbered(held, after, journal, _number(ledger, codes, journal, gone))
        rows, totals = [maker.make(numbered), maker.close()], Totals.of(numbered.lines)
    details = {
        "fiscalYear": request.year.start.isoformat(),
        "opens": after.start.isoformat(),
        "detail": request.detail,
        "journal": journal[0],
    }
    batch = _batch(ledger, request.batch_id, details, now)
    insert_batch(connection, batch)
    owner = {"domain_id": batch.domain_id, "batch_id": batch.id}
    for some in rows:
        database.insert_few(connection, some.by_table(), owner)
    check_totals(database, connection, batch, totals)
    event = details | {
        "opened": [batch.id],
        "unmatched": _unmatch(ledger, gone, codes.revision + 1),
        "entriesRemoved": gone.height,
    }
    publication = Publication(
        EventKind.CARRIED_FORWARD,
        request.by,
        request.reason,
        links_to(gone, "removes"),
        _removed(ledger, gone),
        event,
    )
    publish_batch(database, connection, batch, maker, publication)
    return Carried(codes.revision + 1, after, journal[0], batch.id, totals, gone.height)


def carried_batch(connection: sa.Connection, dossier: Dossier, year: FiscalYear) -> int:
    """Return the batch in force with which the closing of a year was last carried forward.

    Raises:
        ConflictError: There is none.
    """
    table = batches.c
    query = sa.select(table.id, table.details).where(
        table.domain_id == dossier.domain_id,
        table.dossier_id == dossier.id,
        table.origin == Origin.OPENING,
        table.id.in_(batches_in_force(dossier.domain_id, dossier.id)),
    )
    for row in connection.execute(query.order_by(table.id.desc())):
        if row.details["fiscalYear"] == year.start.isoformat():
            return int(row.id)
    raise ConflictError(
        "nothing-carried-forward",
        f"La clôture de l'exercice du {year.start:%d/%m/%Y} n'est pas reportée : il n'y a rien à"
        " annuler.",
        f"The closing of the fiscal year from {year.start} is not carried forward: there is nothing"
        " to undo.",
    )


def _batch(ledger: Ledger, batch_id: int, details: dict[str, Any], now: datetime) -> NewBatch:
    dossier, source = ledger.dossier, f"opening/{batch_id}"
    place = dossier.domain_id, dossier.id, batch_id
    return NewBatch(*place, Origin.OPENING, source, now, details=details)


def _next_year(ledger: Ledger, year: FiscalYear) -> FiscalYear:
    after = year_after(ledger.dossier, year)
    if after is None:
        raise ConflictError(
            "next-year-missing",
            f"Aucun exercice ne suit celui qui finit le {year.end:%d/%m/%Y} : ajoutez-le d'abord.",
            f"No fiscal year follows the one that ends on {year.end}: add it first.",
        )
    if state_of_day(ledger.dossier, after.start) is not DayState.OPEN:
        raise ConflictError(
            "next-year-not-open",
            f"Le {after.start:%d/%m/%Y} est verrouillé ou clôturé : les à-nouveaux ne peuvent pas"
            " y être enregistrés.",
            f"{after.start} is locked or closed: no opening can be posted there.",
        )
    return after


def _journal(codes: CodeTable, wanted: str | None) -> tuple[str, str]:
    """Return the code and the label of the journal of the openings."""
    names = codes.by_id(CodeKind.JOURNAL)
    known = {names[id_] for id_ in codes.openings()}
    if wanted is not None and wanted not in known and not is_opening_journal(wanted, ""):
        raise RefusedRequestError(
            "journal-not-of-openings",
            f"Le journal {wanted} n'est pas un journal d'à-nouveaux : prenez {OPENING_CODE}.",
            f"Journal {wanted} is not an opening journal: take {OPENING_CODE}.",
        )
    code = wanted or (names[min(codes.openings())] if known else OPENING_CODE)
    labels = codes.find(CodeKind.JOURNAL, pl.Series([code]), pl.Series(["À-nouveaux"]))
    return code, str(labels["label"][0])


def _replaced(
    ledger: Ledger, request: CarryRequest, codes: CodeTable, after: FiscalYear
) -> pl.DataFrame:
    """Return the openings of the year that leave the ledger: `batch_id`, `entry`."""
    there = read_existing(ledger, after.start, after.end, codes.openings())
    own = sa.select(batches.c.id).where(
        batches.c.domain_id == ledger.dossier.domain_id,
        batches.c.dossier_id == ledger.dossier.id,
        batches.c.origin == Origin.OPENING,
    )
    mine = there["batch_id"].is_in(list(ledger.connection.execute(own).scalars()))
    if request.openings is not Openings.REPLACE:
        if request.openings is Openings.REFUSE and not mine.all():
            raise ConflictError(
                "opening-present",
                f"L'exercice du {after.start:%d/%m/%Y} a déjà des à-nouveaux, venus d'un fichier."
                " Demandez openings=replace pour les remplacer.",
                f"The fiscal year from {after.start} has openings already, from a file. Ask for"
                " openings=replace to replace them.",
            )
        there = there.filter(mine)
    if Validity(ledger).validated_among(there).height:
        raise ConflictError(
            "opening-validated",
            "Les à-nouveaux de cet exercice sont validés : ils ne peuvent plus être remplacés.",
            "The openings of this fiscal year are validated: they can no longer be replaced.",
        )
    return there.select("batch_id", "entry").sort("batch_id", "entry")


def _number(ledger: Ledger, codes: CodeTable, journal: tuple[str, str], gone: pl.DataFrame) -> str:
    """Return the number of the entry: that of the entry it replaces, else the journal's next."""
    if gone.height:
        table = entries.c
        query = sa.select(table.number).where(
            table.domain_id == ledger.dossier.domain_id,
            table.batch_id == gone["batch_id"][-1],
            table.entry == gone["entry"][-1],
        )
        return str(ledger.connection.execute(query).scalar_one())
    ids = {code: id_ for id_, code in codes.by_id(CodeKind.JOURNAL).items()}
    return str(last_number(ledger.connection, ledger.dossier, ids[journal[0]]) + 1)


def _numbered(
    held: list[dict[str, Any]], year: FiscalYear, journal: tuple[str, str], number: str
) -> NumberedLines:
    """Return the lines of the entry as a file would have them.

    Raises:
        ConflictError: There are none, or they do not balance.
    """
    shared = {
        "journal_code": journal[0],
        "journal_label": journal[1],
        "entry_number": number,
        "entry_date": year.start,
        "piece_ref": f"AN{year.start:%Y%m%d}",
        "piece_date": year.start,
        "label": f"À-nouveaux au {year.start:%d/%m/%Y}",
    }
    blank = dict.fromkeys(TEXTS, "")
    rows = [blank | shared | one | {"line": rank} for rank, one in enumerate(held, 1)]
    frame = pl.DataFrame(rows, schema=pl.Schema(LINE_SCHEMA))
    rest = int(frame["debit_cents"].sum()) - int(frame["credit_cents"].sum())
    if rest:
        raise ConflictError(
            "closing-unbalanced",
            "Les comptes des classes 1 à 7 ne sont pas équilibrés à la clôture : il n'est pas"
            " possible d'en tirer des à-nouveaux.",
            "The accounts of classes 1 to 7 do not balance at the closing: no opening can be made"
            " of them.",
        )
    one = pl.Series("entry", [1], dtype=pl.UInt32).new_from_index(0, frame.height)
    begins = frame["line"] == 1
    return NumberedLines(frame, one, begins, begins | True)


def _removed(ledger: Ledger, gone: pl.DataFrame) -> pl.DataFrame | None:
    if gone.is_empty():
        return None
    return negated(totals_of_entries(ledger, gone))


def _unmatch(ledger: Ledger, gone: pl.DataFrame, revision: int) -> list[int]:
    """End the matchings by hand of what leaves with lines that stay; return their numbers."""
    parts = [
        Part(ledger, read_batch(ledger, int(str(batch_id))), ranges_of(some["entry"]))
        for (batch_id,), some in gone.group_by("batch_id", maintain_order=True)
    ]
    if not parts:
        return []
    move = Move(parts[0].batch, revision, parts)
    found = sorted({one for part in parts for one in part.matched(move)["matching_id"]})
    if found:
        table = matchings.c
        mine = table.domain_id == ledger.dossier.domain_id, table.dossier_id == ledger.dossier.id
        ended = matchings.update().where(*mine, table.id.in_(found))
        ledger.connection.execute(ended.values(to_revision=revision))
    return found
