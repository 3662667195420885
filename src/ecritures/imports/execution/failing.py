"""End or postpone an import whose attempt has failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from ecritures.core.errors import SourceError
from ecritures.imports import state
from ecritures.imports.execution.infrastructure_errors import classify
from ecritures.imports.execution.retry_policy import RetryPolicy
from ecritures.imports.messages import given_up, internal_failure, tried_again
from ecritures.imports.queries import list_attempts_of
from ecritures.imports.request import Status
from ecritures.ledger.events import StaleLedgerError
from ecritures.processes import ReaderDiedError

if TYPE_CHECKING:
    from ecritures.config.settings import Settings
    from ecritures.core.sentences import Sentence
    from ecritures.database import Database
    from ecritures.imports.state.claim import Claim

log = structlog.get_logger()

CRASHED = "crashed"


def settle_failure(
    database: Database, settings: Settings, claim: Claim, error: Exception, jitter: float
) -> None:
    """Requeue the import if the policy allows another attempt; otherwise end it.

    Args:
        database: The firm's.
        settings: The operator's choices.
        claim: The right to work on the import.
        error: What stopped the attempt.
        jitter: From 0 to 1; spreads the next attempts of many imports.

    Raises:
        LostClaimError: Another attempt owns the import.
    """
    match error:
        case SourceError() | StaleLedgerError():
            _postpone(database, settings, claim, error, "retry", error.sentence, jitter)
        case ReaderDiedError():
            _postpone(database, settings, claim, error, CRASHED, error.sentence, jitter)
        case _:
            log.error("import failed", exc_info=error)
            if outside := classify(error):
                _postpone(database, settings, claim, outside, "retry", outside.sentence, jitter)
            else:
                message = internal_failure()
                _postpone(database, settings, claim, error, "internal", message, jitter)


def _postpone(  # noqa: PLR0913, PLR0917 - all that a failure says
    database: Database,
    settings: Settings,
    claim: Claim,
    error: Exception,
    outcome: str,
    message: Sentence,
    jitter: float,
) -> None:
    asked_at = claim.state.asked_at
    attempts = list_attempts_of(database, [claim.state])[claim.import_id]
    # By number, not by time: the clock may have been put back since it was asked for.
    failed = 1 + sum(
        attempt.outcome == outcome and attempt.number > claim.state.asked_attempt
        for attempt in attempts
    )
    now = database.clock.now()
    policy = RetryPolicy.from_settings(settings)
    due_at = policy.next_attempt(error, failed, asked_at, now, jitter)
    log.info("attempt failed", reason=message.code, due_at=due_at and due_at.isoformat())
    if due_at is not None:
        state.requeue(
            database,
            claim,
            due_at=due_at,
            outcome=outcome,
            message=tried_again(message),
            alone=True if outcome == CRASHED else None,
        )
        return
    if failed > 1 and type(error) not in {SourceError, ReaderDiedError}:
        message = given_up(message, failed, now - asked_at, claim.import_id)
    with database.write() as connection:
        state.finish(
            connection,
            claim,
            status=Status.ENDED_WITH_ERROR,
            outcome="failed" if outcome != CRASHED else CRASHED,
            now=now,
            message=message,
        )
