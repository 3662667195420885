"""The ledger of a dossier, as tests change and read it: what imports cannot do (yet), by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.app.actions.undo import UndoOptions, restore_import, undo_import
from ecritures.database import tables
from ecritures.ledger.events import Event, EventKind, next_revision, record_event

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ecritures.app.views.undo import MovedView
    from ecritures.core.errors import EcrituresError
    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier


@dataclass
class Books:
    """The ledger of a dossier."""

    database: Database
    dossier: Dossier

    @property
    def place(self) -> dict[str, int]:
        return {"domain_id": self.dossier.domain_id, "dossier_id": self.dossier.id}

    def undo(self, import_id: str, **options: Any) -> MovedView:
        return undo_import(self.database, import_id, UndoOptions(**options)).view

    def restore(self, import_id: str, **options: Any) -> MovedView:
        return restore_import(self.database, import_id, UndoOptions(**options)).view

    def rows(self, table: sa.Table, *which: sa.ColumnElement[bool]) -> list[Any]:
        database = self.database.for_domain(self.dossier.domain_id)
        with database.read() as connection:
            query = table.select().where(*which).order_by(*table.primary_key)
            return list(connection.execute(query))

    def batch_of(self, import_id: str) -> int:
        source = tables.batches.c.source.startswith(import_id)
        (row,) = self.rows(tables.batches, source)
        return int(row.id)

    def balance(self, revision: int | None = None) -> dict[str, tuple[int, int]]:
        """The entries in the ledger, now or at a revision, added up by account line by line."""
        place = [self.dossier.domain_id]
        in_force = {
            row.batch_id
            for row in self.rows(tables.batch_spans)
            if row.dossier_id == self.dossier.id and holds(row, revision)
        }
        removed = [
            (row.target_batch_id, range(row.first_entry, row.last_entry + 1))
            for row in self.rows(tables.batch_links)
            if row.batch_id in in_force and row.kind in {"removes", "changes"}
        ]
        accounts = {
            row.id: row.code
            for row in self.rows(tables.codes)
            if row.kind == "account" and row.dossier_id == self.dossier.id
        }
        found: dict[str, tuple[int, int]] = {}
        for line in self.rows(tables.lines):
            if line.domain_id not in place or line.batch_id not in in_force:
                continue
            if any(line.batch_id == batch and line.entry in those for batch, those in removed):
                continue
            debit, credit = found.get(accounts[line.account_id], (0, 0))
            found[accounts[line.account_id]] = (
                debit + line.debit_cents,
                credit + line.credit_cents,
            )
        return found

    def link(self, batch: int, target: int, first: int, last: int, kind: str) -> None:
        """Say by hand that a batch removes, changes or confirms entries of another."""
        row = {"target_batch_id": target, "first_entry": first, "last_entry": last, "kind": kind}
        with self.database.for_domain(self.dossier.domain_id).write() as connection:
            connection.execute(
                tables.batch_links.insert().values(
                    domain_id=self.dossier.domain_id, batch_id=batch, **row
                )
            )

    def end_with(self, batch: int, other: int) -> None:
        """End the span of a batch where that of another begins: it was replaced whole."""
        span = tables.batch_spans.c
        (begins,) = self.rows(tables.batch_spans, span.batch_id == other)
        with self.database.for_domain(self.dossier.domain_id).write() as connection:
            connection.execute(
                tables.batch_spans.update()
                .where(span.batch_id == batch)
                .values(to_revision=begins.from_revision)
            )

    def match(self, code: str, *held: tuple[int, int]) -> int:
        """Match lines (batch, line) by hand; return the number of the matching."""
        with self.database.for_domain(self.dossier.domain_id).write() as connection:
            revision = next_revision(connection, self.dossier.domain_id, self.dossier.id)
            now = self.database.clock.now()
            connection.execute(
                tables.matchings.insert().values(
                    **self.place,
                    id=revision,
                    account_id=1,
                    code=code,
                    day=now.date(),
                    from_revision=revision,
                )
            )
            for batch, line in held:
                connection.execute(
                    tables.matching_lines.insert().values(
                        **self.place, matching_id=revision, batch_id=batch, line=line, matched=True
                    )
                )
            event = Event(EventKind.MATCHED, details={"code": code})
            record_event(connection, *self.place.values(), revision, event, now)
        return revision

    def set_dossier(self, **values: Any) -> None:
        """Change columns of the dossier by hand."""
        with self.database.for_domain(self.dossier.domain_id).write() as connection:
            connection.execute(tables.dossiers.update().values(**values))

    def update(self, table: sa.Table, batch: int, **values: Any) -> None:
        """Change rows of a batch by hand."""
        name = "id" if table is tables.batches else "batch_id"
        with self.database.for_domain(self.dossier.domain_id).write() as connection:
            connection.execute(table.update().where(table.c[name] == batch).values(**values))


def holds(span: Any, revision: int | None) -> bool:
    if revision is None:
        return span.to_revision is None
    return span.from_revision <= revision and (
        span.to_revision is None or revision < span.to_revision
    )


def kinds(error: EcrituresError) -> dict[str, int]:
    """The blockers of a refusal: kind and count."""
    return {str(one.kind): one.count for one in getattr(error, "blockers", ())}
