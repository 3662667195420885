"""Conditions that hold wherever a comparison with a field of `lines_in_ledger` does.

An index or a scan of one table answers each; the comparison itself looks at joined lines. They take
the connection, the dossier, the rows, an operator and a value, and return None where they do not
help: what many lines have is soon found among them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.folding import fold
from ecritures.database.tables import batches, codes, entries, lines, totals
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.in_force import batches_in_force
from ecritures.ledger.lettering.lettered import matched_by_hand
from ecritures.ledger.read.line_columns import may_hold, written_out

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.directory.dossiers import Dossier

    Condition = sa.ColumnElement[bool]
    Narrowing = Callable[
        [sa.Connection, Dossier, sa.FromClause, str, Any], sa.ColumnElement[bool] | None
    ]

FEW_ROWS = 2_000


def by_place(name: str) -> Narrowing:
    """Return the narrowing by `batch:number`, where a column has the number."""

    def narrow(
        _connection: sa.Connection, _dossier: Dossier, listed: sa.FromClause, _sign: str, value: str
    ) -> Condition:
        batch_id, _, number = value.partition(":")
        return sa.and_(listed.c.batch_id == int(batch_id), listed.c[name] == int(number))

    return _of_equality(narrow)


def _number(
    _connection: sa.Connection, _dossier: Dossier, listed: sa.FromClause, _sign: str, value: str
) -> Condition:
    return listed.c.own_number == value


def _words(
    connection: sa.Connection, dossier: Dossier, listed: sa.FromClause, _sign: str, value: str
) -> Condition | None:
    """Entries whose words hold the text."""
    found = _entries_with(connection, dossier, entries, may_hold(fold(value)))
    return None if found is None else _are_among(listed, found)


def by_day(
    connection: sa.Connection,
    dossier: Dossier,
    listed: sa.FromClause,
    sign: str,
    value: Any,  # noqa: ANN401 - a day
) -> Condition:
    """Batches that have such days; and accounts, all of them: the index of a day needs them."""
    one = batches.c
    begins = sa.or_(one.first_date.is_(None), one.first_date <= value)
    ends = sa.or_(one.last_date.is_(None), one.last_date >= value)
    met = {"==": sa.and_(begins, ends), "<": begins, "<=": begins, ">": ends, ">=": ends}[sign]
    in_force = batches_in_force(dossier.domain_id, dossier.id)
    query = sa.select(one.id).where(one.domain_id == dossier.domain_id, one.id.in_(in_force), met)
    mine = connection.execute(query).scalars().all()
    found = listed.c.batch_id.in_(written_out(mine))
    if sign != "==":
        return found
    used = sa.select(totals.c.account_id).where(
        totals.c.domain_id == dossier.domain_id, totals.c.batch_id.in_(written_out(mine))
    )
    accounts = connection.execute(used.distinct()).scalars().all()
    return sa.and_(found, listed.c.account_id.in_(written_out(accounts)))


def of_lines(which: Callable[[Dossier, Any], Condition]) -> Narrowing:
    """Return the narrowing by a condition on columns of `lines`: of a dossier and a value."""

    def narrow(
        connection: sa.Connection,
        dossier: Dossier,
        listed: sa.FromClause,
        _sign: str,
        value: Any,  # noqa: ANN401 - of any field
    ) -> Condition | None:
        found = _entries_with(connection, dossier, lines, which(dossier, value))
        return None if found is None else _are_among(listed, found)

    return _of_equality(narrow)


def _entries_with(
    connection: sa.Connection, dossier: Dossier, table: sa.Table, which: Condition
) -> set[tuple[int, int]] | None:
    """Return batch and number of the entries with such rows; None: many."""
    in_force = connection.execute(batches_in_force(dossier.domain_id, dossier.id)).scalars()
    one = table.c
    query = sa.select(one.batch_id, one.entry).where(
        one.domain_id == dossier.domain_id, one.batch_id.in_(written_out(in_force)), which
    )
    rows = connection.execute(query.limit(FEW_ROWS + 1)).all()
    return {(row.batch_id, row.entry) for row in rows} if len(rows) <= FEW_ROWS else None


def _are_among(listed: sa.FromClause, places: set[tuple[int, int]]) -> Condition:
    """Return whether lines are of such entries, or of few others, as an index finds them."""
    found = {batch_id for batch_id, _ in places}, {entry for _, entry in places}
    batch_ids, numbers = map(written_out, found)
    return sa.and_(listed.c.batch_id.in_(batch_ids), listed.c.entry.in_(numbers))


def of_lettering(name: str) -> Narrowing:
    """Return the narrowing by a lettering, or its day: that of files, or by hand."""
    by_file = of_lines(lambda _, value: lines.c[name] == value)

    def narrow(
        connection: sa.Connection,
        dossier: Dossier,
        listed: sa.FromClause,
        sign: str,
        value: Any,  # noqa: ANN401 - a code or a day
    ) -> Condition | None:
        hand = matched_by_hand(dossier)
        if connection.execute(sa.select(hand.c.line).limit(1)).first() is not None:
            return None
        return by_file(connection, dossier, listed, sign, value)

    return _of_equality(narrow)


def of_code(
    kind: CodeKind, number: sa.ColumnElement[Any], label: sa.ColumnElement[Any]
) -> Narrowing:
    """Return the narrowing by the label of an account or a third party: of its own, or a line's."""

    def has_label(dossier: Dossier, value: str) -> Condition:
        code = codes.c
        named = sa.select(code.id).where(
            code.domain_id == dossier.domain_id,
            code.dossier_id == dossier.id,
            code.kind == kind,
            code.label == value,
        )
        return sa.or_(label == value, number.in_(named))

    return of_lines(has_label)


