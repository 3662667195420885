"""Undo what an import posted, and restore it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.app.idempotency import answer_once
from ecritures.app.views.instants import instant_text
from ecritures.app.views.undo import moved_view, preview_view
from ecritures.core.policies import Definitive, ReverseStyle
from ecritures.directory.domains import read_domain
from ecritures.directory.dossiers import YearState, read_dossier
from ecritures.directory.firms import next_batch_id
from ecritures.directory.keys import name_of
from ecritures.imports.queries import get_import
from ecritures.imports.read.undone import batch_of_import, hold_import, set_undone
from ecritures.imports.state.announce import announce_ledger
from ecritures.ledger.fiscal_years.years import require_opening_kept
from ecritures.ledger.moves import Ledger
from ecritures.ledger.openings.openings import has_openings
from ecritures.ledger.undoing.undo import Wanted, preview, restore_batch, undo_batch
from ecritures.webhooks.kinds import EventName

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.app.views.undo import MovedView, UndoPreview
    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.imports.queries import ImportState


@dataclass(frozen=True, slots=True)
class UndoOptions:
    """What is asked for.

    Attributes:
        force: Also when a later file counts on the entries.
        unmatch: Also when entries are matched by hand with those of other imports.
        definitive: What happens to validated entries; None: as the dossier or the firm chose.
    """

    reason: str | None = None
    force: bool = False
    unmatch: bool = False
    definitive: Definitive | None = None


def undo_import(
    database: Database,
    import_id: str,
    options: UndoOptions,
    caller: Caller | None = None,
    idempotent: IdempotentRequest | None = None,
) -> Answer[MovedView]:
    """Take what an import posted out of the ledger, or reverse it.

    Raises:
        NotFoundError: There is no such import, or not for this caller. None: the operator.
        ConflictError: It has posted nothing, or is undone already.
        BlockedError: Something prevents it.
    """
    if caller is None:
        database = database.for_domain(get_import(database, import_id).domain_id)

    def prepare() -> tuple[ImportState, Wanted]:
        state = get_import(database, import_id, caller)
        place = state.domain, state.domain_id, state.dossier_id
        return state, wanted_of(database, *place, options, name_of(caller))

    def act(connection: sa.Connection, prepared: tuple[ImportState, Wanted]) -> MovedView:
        state, wanted = prepared
        now = database.clock.now()
        hold_import(connection, state)
        batch_id = batch_of_import(connection, state)
        place = state.domain_id, state.dossier_id, batch_id
        moved = undo_batch(database, connection, *place, wanted, now)
        undone = {"at": instant_text(now), "by": wanted.by, "reason": wanted.reason}
        set_undone(connection, state, undone)
        _require_final_openings(database, connection, state, batch_id)
        return _announced(
            connection, state, EventName.IMPORT_UNDONE, moved_view(state.id, moved), now
        )

    return answer_once(database, idempotent, prepare, act, bulk=True)


def restore_import(
    database: Database,
    import_id: str,
    options: UndoOptions,
    caller: Caller | None = None,
    idempotent: IdempotentRequest | None = None,
) -> Answer[MovedView]:
    """Bring what an import had posted back into the ledger.

    Raises:
        NotFoundError: There is no such import, or not for this caller. None: the operator.
        ConflictError: It has posted nothing, or is not undone.
        BlockedError: Something prevents it.
    """
    if caller is None:
        database = database.for_domain(get_import(database, import_id).domain_id)

    def act(connection: sa.Connection, state: ImportState) -> MovedView:
        hold_import(connection, state)
        batch_id = batch_of_import(connection, state)
        wanted = Wanted(name_of(caller), options.reason, options.force, options.unmatch)
        place = state.domain_id, state.dossier_id, batch_id
        now = database.clock.now()
        moved = restore_batch(database, connection, *place, wanted, now)
        set_undone(connection, state, None)
        _require_final_openings(database, connection, state, batch_id)
        view = moved_view(state.id, moved)
        return _announced(connection, state, EventName.IMPORT_RESTORED, view, now)

    return answer_once(
        database, idempotent, lambda: get_import(database, import_id, caller), act, bulk=True
    )


def preview_undo(database: Database, import_id: str, caller: Caller) -> UndoPreview:
    """Return what the undo of an import would do now, or its restore; nothing is changed.

    Raises:
        NotFoundError: There is no such import, or not for this caller.
        ConflictError: It has posted nothing, or was taken out of the ledger by another act.
    """
    state = get_import(database, import_id, caller)
    with database.read_long() as connection:
        place = state.domain_id, state.dossier_id, batch_of_import(connection, state)
        return preview_view(preview(database, connection, *place))


def _require_final_openings(
    database: Database, connection: sa.Connection, state: ImportState, batch_id: int
) -> None:
    """Refuse that openings which left or came back differ from the final closing before them."""
    dossier = read_dossier(connection, state.domain_id, state.dossier_id)
    final = [year for year in dossier.fiscal_years if year.state is YearState.FINAL]
    ledger = Ledger(database, connection, dossier, dossier.ledger_revision)
    if final and has_openings(ledger, batch_id):
        require_opening_kept(ledger, final[-1])


def _announced(
    connection: sa.Connection, state: ImportState, kind: EventName, view: MovedView, now: datetime
) -> MovedView:
    """Tell the webhooks of the firm, in the transaction of the change."""
    announce_ledger(connection, state, kind, {"dossier": state.dossier, **view}, now)
    return view


def wanted_of(  # noqa: PLR0913, PLR0917 - a place in the database, and what is asked
    database: Database,
    domain: str,
    domain_id: int,
    dossier_id: int,
    options: UndoOptions,
    by: str | None,
) -> Wanted:
    """Complete what is asked with what the dossier, then the firm, have chosen."""
    with database.read() as connection:
        dossier = read_dossier(connection, domain_id, dossier_id)
        chosen = read_domain(connection, domain).settings | dossier.settings
    default = chosen.get("definitive", Definitive.REFUSE)
    definitive = Definitive(options.definitive or default)
    batch_id = 0
    if definitive is Definitive.REVERSE:
        with database.write() as connection:
            batch_id = next_batch_id(connection, domain_id, database.clock.now())
    return Wanted(
        by,
        options.reason,
        options.force,
        options.unmatch,
        definitive is Definitive.REVERSE,
        ReverseStyle(chosen.get("reverseStyle", ReverseStyle.EXCHANGE)),
        batch_id,
    )
