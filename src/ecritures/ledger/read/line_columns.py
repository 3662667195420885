"""What a line says with its entry, and conditions on it, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.folding import folded
from ecritures.database.tables import entries, lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ecritures.ledger.read.filters import AmountRange, CodePattern

Condition = sa.ColumnElement[bool]
JOURNAL_OF_LINE = sa.func.coalesce(lines.c.journal_id, entries.c.journal_id)
"""The journal of a line, in a query that joins its entry."""
PIECE_OF_LINE = sa.func.coalesce(lines.c.piece_ref, entries.c.piece_ref, "")
"""The reference of its document."""
SIRET_OF_LINE = sa.func.coalesce(lines.c.siret, "")
"""Its establishment; "": none was given."""
LABEL_OF_LINE = sa.func.coalesce(lines.c.label, entries.c.label, "")
"""Its label."""


def written_out(numbers: Iterable[int]) -> sa.BindParameter[list[int]]:
    """Return numbers to be written into the statement: there may be more than can be bound."""
    return sa.bindparam(None, list(numbers), expanding=True, literal_execute=True)


def one_of(column: sa.ColumnElement[int], numbers: Collection[int | None]) -> Condition:
    """Return whether a column has one of some numbers, or is null where None is among them."""
    found = column.in_(written_out(one for one in numbers if one is not None))
    return sa.or_(found, column.is_(None)) if None in numbers else found


def is_piece(pattern: CodePattern) -> Condition:
    """Return whether the document of a line has a reference, or one that begins so."""
    root = pattern.root
    is_it: Condition = PIECE_OF_LINE.in_([pattern.exact])
    if root is not None:
        is_it = sa.or_(is_it, sa.func.substr(PIECE_OF_LINE, 1, len(root)) == root)
    return is_it


def may_hold(word: str) -> Condition:
    """Return whether an entry may hold a word: a quick first look."""
    words = entries.c.words
    is_plain = not set(word) & {"%", "_", "\\"}  # an escape takes three times as long
    held = words.like(f"%{word}%") if is_plain else words.contains(word, autoescape=True)
    return sa.or_(words.is_(None), held)


def holds(text: sa.ColumnElement[str], word: str) -> Condition:
    """Return whether a text holds a word, without regard to accents and capitals."""
    return folded(text).contains(word, autoescape=True)


def has_amount(wanted: AmountRange) -> Condition:
    """Return whether a side of a line is in a range; a line without any amount is one of zero."""
    sides: list[Condition] = []
    for cents in (lines.c.debit_cents, lines.c.credit_cents):
        low = max(wanted.low, 1)
        if wanted.high == low:  # quicker than two ranges
            sides.append(cents.in_([low, -low]))
        elif wanted.high is None:
            sides += [cents >= low, cents <= -low]
        else:
            sides += [cents.between(low, wanted.high), cents.between(-wanted.high, -low)]
    if wanted.low == 0:
        sides.append(sa.and_(lines.c.debit_cents == 0, lines.c.credit_cents == 0))
    return sa.or_(*sides)
