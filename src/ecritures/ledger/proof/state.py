"""Compare the tables that say in which state a ledger is with what its events say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import (
    batch_spans,
    codes,
    dossiers,
    fiscal_years,
    matching_lines,
    matchings,
    validations,
)
from ecritures.ledger.batch import BatchState
from ecritures.ledger.codes import digest_of_codes
from ecritures.ledger.proof.breaks import broken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecritures.ledger.proof.breaks import Break
    from ecritures.ledger.proof.replay import Replay


class State:
    """The state of the ledger of a dossier, as its tables say it.

    Args:
        connection: A snapshot.
        domain_id: The firm.
        dossier_id: Whose ledger.
        replay: All its events.
    """

    def __init__(
        self, connection: sa.Connection, domain_id: int, dossier_id: int, replay: Replay
    ) -> None:
        self._connection, self._replay = connection, replay
        self._domain_id, self._dossier_id = domain_id, dossier_id

    def breaks(self, headers: Mapping[int, Mapping[str, Any]]) -> Iterator[Break]:
        """Yield what differs; `headers`: the published batches of the dossier, by number."""
        yield from self._batches(headers)
        yield from self._spans()
        yield from self._validations()
        if self._replay.revision:  # before the first event, nothing says what they should be
            yield from self._locks()
            yield from self._years()
        yield from self._matchings()
        yield from self._codes_added()

    def _rows(self, table: sa.Table) -> Iterator[dict[str, Any]]:
        query = sa.select(table).where(
            table.c.domain_id == self._domain_id, table.c.dossier_id == self._dossier_id
        )
        return (dict(row) for row in self._connection.execute(query).mappings())

    def _batches(self, headers: Mapping[int, Mapping[str, Any]]) -> Iterator[Break]:
        said = self._replay
        for batch, header in sorted(headers.items()):
            if batch not in said.published:
                yield broken("batch-unknown", None, batch=batch)
                continue
            state = BatchState.PURGED if batch in said.purged else BatchState.PUBLISHED
            is_old = header["content_digest"] is None  # before digests, the moments could differ
            at = header["published_at"] if is_old else said.published[batch]
            if (header["state"], header["published_at"]) != (state, at):
                revision = min(said.spans[batch])
                yield broken("batch-state", revision, batch=batch)

    def _spans(self) -> Iterator[Break]:
        held: dict[int, dict[int, int | None]] = {}
        for row in self._rows(batch_spans):
            held.setdefault(row["batch_id"], {})[row["from_revision"]] = row["to_revision"]
        said = self._replay.spans
        found = [
            (min(start for start, _ in differing), batch)
            for batch in held.keys() | said.keys()
            if (differing := held.get(batch, {}).items() ^ said.get(batch, {}).items())
        ]
        for revision, batch in sorted(found):
            yield broken("spans-differ", revision, batch=batch)

    def _validations(self) -> Iterator[Break]:
        held = {
            row["revision"]: (row["through"].isoformat(), row["journals"], row["at"])
            for row in self._rows(validations)
        }
        said = self._replay.validations
        for revision in sorted(held.keys() | said.keys()):
            if held.get(revision) != said.get(revision):
                yield broken("validation-differs", revision)

    def _locks(self) -> Iterator[Break]:
        row = self._connection.execute(
            sa.select(dossiers.c.locked_through, dossiers.c.closed_through).where(
                dossiers.c.domain_id == self._domain_id, dossiers.c.id == self._dossier_id
            )
        ).one()
        held = tuple(day.isoformat() if day else None for day in row)
        if held != (self._replay.locked_through, self._replay.closed_through):
            yield broken("locks-differ", self._replay.lock_revision)

    def _years(self) -> Iterator[Break]:
        held = {
            row["start"].isoformat(): (row["end"].isoformat(), row["state"])
            for row in self._rows(fiscal_years)
        }
        said = self._replay.years
        for start in sorted(held.keys() | said.keys()):
            if held.get(start) != said.get(start):
                revision = self._replay.year_revisions.get(start)
                yield broken("fiscal-year-differs", revision, what=start)

    def _matchings(self) -> Iterator[Break]:
        """Yield what no event says; what events say of matchings is part of their digests."""
        said = self._replay
        table = matching_lines.c
        query = sa.select(table.matching_id).where(
            table.domain_id == self._domain_id, table.dossier_id == self._dossier_id
        )
        known = set(self._connection.execute(query.distinct()).scalars())
        ended = {}
        for row in self._rows(matchings):
            known.add(row["id"])
            ended[row["id"]] = row["to_revision"]
        for number in sorted(known):
            if number not in said.matched:
                yield broken("matching-differs", None, what=number)
            elif ended.get(number) != said.unmatched.get(number):
                yield broken("matching-differs", number, what=number)

    def codes_changed(self, revision: int, said: Mapping[str, Any]) -> Iterator[Break]:
        """Yield whether the codes that an event created differ from its digest."""
        kinds = {kind: bounds for kind, bounds in said.items() if kind != "digest"}
        ranges = [
            sa.and_(codes.c.kind == kind, codes.c.id.between(*bounds))
            for kind, bounds in kinds.items()
        ]
        query = sa.select(codes.c.kind, codes.c.id, codes.c.code, codes.c.label).where(
            codes.c.domain_id == self._domain_id,
            codes.c.dossier_id == self._dossier_id,
            sa.or_(*ranges),
        )
        rows = [row._asdict() for row in self._connection.execute(query)]
        if digest_of_codes(rows) != said["digest"]:
            yield broken("codes-changed", revision)

    def _codes_added(self) -> Iterator[Break]:
        """Yield a code that no event created; those older than digests are not covered."""
        table, last = codes.c, self._replay.last_codes
        for kind, (_, number) in sorted(last.items()):
            query = sa.select(table.code).where(
                table.domain_id == self._domain_id,
                table.dossier_id == self._dossier_id,
                table.kind == kind,
                table.id > number,
            )
            for code in self._connection.execute(query.order_by(table.id)).scalars():
                yield broken("codes-added", None, what=code)
