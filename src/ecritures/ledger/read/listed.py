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
from ecritures.ledger.lettering.lettered import find_by_hand

if TYPE_CHECKING:
    from collections.abc import Collection

    from ecritures.directory.dossiers import Dossier


def accounts_in_use(dossier: Dossier) -> sa.Select[Any]:
    """Select the accounts that some line in the ledger has: `id`, `code`, `label`."""
    return _codes_in_use(dossier, CodeKind.ACCOUNT, totals.c.account_id)


def journals_in_use(dossier: Dossier) -> sa.Select[Any]:
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
        *read_removals(connection, dossier, lambda: batches).left_in(line_sections, batches),
    )
    return sa.select(code.id, code.code, code.label).where(
        code.domain_id == dossier.domain_id,
        code.dossier_id == dossier.id,
        code.kind == CodeKind.SECTION,
        code.id.in_(used),
    )


def lines_in_ledger(
    connection: sa.Connection, dossier: Dossier, names: Collection[str] | None = None
) -> sa.Select[Any]:
    """Select the lines in the ledger.

    Columns as in the view `ledger_lines`, which says the same of all dossiers; and `reversed_id`:
    the entry that the entry of the line reverses, named as `entry_id` is, or null; `own_number`,
    that of the entry, which an index finds. The batches are read first: named one by one, each is
    found by its pages. What every line has is joined from the left even so: else SQLite would begin
    with an account, and sort all lines.

    Args:
        connection: Where to read.
        dossier: Whose.
        names: Of the columns to select besides `batch_id`, `entry`, `line` and `account_id`; only
            what these need is joined. None: all of them.
    """
    batches = _batches(connection, dossier)
    line, hand = lines.c, find_by_hand(connection, dossier)
    chosen = [one for one in _columns_of_lines(hand) if names is None or one.name in names]
    if names is None or "number" in names:
        chosen.append(entries.c.number.label("own_number"))
    query = sa.select(line.batch_id, line.entry, line.line, line.account_id, *chosen)
    used = {*query.get_final_froms()}
    if _JOURNAL in used:  # it is that of the entry
        used.add(entries)
    joins: list[tuple[sa.FromClause, sa.ColumnElement[bool]]] = [
        (entries, sa.and_(entry_of_lines(), _one_of(entries.c.batch_id, batches))),
        (_JOURNAL, _is_code(_JOURNAL, dossier, CodeKind.JOURNAL, _JOURNAL_ID)),
        (_ACCOUNT, _is_code(_ACCOUNT, dossier, CodeKind.ACCOUNT, line.account_id)),
        (_THIRD, _is_code(_THIRD, dossier, CodeKind.THIRD_PARTY, line.third_party_id)),
        (entry_links, _is_same(entry_links, "domain_id", "batch_id", "entry")),
    ]
    if hand is not None:
        joins.append((hand, _is_same(hand, "batch_id", "line")))
    for table, is_its in joins:
        if table in used:
            query = query.outerjoin(table, is_its)
    return query.where(
        line.domain_id == dossier.domain_id,
        _one_of(line.batch_id, batches),
        line.batch_id.between(min(batches, default=0), max(batches, default=0)),
        *read_removals(connection, dossier, lambda: batches).left_in(lines, batches),
    )


_ACCOUNT, _JOURNAL, _THIRD = (codes.alias(name) for name in ("account", "journal", "third_party"))
_JOURNAL_ID = sa.func.coalesce(lines.c.journal_id, entries.c.journal_id)


def _columns_of_lines(hand: sa.Subquery | None) -> list[sa.ColumnElement[Any]]:
    line, entry, link = lines.c, entries.c, entry_links.c
    return [
        *(line.debit_cents, line.credit_cents, line.siret),
        _name(line.batch_id, line.line).label("line_id"),
        _name(line.batch_id, line.entry).label("entry_id"),
        _name(link.target_batch_id, link.target_entry).label("reversed_id"),
        line.day.label("entry_date"),
        _JOURNAL.c.code.label("journal"),
        _text(line.journal_label, _JOURNAL.c.label).label("journal_label"),
        _text(entry.number).label("number"),
        _ACCOUNT.c.code.label("account"),
        _text(line.account_label, _ACCOUNT.c.label).label("account_label"),
        _THIRD.c.code.label("third_party"),
        _text(line.third_party_label, _THIRD.c.label).label("third_party_label"),
        _text(line.label, entry.label).label("label"),
        _text(line.piece_ref, entry.piece_ref).label("piece_ref"),
        sa.func.coalesce(line.piece_date, entry.piece_date).label("piece_date"),
        _by_hand_else(hand, line.lettering, "code").label("lettering"),
        _by_hand_else(hand, line.lettering_date, "day").label("lettering_date"),
    ]


def _batches(connection: sa.Connection, dossier: Dossier) -> list[int]:
    in_force = batches_in_force(dossier.domain_id, dossier.id)
    return list(connection.execute(in_force).scalars())


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


def _is_same(table: sa.FromClause, *names: str) -> sa.ColumnElement[bool]:
    """Return whether a row is that of a line."""
    return sa.and_(*(table.c[name] == lines.c[name] for name in names))


def _by_hand_else(
    hand: sa.Subquery | None, own: sa.ColumnElement[Any], name: str
) -> sa.ColumnElement[Any]:
    """Return what a matching by hand says of a line; what came with it, if there is none."""
    if hand is None:
        return own
    return sa.case((hand.c.matching_id.is_(None), own), else_=hand.c[name])


def _one_of(column: sa.ColumnElement[int], numbers: list[int]) -> sa.ColumnElement[bool]:
    """Return whether a number is one of ours: written out, as there may be too many to be bound."""
    return column.in_(sa.bindparam(None, numbers, expanding=True, literal_execute=True))


def _name(batch_id: sa.ColumnElement[int], number: sa.ColumnElement[int]) -> Any:  # noqa: ANN401 - of SQLAlchemy
    return sa.cast(batch_id, sa.String) + ":" + sa.cast(number, sa.String)


def _text(*columns: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the first text that is there; null for an empty one."""
    found = sa.func.coalesce(*columns) if len(columns) > 1 else columns[0]
    return sa.func.nullif(found, "")
