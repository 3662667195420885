"""The lists of a ledger as it is now: its accounts, its journals, its lines.

Each is a query that its caller filters, sorts and cuts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import (
    codes,
    entries,
    entry_links,
    line_sections,
    lines,
    totals,
)
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.entry_frames import entry_of_lines
from ecritures.ledger.in_force import batches_in_force, read_removals
from ecritures.ledger.lettering.lettered import matched_by_hand

if TYPE_CHECKING:
    from ecritures.directory.dossiers import Dossier


def accounts_in_use(_connection: sa.Connection, dossier: Dossier) -> sa.Select[Any]:
    """Select the accounts that some line in the ledger has: `id`, `code`, `label`."""
    return _codes_in_use(dossier, CodeKind.ACCOUNT, totals.c.account_id)


def journals_in_use(_connection: sa.Connection, dossier: Dossier) -> sa.Select[Any]:
    """Select the journals that some line in the ledger has: `id`, `code`, `label`."""
    return _codes_in_use(dossier, CodeKind.JOURNAL, totals.c.journal_id)


def sections_in_use(connection: sa.Connection, dossier: Dossier) -> sa.Select[Any]:
    """Select the analytic sections that some line is split over: `id`, `code`, `label`.

    The code is that of the section and of its axis: `SECTION@AXIS`.
    """
    split, code = line_sections.c, codes.c
    batches = _batches(connection, dossier)
    used = sa.select(split.section_id).where(
        split.domain_id == dossier.domain_id,
        _one_of(split.batch_id, batches),
        *read_removals(connection, dossier, batches).left_in(line_sections, batches),
    )
    return sa.select(code.id, code.code, code.label).where(
        code.domain_id == dossier.domain_id,
        code.dossier_id == dossier.id,
        code.kind == CodeKind.SECTION,
        code.id.in_(used),
    )


def lines_in_ledger(connection: sa.Connection, dossier: Dossier) -> sa.Select[Any]:
    """Select the lines in the ledger.

    Columns as in the view `ledger_lines`, which says the same of all dossiers; and `reversed_id`:
    the entry that the entry of the line reverses, named as `entry_id` is, or null; `own_number`,
    that of the entry, which an index finds;
    `account_id`. The batches are read first: named one by one, each is
    found by its pages. What every line has is joined from the left even so: else SQLite would begin
    with an account, and sort all lines.
    """
    batches = _batches(connection, dossier)
    account, journal, third_party = (codes.alias(kind.name.lower()) for kind in _KINDS)
    line, entry, link, hand = lines.c, entries.c, entry_links.c, matched_by_hand(dossier)
    journal_id = sa.func.coalesce(line.journal_id, entry.journal_id)
    by_file = hand.c.matching_id.is_(None)
    query = (
        sa.select(
            *(line.batch_id, line.entry, line.line),
            *(line.debit_cents, line.credit_cents, line.siret),
            _name(line.batch_id, line.line).label("line_id"),
            _name(line.batch_id, line.entry).label("entry_id"),
            _name(link.target_batch_id, link.target_entry).label("reversed_id"),
            line.day.label("entry_date"),
            journal.c.code.label("journal"),
            _text(line.journal_label, journal.c.label).label("journal_label"),
            _text(entry.number).label("number"),
            entry.number.label("own_number"),
            line.account_id,
            account.c.code.label("account"),
            _text(line.account_label, account.c.label).label("account_label"),
            third_party.c.code.label("third_party"),
            _text(line.third_party_label, third_party.c.label).label("third_party_label"),
            _text(line.label, entry.label).label("label"),
            _text(line.piece_ref, entry.piece_ref).label("piece_ref"),
            sa.func.coalesce(line.piece_date, entry.piece_date).label("piece_date"),
            sa.case((by_file, line.lettering), else_=hand.c.code).label("lettering"),
            sa.case((by_file, line.lettering_date), else_=hand.c.day).label("lettering_date"),
        )
        .outerjoin(entries, sa.and_(entry_of_lines(), _one_of(entry.batch_id, batches)))
        .outerjoin(journal, _is_code(journal, dossier, CodeKind.JOURNAL, journal_id))
        .outerjoin(account, _is_code(account, dossier, CodeKind.ACCOUNT, line.account_id))
        .outerjoin(
            third_party, _is_code(third_party, dossier, CodeKind.THIRD_PARTY, line.third_party_id)
        )
        .outerjoin(hand, sa.and_(hand.c.batch_id == line.batch_id, hand.c.line == line.line))
        .outerjoin(
            entry_links,
            sa.and_(
                link.domain_id == line.domain_id,
                link.batch_id == line.batch_id,
                link.entry == line.entry,
            ),
        )
    )
    return query.where(
        line.domain_id == dossier.domain_id,
        _one_of(line.batch_id, batches),
        line.batch_id.between(min(batches, default=0), max(batches, default=0)),
        *read_removals(connection, dossier, batches).left_in(lines, batches),
    )


def _batches(connection: sa.Connection, dossier: Dossier) -> list[int]:
    in_force = batches_in_force(dossier.domain_id, dossier.id)
    return list(connection.execute(in_force).scalars())


_KINDS = (CodeKind.ACCOUNT, CodeKind.JOURNAL, CodeKind.THIRD_PARTY)


def _codes_in_use(
    dossier: Dossier, kind: CodeKind, number: sa.ColumnElement[int]
) -> sa.Select[Any]:
    code = codes.c
    used = (
        sa.select(number)
        .where(
            totals.c.domain_id == dossier.domain_id,
            totals.c.batch_id.in_(batches_in_force(dossier.domain_id, dossier.id)),
        )
        .group_by(number)
        .having(sa.func.sum(totals.c.lines) != 0)
    )
    return sa.select(code.id, code.code, code.label).where(
        code.domain_id == dossier.domain_id,
        code.dossier_id == dossier.id,
        code.kind == kind,
        code.id.in_(used),
    )


def _is_code(
    table: sa.FromClause, dossier: Dossier, kind: CodeKind, number: sa.ColumnElement[Any]
) -> sa.ColumnElement[bool]:
    code = table.c
    return sa.and_(
        code.domain_id == dossier.domain_id,
        code.dossier_id == dossier.id,
        code.kind == kind,
        code.id == number,
    )


def _one_of(column: sa.ColumnElement[int], numbers: list[int]) -> sa.ColumnElement[bool]:
    """Return whether a number is one of ours: written out, as there may be too many to be bound."""
    return column.in_(sa.bindparam(None, numbers, expanding=True, literal_execute=True))


def _name(batch_id: sa.ColumnElement[int], number: sa.ColumnElement[int]) -> Any:  # noqa: ANN401 - of SQLAlchemy
    return sa.cast(batch_id, sa.String) + ":" + sa.cast(number, sa.String)


def _text(*columns: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the first text that is there; null for an empty one."""
    found = sa.func.coalesce(*columns) if len(columns) > 1 else columns[0]
    return sa.func.nullif(found, "")
