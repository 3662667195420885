"""The same file again: a repeated request is answered once more, any other is refused.

It is the same only while all that its first import posted is in the ledger. Otherwise its entries
are looked for one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from ecritures.core.amounts import counted
from ecritures.core.choices import Origin
from ecritures.core.policies import Duplicates, Lookalikes
from ecritures.core.sentences import Sentence
from ecritures.imports import state
from ecritures.imports.queries import read_import
from ecritures.imports.read.difference import keep_difference
from ecritures.imports.request import Status
from ecritures.imports.state.claim import import_of_batch
from ecritures.ledger.batch import source_in_force, sources_in_force
from ecritures.ledger.codes import read_codes
from ecritures.ledger.events import StaleLedgerError
from ecritures.ledger.loading.counted_on import count_on
from ecritures.ledger.planning.difference import NO_DIFFERENCE

if TYPE_CHECKING:
    import sqlalchemy as sa

    from ecritures.config.settings import Settings
    from ecritures.database import Database
    from ecritures.imports.queries import ImportState
    from ecritures.imports.state.claim import Claim
    from ecritures.ledger.batch import NewBatch
    from ecritures.ledger.planning.plan import Plan

log = structlog.get_logger()

OPTION = "duplicates"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an import of a content that was published before ends.

    `counts_on`: whether its request has chosen to leave out what is there, and so counts on it.
    """

    status: Status
    message: Sentence
    counts_on: bool = False


def are_allowed(state: ImportState) -> bool:
    """Return whether an import may post a file that was posted before."""
    return bool(state.options.get(OPTION) == Duplicates.ALLOW)


def is_repeated(state: ImportState, first: ImportState, window_seconds: float) -> bool:
    """Return whether the request of an import is that of another one, sent again by its client.

    A client that has lost an answer asks again by itself; one whose request itself allows
    duplicates means them.

    Args:
        state: The import.
        first: The other one.
        window_seconds: How long after the first an equal request counts as its repetition.
    """
    apart = (state.created_at - first.created_at).total_seconds()
    is_same = state.request_sha256 is not None and state.request_sha256 == first.request_sha256
    origin = state.options.get("policyOrigins", {}).get(OPTION)
    means_it = are_allowed(state) and origin == Origin.REQUEST
    return is_same and apart <= window_seconds and not means_it


def find_first(
    connection: sa.Connection, state: ImportState, content_sha256: str
) -> ImportState | None:
    """Return the import that published a content, if all of it is in force in the dossier."""
    source = source_in_force(connection, state.domain_id, state.dossier_id, content_sha256)
    if source is None:
        return None
    return read_import(connection, import_of_batch(source), domain_id=state.domain_id)


def is_known(
    database: Database, state: ImportState, content_sha256: str, window_seconds: float
) -> bool:
    """Return whether a content is in the ledger, and may not come twice."""
    with database.read() as connection:
        first = find_first(connection, state, content_sha256)
    return first is not None and (
        not are_allowed(state) or is_repeated(state, first, window_seconds)
    )


def first_import(database: Database, state: ImportState) -> ImportState | None:
    """Return the import, other than this one, whose content is this one's and is in force."""
    if not state.content_sha256:
        return None
    with database.read() as connection:
        first = find_first(connection, state, state.content_sha256)
    return None if first is None or first.id == state.id else first


def judge(state: ImportState, first: ImportState, window_seconds: float) -> Verdict:
    """Say how an import ends whose content another one has published.

    Args:
        state: The import.
        first: The other one.
        window_seconds: As for `is_repeated`.
    """
    if is_repeated(state, first, window_seconds):
        return Verdict(Status.DONE, _imported_once(first))
    if state.options.get(OPTION) == Duplicates.SKIP:
        return Verdict(Status.DONE, _imported_once(first), counts_on=True)
    return Verdict(Status.ENDED_WITH_ERROR, _imported_before(first))


def judge_plan(
    connection: sa.Connection,
    state: ImportState,
    plan: Plan,
    content_sha256: str,
    window_seconds: float,
) -> Plan:
    """Return the plan of an import, knowing whether its content was published before."""
    first = find_first(connection, state, content_sha256)
    if first is not None:
        verdict = judge(state, first, window_seconds)
        if verdict.status is Status.DONE:
            return plan.of_known_file(first.id, ()).adding_nothing(_would_add_nothing(first))
        return plan.of_known_file(first.id, () if are_allowed(state) else (verdict.message,))
    alike = plan.impact["duplicates"]["lookalikes"]
    allows = state.options.get("lookalikes") in {None, Lookalikes.ALLOW}
    if not alike or not allows or are_allowed(state):
        return plan
    held = sources_in_force(connection, state.domain_id, state.dossier_id, content_sha256)
    if not held:
        return plan
    source = import_of_batch(held[0][1])
    part = read_import(connection, source, domain_id=state.domain_id)
    return plan.refused(_imported_in_part(part, alike))


