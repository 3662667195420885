"""What can be asked about imports and dossiers, as plain values or as JSON."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ecritures.app.actions.webhooks import require_administrator
from ecritures.app.views.audit import event_page
from ecritures.app.views.disruptions import disruption_page
from ecritures.app.views.dossiers import dossier_page
from ecritures.app.views.imports import import_page, import_view
from ecritures.app.views.verify import verify_view
from ecritures.app.views.webhooks import delivery_page, webhook_page
from ecritures.core.errors import NotFoundError, RefusedRequestError
from ecritures.directory.disruptions import list_disruptions
from ecritures.directory.domains import domain_unknown, get_domain
from ecritures.directory.dossiers import get_dossier, page_dossiers
from ecritures.imports.queries import file_names, get_import, list_attempts_of, list_imports
from ecritures.imports.read.delays import count_delayed, delays_of, with_delays
from ecritures.imports.state.claim import import_of_batch
from ecritures.ledger.codes import CodeKind, read_names
from ecritures.ledger.events import head_of
from ecritures.ledger.proof.verify import verify_ledger
from ecritures.ledger.read.history import page_events
from ecritures.webhooks.deliveries import page_deliveries
from ecritures.webhooks.registration import page_webhooks

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ecritures.app.views.audit import EventPage
    from ecritures.app.views.disruptions import DisruptionPage
    from ecritures.app.views.dossiers import DossierPage
    from ecritures.app.views.imports import ImportPage, ImportView
    from ecritures.app.views.verify import VerifyView
    from ecritures.app.views.webhooks import DeliveryPage, WebhookPage
    from ecritures.database import Database
    from ecritures.directory.domains import Domain
    from ecritures.directory.dossiers import Dossier
    from ecritures.directory.keys import Caller
    from ecritures.imports.queries import ImportFilter


def show_import(database: Database, import_id: str, caller: Caller | None = None) -> ImportView:
    """Return an import as JSON; no caller: this machine's operator.

    Raises:
        NotFoundError: There is none, or not for this caller.
    """
    state = get_import(database, import_id, caller)
    attempts = list_attempts_of(database, [state])
    (shown,) = with_delays(database, [state])
    return import_view(shown, attempts[state.id], delays_of(database, [state], attempts)[state.id])


def show_imports(
    database: Database,
    caller: Caller | None,
    wanted: ImportFilter,
    limit: int,
    after: tuple[datetime, str] | None = None,
) -> ImportPage:
    """Return a page of imports as JSON, newest first, in a few queries."""
    page = list_imports(database, caller, wanted, limit, after)
    attempts = list_attempts_of(database, page.items)
    delays = delays_of(database, page.items, attempts)
    shown = replace(page, items=with_delays(database, page.items))
    return import_page(shown, attempts, delays)


def show_disruptions(
    database: Database,
    caller: Caller | None,
    limit: int,
    after: tuple[datetime, str] | None = None,
) -> DisruptionPage:
    """Return a page of the disruptions that concern a caller as JSON, newest first.

    No caller: this machine's operator, whom all of them concern.
    """
    page = list_disruptions(database, caller.domain_id if caller else None, limit, after)
    return disruption_page(page, partial(count_delayed, database, caller=caller))


def show_dossiers(
    database: Database, caller: Caller, limit: int, after: tuple[str] | None = None
) -> DossierPage:
    """Return a page of the dossiers that a caller may touch as JSON, by code."""
    page = page_dossiers(database, caller.domain_id, caller.dossier_ids, limit, after)
    return dossier_page(page, caller.domain)


def show_webhooks(
    database: Database, caller: Caller, limit: int, after: tuple[int] | None = None
) -> WebhookPage:
    """Return a page of the webhooks of a caller's domain as JSON, oldest first.

    Raises:
        ForbiddenError: The caller may not administer the whole domain.
    """
    require_administrator(caller)
    with database.read() as connection:
        page = page_webhooks(connection, caller.domain_id, limit, after)
    return webhook_page(page, database.clock.now())


def show_deliveries(
    database: Database,
    caller: Caller,
    webhook_id: int,
    limit: int,
    after: tuple[int] | None = None,
) -> DeliveryPage:
    """Return a page of the deliveries to a webhook as JSON, newest first.

    Raises:
        ForbiddenError: The caller may not administer the whole domain.
        NotFoundError: The domain has no such webhook.
    """
    require_administrator(caller)
    with database.read() as connection:
        page = page_deliveries(connection, caller.domain_id, webhook_id, limit, after)
    return delivery_page(page)


def find_domain(database: Database, caller: Caller, code: str) -> Domain:
    """Return the domain of a caller, by its code.

    Raises:
        NotFoundError: It is not the caller's.
    """
    if code != caller.domain:
        raise domain_unknown(code)
    return get_domain(database, code)


def show_audit(
    database: Database, dossier: Dossier, limit: int, after: tuple[int] | None = None
) -> EventPage:
    """Return a page of what changed the ledger of a dossier as JSON, the last first."""
    page = page_events(database, dossier, limit, after)
    of_batches = {import_of_batch(one.source) for one in page.items if one.source}
    files = file_names(database, dossier.domain_id, of_batches)
    with database.read() as connection:
        head = head_of(connection, dossier.domain_id, dossier.id).digest
        matched = [one for one in page.items if "accountId" in one.details]
        kinds = (CodeKind.ACCOUNT, CodeKind.THIRD_PARTY) if matched else ()
        names = {kind: read_names(connection, dossier, kind) for kind in kinds}
    return event_page(dossier, head, page, files, names)


def show_verification(
    database: Database,
    dossier: Dossier,
    *,
    full: bool,
    expected_head: str | None,
    progress: Callable[[int], None],
) -> VerifyView:
    """Verify the ledger of a dossier; return what was found as JSON.

    Args:
        database: The firm's.
        dossier: Whose ledger.
        full: Whether to look for the entry that was changed.
        expected_head: The digest of an event, kept elsewhere.
        progress: Called with the number of lines of each block; an exception stops it.
    """
    verdict = verify_ledger(
        database,
        dossier.domain_id,
        dossier.id,
        full=full,
        expected_head=expected_head,
        progress=progress,
    )
    return verify_view(dossier, verdict)


def find_dossier(database: Database, caller: Caller, code: str) -> Dossier:
    """Return a dossier that a caller may touch.

    Raises:
        NotFoundError: There is none in the caller's domain.
        ForbiddenError: The key is not linked to it.
    """
    dossier = get_dossier(database, caller.domain_id, code)
    caller.check_may_touch(dossier)
    return dossier


def dossier_named(database: Database, caller: Caller, code: str) -> Dossier:
    """Return the dossier that a parameter names, for the vendor's routes.

    Raises:
        RefusedRequestError: There is none in the caller's domain.
        ForbiddenError: The key is not linked to it.
    """
    try:
        return find_dossier(database, caller, code)
    except NotFoundError as error:
        said = error.sentence
        raise RefusedRequestError(said.code, said.fr, said.en) from None
