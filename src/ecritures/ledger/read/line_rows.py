"""Lines of a ledger, whole: with what their entry, account, third party and journal say."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from ecritures.database.paging import Key, Page, is_beyond, make_page
from ecritures.database.tables import entries, lines
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.read.line_columns import JOURNAL_OF_LINE, LABEL_OF_LINE, PIECE_OF_LINE
from ecritures.ledger.read.windows import windows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from ecritures.ledger.read.conditions import Conditions
    from ecritures.ledger.read.snapshot import Names, Snapshot

FIRST_WINDOW_LINES = 20_000
"""What is read at first where totals do not tell how many lines are wanted."""
CHUNK_ROWS = 10_000
LINE_KEY = (lines.c.day, lines.c.batch_id, lines.c.line)
"""The order of lines."""


class Line(NamedTuple):
    """A line of a ledger. Texts that are not there are ""."""

    batch_id: int
    line: int
    entry: int
    day: date
    journal: str
    journal_label: str
    number: str
    account: str
    account_label: str
    third_party: str
    third_party_label: str
    piece: str
    piece_date: date | None
    label: str
    debit_cents: int
    credit_cents: int
    lettering: str
    lettering_date: date | None
    validation_date: date | None
    currency: str
    currency_amount: int | None
    currency_scale: int | None
    siret: str
    is_made: bool

    @property
    def key(self) -> tuple[date, int, int]:
        """Its place among lines."""
        return self.day, self.batch_id, self.line

    @property
    def currency_text(self) -> str | None:
        """Its amount in currency, as a decimal number."""
        if self.currency_amount is None:
            return None
        return str(Decimal(self.currency_amount).scaleb(-(self.currency_scale or 0)))


def page_lines(conditions: Conditions, limit: int, after: Key | None = None) -> Page[Line]:
    """Return a page of lines, by date, batch and line.

    Args:
        conditions: Which.
        limit: How many.
        after: The key of the last line of the page before: date, batch, line.
    """
    found: list[Line] = []
    for days in _windows(conditions, after, limit):
        part = conditions.within(*days)
        query = _query(part).order_by(*LINE_KEY).limit(limit + 1 - len(found))
        if after is not None:
            query = query.where(lines.c.day >= after[0], is_beyond(LINE_KEY, after))
        rows = conditions.snapshot.connection.execute(query).all()
        found += whole_lines_of(conditions.snapshot, rows)
        if len(found) > limit:
            break
    return make_page(found, limit, lambda one: one.key)


def stream_lines(conditions: Conditions) -> Iterator[Line]:
    """Yield lines by date, batch and line, in bounded memory."""
    query = _query(conditions).order_by(*LINE_KEY)
    yield from stream(conditions.snapshot, query)


def stream(snapshot: Snapshot, query: sa.Select[Any]) -> Iterator[Line]:
    """Yield the lines of a query of `columns_of`."""
    options = {"stream_results": True, "max_row_buffer": CHUNK_ROWS}
    maker = _Maker(*(snapshot.names(kind) for kind in _KINDS))
    for part in snapshot.connection.execute(query, execution_options=options).partitions(
        CHUNK_ROWS
    ):
        yield from map(maker.line, part)


def whole_lines_of(snapshot: Snapshot, rows: Sequence[Any]) -> list[Line]:
    """Return the lines of the rows of a query of `columns_of`."""
    third_parties = {row.third_party_id for row in rows if row.third_party_id is not None}
    maker = _Maker(
        snapshot.names(CodeKind.JOURNAL),
        snapshot.names(CodeKind.ACCOUNT),
        snapshot.names_of(CodeKind.THIRD_PARTY, third_parties) if third_parties else {},
    )
    return [maker.line(row) for row in rows]


def columns_of(conditions: Conditions) -> list[sa.ColumnElement[Any]]:
    """Return the columns that make a line."""
    line, entry = lines.c, entries.c
    return [
        line.batch_id,
        line.line,
        line.entry,
        line.day,
        JOURNAL_OF_LINE.label("of_journal"),
        line.journal_label,
        entry.number,
        line.account_id,
        line.account_label,
        line.third_party_id,
        line.third_party_label,
        PIECE_OF_LINE.label("piece"),
        sa.func.coalesce(line.piece_date, entry.piece_date).label("of_piece"),
        LABEL_OF_LINE.label("text"),
        line.debit_cents,
        line.credit_cents,
        conditions.lettering.label("code"),
        conditions.lettering_date.label("lettered_on"),
        sa.func.coalesce(line.validation_date, entry.validation_date).label("validated_on"),
        line.currency,
        line.currency_amount,
        line.currency_scale,
        line.siret,
        line.made,
    ]


def _query(conditions: Conditions) -> sa.Select[Any]:
    return conditions.select_lines(*columns_of(conditions))


def _windows(
    conditions: Conditions, after: Key | None, limit: int
) -> Iterable[tuple[date | None, date | None]]:
    day = after[0] if after is not None else None
    if conditions.wanted.numbers or conditions.few_entries is not None:  # an index finds them
        return [(None, None)]
    if conditions.are_of_totals:
        return windows(conditions, day, limit + 1)
    if conditions.are_of_words or conditions.wanted.accounts:
        return windows(conditions, day, FIRST_WINDOW_LINES)
    return [(None, None)]  # each window would look at every line


_KINDS = (CodeKind.JOURNAL, CodeKind.ACCOUNT, CodeKind.THIRD_PARTY)


class _Maker:
    """Makes lines of rows."""

    def __init__(self, journals: Names, accounts: Names, third_parties: Names) -> None:
        self._journals, self._accounts, self._third_parties = journals, accounts, third_parties

    def line(self, row: Any) -> Line:  # noqa: ANN401 - a row
        """Return the line of a row of `columns_of`."""
        journal, journal_label = self._journals[row[4]]
        account, account_label = self._accounts[row[7]]
        third_party, third_party_label = self._third_parties.get(row[9], ("", ""))
        return Line(
            row[0],
            row[1],
            row[2],
            row[3],
            journal,
            _either(row[5], journal_label),
            row[6] or "",
            account,
            _either(row[8], account_label),
            third_party,
            _either(row[10], third_party_label),
            row[11],
            row[12],
            row[13],
            row[14],
            row[15],
            row[16] or "",
            row[17],
            row[18],
            row[19] or "",
            row[20],
            row[21],
            row[22] or "",
            bool(row[23]),
        )


def _either(own: str | None, known: str) -> str:
    return known if own is None else own
