"""The analytic sections of a ledger, and how lines are split over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from ecritures.database.tables import line_sections, lines
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.sections import section_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.ledger.read.conditions import Conditions
    from ecritures.ledger.read.line_rows import Line
    from ecritures.ledger.read.snapshot import Snapshot

LINES_AT_ONCE = 1000


class Split(NamedTuple):
    """A part of a line, on a section of an axis.

    Attributes:
        amount_cents: Debit less credit.
        percentage: As it was given; None: the amount was.
    """

    axis: str
    section: str
    label: str
    amount_cents: int
    percentage: str | None


class SectionTotals(NamedTuple):
    """What the splits over a section add up to."""

    axis: str
    section: str
    label: str
    lines: int
    debit_cents: int
    credit_cents: int

    @property
    def balance_cents(self) -> int:
        """Debit less credit."""
        return self.debit_cents - self.credit_cents

    @property
    def place(self) -> tuple[str, str]:
        """Where it is in the order of sections."""
        return self.axis, self.section


def read_sections(conditions: Conditions) -> list[SectionTotals]:
    """Return the sections that some line is split over, by axis and code, with their totals."""
    names = conditions.snapshot.names(CodeKind.SECTION)
    if not names:
        return []
    split, cents = line_sections.c, line_sections.c.amount_cents
    query = (
        conditions.select_lines(
            split.axis,
            split.section_id,
            sa.func.count(),
            sa.func.sum(sa.case((cents > 0, cents), else_=0)),
            sa.func.sum(sa.case((cents < 0, -cents), else_=0)),
        )
        .join(
            line_sections,
            sa.and_(
                split.domain_id == lines.c.domain_id,
                split.batch_id == lines.c.batch_id,
                split.line == lines.c.line,
            ),
        )
        .group_by(split.axis, split.section_id)
    )
    found = []
    for axis, number, *sums in conditions.snapshot.connection.execute(query):
        code, label = names[number]
        found.append(SectionTotals(axis, section_name(code, axis), label, *map(int, sums)))
    return sorted(found, key=lambda one: one.place)


def read_splits(
    snapshot: Snapshot, held: Iterable[Line]
) -> dict[tuple[int, int], tuple[Split, ...]]:
    """Return the splits of some lines, by batch and line; those that are not split are missing."""
    names = snapshot.names(CodeKind.SECTION)
    if not names:
        return {}
    by_batch: dict[int, list[int]] = {}
    for one in held:
        by_batch.setdefault(one.batch_id, []).append(one.line)
    split = line_sections.c
    found: dict[tuple[int, int], tuple[Split, ...]] = {}
    for batch_id, numbers in by_batch.items():
        for first in range(0, len(numbers), LINES_AT_ONCE):
            query = sa.select(
                split.line, split.axis, split.section_id, split.amount_cents, split.percentage
            ).where(
                split.domain_id == snapshot.dossier.domain_id,
                split.batch_id == batch_id,
                split.line.in_(numbers[first : first + LINES_AT_ONCE]),
            )
            rows = snapshot.connection.execute(query.order_by(split.line, split.rank))
            for line, axis, number, cents, percentage in rows:
                code, label = names[number]
                part = Split(axis, section_name(code, axis), label, cents, percentage)
                found[batch_id, line] = (*found.get((batch_id, line), ()), part)
    return found
