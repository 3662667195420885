"""Conditions that hold wherever a comparison with a field of `lines_in_ledger` does.

An index or a scan of one table answers each; the comparison itself looks at joined lines.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.folding import fold
from ecritures.database.tables import batches, codes, entries, lines, totals
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.in_force import batches_in_force
from ecritures.ledger.lettering.lettered import find_by_hand
from ecritures.ledger.read.line_columns import may_hold, written_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ecritures.directory.dossiers import Dossier

    Condition = sa.ColumnElement[bool]

FEW_ROWS = 2_000
_ORDERED = {"debit_cents", "credit_cents", "piece_date", "lettering_date"}
_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What narrows the lines of a dossier.

    Attributes:
        listed: The rows of `lines_in_ledger`.
    """

    connection: sa.Connection
    dossier: Dossier
    listed: sa.FromClause

    def by(self, column: str, sign: str, value: Any) -> Condition | None:  # noqa: ANN401 - of any field
        """Return a condition that holds wherever a comparison does.

        Args:
            column: Of the rows.
            sign: An operator: `==`, `<`, `<=`, `>`, `>=`.
            value: Of the type of the column.

        Returns:
            None where none helps: what many lines have is soon found among them all.
        """
        if column == "entry_date":
            return self._of_days(sign, value)
        if column in _ORDERED:
            return self._of_ordered(column, _SIGNS[sign], value)
        return self._of_equal(column, value) if sign == "==" else None

    def _of_ordered(
        self,
        column: str,
        compares: Callable[[Any, Any], Condition],
        value: Any,  # noqa: ANN401 - an amount or a day
    ) -> Condition | None:
        tables = [entries, lines] if column == "piece_date" else [lines]
        if column == "lettering_date" and self._is_matched:
            return None
        bound = value if isinstance(value, date) else sa.literal(int(value), sa.BigInteger)
        rows = ((table, compares(table.c[column], bound)) for table in tables)
        return self._of_entries_with(*rows)

    def _of_equal(self, column: str, value: Any) -> Condition | None:  # noqa: ANN401 - of any field
        match column:
            case "line_id" | "entry_id":
                return self._of_place(column.removesuffix("_id"), value)
            case "number":
                return self.listed.c.own_number.in_([value])
            case "label" | "piece_ref":
                return self._of_entries_with((entries, may_hold(fold(value))))
            case "lettering" if self._is_matched:
                return None
        which = self._on_lines(column, value)
        return None if which is None else self._of_entries_with((lines, which))

    @property
    def _is_matched(self) -> bool:
        """Whether lines are matched by hand: files do not say all letterings."""
        return find_by_hand(self.connection, self.dossier) is not None

    def _of_place(self, name: str, place: str) -> Condition:
        """Return the condition of a line or an entry, named `batch:number`."""
        batch_id, _, number = place.partition(":")
        listed = self.listed.c
        return sa.and_(listed.batch_id == int(batch_id), listed[name] == int(number))

    def _of_days(self, sign: str, day: Any) -> Condition:  # noqa: ANN401 - a day
        """Return which batches have such days; and all accounts: the index of a day needs them."""
        one = batches.c
        begins = sa.or_(one.first_date.is_(None), one.first_date <= day)
        ends = sa.or_(one.last_date.is_(None), one.last_date >= day)
        met = {"==": sa.and_(begins, ends), "<": begins, "<=": begins, ">": ends, ">=": ends}[sign]
        query = sa.select(one.id).where(*self._in_force(one.id, one.domain_id), met)
        mine = self.connection.execute(query).scalars().all()
        found = self.listed.c.batch_id.in_(written_out(mine))
        if sign != "==":
            return found
        used = sa.select(totals.c.account_id).where(
            totals.c.domain_id == self.dossier.domain_id, totals.c.batch_id.in_(written_out(mine))
        )
        accounts = self.connection.execute(used.distinct()).scalars().all()
        return sa.and_(found, self.listed.c.account_id.in_(written_out(accounts)))

    def _on_lines(self, column: str, value: Any) -> Condition | None:  # noqa: ANN401 - of any field
        """Return the condition on columns of `lines`; None: other tables say it."""
        line = lines.c
        match column:
            case "lettering" | "siret":
                return line[column].in_([value])
            case "third_party":
                named = self._codes(CodeKind.THIRD_PARTY, codes.c.code == value)
                return line.third_party_id == named.scalar_subquery()
            case "account_label":
                named = self._codes(CodeKind.ACCOUNT, codes.c.label == value)
                return sa.or_(line.account_label == value, line.account_id.in_(named))
            case "third_party_label":
                named = self._codes(CodeKind.THIRD_PARTY, codes.c.label == value)
                return sa.or_(line.third_party_label == value, line.third_party_id.in_(named))
        return None

    def _of_entries_with(self, *rows: tuple[sa.Table, Condition]) -> Condition | None:
        """Return whether lines are of entries with such rows, or of few others; None: of many.

        Args:
            rows: `entries` or `lines`, and which.
        """
        places: set[tuple[int, int]] = set()
        for table, which in rows:
            one = table.c
            query = sa.select(one.batch_id, one.entry).where(
                *self._in_force(one.batch_id, one.domain_id), which
            )
            found = self.connection.execute(query.limit(FEW_ROWS + 1)).all()
            if len(found) > FEW_ROWS:
                return None
            places.update((batch_id, entry) for batch_id, entry in found)
        batch_ids, numbers = ({place[n] for place in places} for n in range(2))
        listed = self.listed.c
        return sa.and_(
            listed.batch_id.in_(written_out(batch_ids)), listed.entry.in_(written_out(numbers))
        )

    def _in_force(
        self, batch_id: sa.ColumnElement[int], domain_id: sa.ColumnElement[int]
    ) -> tuple[Condition, ...]:
        """Return the conditions of rows of the batches in force."""
        in_force = batches_in_force(self.dossier.domain_id, self.dossier.id)
        numbers = self.connection.execute(in_force).scalars()
        return domain_id == self.dossier.domain_id, batch_id.in_(written_out(numbers))

    def _codes(self, kind: CodeKind, which: Condition) -> sa.Select[int]:
        """Select the numbers of some codes."""
        code = codes.c
        return sa.select(code.id).where(
            code.domain_id == self.dossier.domain_id,
            code.dossier_id == self.dossier.id,
            code.kind == kind,
            which,
        )