def _is_third_party(dossier: Dossier, value: str) -> Condition:
    code = codes.c
    named = sa.select(code.id).where(
        code.domain_id == dossier.domain_id,
        code.dossier_id == dossier.id,
        code.kind == CodeKind.THIRD_PARTY,
        code.code == value,
    )
    return lines.c.third_party_id == named.scalar_subquery()


def _piece_date(
    connection: sa.Connection,
    dossier: Dossier,
    listed: sa.FromClause,
    _sign: str,
    value: Any,  # noqa: ANN401 - a day
) -> Condition | None:
    """Entries with that day, of their own or of a line."""
    own = _entries_with(connection, dossier, entries, entries.c.piece_date == value)
    of_line = (
        None
        if own is None
        else _entries_with(connection, dossier, lines, lines.c.piece_date == value)
    )
    return None if own is None or of_line is None else _are_among(listed, own | of_line)


def _is_cents(column: sa.ColumnElement[int]) -> Narrowing:
    return of_lines(lambda _, value: column == sa.literal(int(value), sa.BigInteger))


def _of_equality(narrow: Narrowing) -> Narrowing:
    def narrow_equal(
        connection: sa.Connection,
        dossier: Dossier,
        listed: sa.FromClause,
        sign: str,
        value: Any,  # noqa: ANN401 - of any field
    ) -> Condition | None:
        return narrow(connection, dossier, listed, sign, value) if sign == "==" else None

    return narrow_equal


NARROWINGS: dict[str, Narrowing] = {
    "line_id": by_place("line"),
    "entry_id": by_place("entry"),
    "entry_date": by_day,
    "number": _of_equality(_number),
    "account_label": of_code(CodeKind.ACCOUNT, lines.c.account_id, lines.c.account_label),
    "third_party": of_lines(_is_third_party),
    "third_party_label": of_code(
        CodeKind.THIRD_PARTY, lines.c.third_party_id, lines.c.third_party_label
    ),
    "label": _of_equality(_words),
    "piece_ref": _of_equality(_words),
    "piece_date": _of_equality(_piece_date),
    "debit_cents": _is_cents(lines.c.debit_cents),
    "credit_cents": _is_cents(lines.c.credit_cents),
    "lettering": of_lettering("lettering"),
    "lettering_date": of_lettering("lettering_date"),
    "siret": of_lines(lambda _, value: lines.c.siret == value),
}
"""Column of `lines_in_ledger` → its narrowing."""
