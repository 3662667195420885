"""Small FEC files made of entries of the model, and the entries of a ledger read row by row."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ecritures.database.tables import codes, entries, lines
from ecritures.ledger.in_force import batches_in_force, removals_in_force
from helpers.fec import fec, line
from helpers.ledger_model import OPENING, Entry, Line, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from helpers.ledger_model import Place

JOURNALS = ("HA", "VE", "BQ")
DAYS = [date(2024, 1, 10), date(2024, 1, 31), date(2024, 2, 20), date(2024, 12, 31)]
DAYS += [date(2025, 1, 1), date(2025, 1, 20), date(2025, 3, 5)]
OPENING_NUMBERS = (91, 92, 93)
NUMBERS_APART = 50
"""Between them are the numbers that reversals take: no file has one of these."""
MADE = {"difference": ("758000", "658000"), "suspense": ("471000", "471000")}

YEARS = [(date(2024, 1, 1), date(2024, 12, 31)), (date(2025, 1, 1), date(2025, 12, 31))]
SCOPES = {
    "2024": ({"fiscalYear": "2024"}, Scope(*YEARS[0])),
    "2025": ({"fiscalYear": "2025"}, Scope(*YEARS[1])),
    "january": ({"from": "2024-01-01", "to": "2024-01-31"}, Scope(YEARS[0][0], date(2024, 1, 31))),
    "purchases": ({"journals": ["HA"]}, Scope(journals=("HA",))),
    "bank of 2024": (
        {"fiscalYear": "2024", "journals": ["BQ", "AN"]},
        Scope(*YEARS[0], ("BQ", "AN")),
    ),
}
"""What replacements replace: as a request says it, and for the model."""


def entry_of(number: int, version: int) -> Entry:
    """Return an entry that a file may have; other versions have the same number."""
    day, journal = DAYS[number % len(DAYS)], JOURNALS[number % len(JOURNALS)]
    if number in OPENING_NUMBERS:
        day, journal = date(2024 + number % 2, 1, 1), OPENING
    cents = number * 1000 + (7 if version == 1 else 0)
    third = f"F{number % 2}" if number % 3 else ""
    label = f"Facture {number}" + (" bis" if version == 2 else "")
    held = (Line("607000", "", cents, 0), Line("401000", third, 0, cents))
    return Entry(journal, str(number * NUMBERS_APART), day, label, f"P{number}", held)


def number_of(entry: Entry) -> int:
    """Return the number that `entry_of` was given."""
    return int(entry.number) // NUMBERS_APART


def without_number(entry: Entry) -> Entry:
    return replace(entry, number="")


def lettered(entry: Entry, code: str) -> Entry:
    held = tuple(one._replace(lettering=code) if one.third_party else one for one in entry.lines)
    return replace(entry, lines=held)


def off_balance(entry: Entry, cents: int) -> Entry:
    first, *rest = entry.lines
    return replace(entry, lines=(first._replace(debit=first.debit + cents), *rest))


def balanced(entry: Entry, policy: str) -> Entry:
    """Return an entry as it is posted when the policy balances it."""
    if not entry.cents:
        return entry
    made = Line(MADE[policy][entry.cents < 0], "", max(-entry.cents, 0), max(entry.cents, 0))
    return replace(entry, lines=(*entry.lines, made), is_made=True)


def file_of(held: Iterable[Entry]) -> bytes:
    """Return the bytes of a file."""
    return fec([row for one in held for row in _rows(one)])


def _rows(entry: Entry) -> list[dict[str, str]]:
    day = f"{entry.day:%Y%m%d}"
    return [
        line(
            entry.number, one.account, _text(one.debit), _text(one.credit),
            JournalCode=entry.journal, JournalLib=f"Journal {entry.journal}",
            EcritureDate=day, PieceDate=day, ValidDate=day, PieceRef=entry.piece,
            EcritureLib=_label(entry, place), CompAuxNum=one.third_party,
            CompAuxLib=one.third_party and f"Tiers {one.third_party}",
            EcritureLet=one.lettering, DateLet=day if one.lettering else "",
        )
        for place, one in enumerate(entry.lines)
    ]  # fmt: skip


def _label(entry: Entry, place: int) -> str:
    """Return the label of a line: in some entries, all lines have the same."""
    return entry.label if int(entry.piece[1:]) % 2 or not place else f"{entry.label}, ligne {place}"


def _text(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def read_ledger(
    database: Database, dossier: Dossier, revision: int | None = None
) -> dict[Place, Any]:
    """Return the entries in the ledger by batch and rank, now or at a revision."""
    place = dossier.domain_id, dossier.id
    with database.for_domain(dossier.domain_id).read() as connection:
        removals = connection.execute(removals_in_force(*place, revision)).all()
        there = batches_in_force(*place, revision)
        heads = connection.execute(entries.select().where(entries.c.batch_id.in_(there))).all()
        rows = connection.execute(lines.select().where(lines.c.batch_id.in_(there))).all()
        named = connection.execute(codes.select().where(codes.c.dossier_id == dossier.id)).all()
    code = {(one.kind, one.id): one.code for one in named}
    gone = {
        (one.target_batch_id, rank)
        for one in removals
        for rank in range(one.first_entry, one.last_entry + 1)
    }
    held, labels = defaultdict(list), {}
    for one in sorted(rows, key=lambda row: row.line):
        labels.setdefault((one.batch_id, one.entry), one.label)
        third = code["third-party", one.third_party_id] if one.third_party_id else ""
        amounts = one.debit_cents, one.credit_cents, one.lettering or ""
        held[one.batch_id, one.entry].append(Line(code["account", one.account_id], third, *amounts))
    return {
        (one.batch_id, one.entry): (
            *(code["journal", one.journal_id], one.number or "", one.entry_date),
            one.label or labels[one.batch_id, one.entry],
            sorted(held[one.batch_id, one.entry]),
        )
        for one in heads
        if (one.batch_id, one.entry) not in gone
    }


def as_read(entry: Entry) -> Any:
    """Return an entry of the model as `read_ledger` returns it."""
    return entry.journal, entry.number, entry.day, entry.label, sorted(entry.lines)