def _imported_in_part(first: ImportState, alike: int) -> Sentence:
    """Say that a file came before, and that entries without a number may still be there."""
    fr = counted(
        alike,
        "de ses écritures sans numéro est semblable",
        "de ses écritures sans numéro sont semblables",
    )
    en = counted(
        alike,
        "of its entries without a number is like what it holds",
        "of its entries without a number are like what it holds",
        "en",
    )
    return Sentence(
        "imported-in-part",
        f"Rien n'a été importé : ce fichier est venu dans le dossier par l'import {first.id} du"
        f" {_moment(first, 'fr')}, une partie de ses écritures n'y est plus, et {fr} à ce qu'il"
        " contient. Demandez lookalikes=skip pour n'ajouter que ce qui manque, ou duplicates=allow"
        " pour tout ajouter.",
        f"Nothing was imported: this file came into the dossier through import {first.id} of"
        f" {_moment(first, 'en')}, some of its entries have left, and {en}. Ask for lookalikes=skip"
        " to add only what is missing, or for duplicates=allow to add everything.",
    )


def _imported_once(first: ImportState) -> Sentence:
    return Sentence(
        "imported-once",
        f"Ce fichier est déjà dans le dossier, par la demande {first.id} du"
        f" {_moment(first, 'fr')} : celle-ci n'y a rien ajouté.",
        f"This file is in the dossier already, through request {first.id} of"
        f" {_moment(first, 'en')}: this one added nothing.",
    )


def _would_add_nothing(first: ImportState) -> Sentence:
    return Sentence(
        "dry-run-known",
        f"Aperçu : rien ne serait ajouté, ce fichier est déjà dans le dossier, par la demande"
        f" {first.id} du {_moment(first, 'fr')}.",
        f"Preview: nothing would be added, this file is in the dossier already, through request"
        f" {first.id} of {_moment(first, 'en')}.",
    )


def _imported_before(first: ImportState) -> Sentence:
    return Sentence(
        "imported-before",
        f"Rien n'a été importé : ce fichier est déjà dans le dossier, par l'import {first.id} du"
        f" {_moment(first, 'fr')}. S'il doit y entrer deux fois, demandez duplicates=allow.",
        f"Nothing was imported: this file is in the dossier already, through import {first.id} of"
        f" {_moment(first, 'en')}. If it must be posted twice, ask for duplicates=allow.",
    )


def _moment(first: ImportState, language: str) -> str:
    at = first.ended_at or first.created_at
    return f"{at:%d/%m/%Y à %H:%M} (UTC)" if language == "fr" else f"{at:%Y-%m-%d %H:%M} UTC"


def end(database: Database, settings: Settings, claim: Claim, batch: NewBatch) -> None:
    """End an import whose content is in the ledger already.

    One that chose to leave it out counts on it: a batch without entries says so.

    Args:
        database: The firm's.
        settings: The operator's choices.
        claim: The right to work on the import.
        batch: Its batch, which is not in the database.

    Raises:
        StaleLedgerError: The ledger has changed this instant.
        LostClaimError: Another attempt owns the import.
    """
    with database.load() as connection:
        codes = read_codes(connection, batch.domain_id, batch.dossier_id)
        first = find_first(connection, claim.state, batch.content_sha256 or "")
        if first is None:
            raise StaleLedgerError
        verdict = judge(claim.state, first, settings.duplicate_window_seconds)
        if verdict.counts_on:
            count_on(database, connection, batch, codes, claim.state.asked_by)
        state.finish(
            connection,
            claim,
            status=verdict.status,
            outcome="done" if verdict.status is Status.DONE else "refused",
            now=database.clock.now(),
            message=verdict.message,
            extra_columns={"plan": None} | ({"batch_id": batch.id} if verdict.counts_on else {}),
        )
        keep_difference(connection, claim, NO_DIFFERENCE)  # that of a dry run no longer holds
    log.info("content published before", first_import=first.id)
