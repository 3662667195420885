"""Sends what is due, to several webhooks at once and to each of them one delivery at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeAlias

import structlog

from ecritures.core.errors import TransientSourceError
from ecritures.webhooks.answers import SENTENCES, UNREACHABLE
from ecritures.webhooks.deliveries import Outcome, claim_next, list_due, settle
from ecritures.webhooks.signing import signed_headers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.webhooks.deliveries import Sending
    from ecritures.webhooks.poster import Poster

NextAttempt: TypeAlias = "Callable[[Exception, int, datetime, datetime], datetime | None]"
"""Given a failure, how many there were, since when, and the time: when to try again, if at all."""

POLL_SECONDS = 1.0
WEBHOOKS_AT_ONCE = 8
IN_A_ROW_MAX = 50
"""How many deliveries a webhook gets before others have their turn."""

log = structlog.get_logger()


class Sender:
    """Sends deliveries until it is stopped.

    Args:
        database: Sees every firm.
        poster: Reaches the receivers.
        next_attempt: The policy by which failures are tried again.
    """

    def __init__(self, database: Database, poster: Poster, next_attempt: NextAttempt) -> None:
        self._database = database
        self._poster = poster
        self._next_attempt = next_attempt
        self._lock = threading.Lock()
        self._busy: set[tuple[int, int]] = set()

    def run(self, stopped: threading.Event) -> None:
        """Send what becomes due until `stopped` is set; what is under way is sent to its end."""
        pool = ThreadPoolExecutor(WEBHOOKS_AT_ONCE, thread_name_prefix="webhook")
        with pool:
            while not stopped.wait(POLL_SECONDS):
                try:
                    for webhook in self._take_due():
                        pool.submit(self._send_all, *webhook, stopped)
                except Exception:
                    log.exception("cannot look for deliveries; trying again")

    def send_due(self) -> int:
        """Send everything that is due now, in this thread, and return how much it was."""
        webhooks = self._take_due(WEBHOOKS_AT_ONCE)
        return sum(self._send_all(*webhook, threading.Event()) for webhook in webhooks)

    def _take_due(self, slots: int = WEBHOOKS_AT_ONCE) -> list[tuple[int, int]]:
        due = list_due(self._database)
        with self._lock:
            free = [one for one in due if one not in self._busy]
            taken = free[: slots - len(self._busy)]
            self._busy.update(taken)
        return taken

    def _send_all(self, domain_id: int, webhook_id: int, stopped: threading.Event) -> int:
        of_firm = self._database.for_domain(domain_id)
        count = 0
        try:
            while count < IN_A_ROW_MAX and not stopped.is_set():
                sending = claim_next(of_firm, domain_id, webhook_id)
                if sending is None:
                    break
                self._send(of_firm, sending)
                count += 1
        except Exception:  # its lease expires, and it is sent again
            log.exception("cannot send a delivery", webhook=webhook_id)
        finally:
            with self._lock:
                self._busy.discard((domain_id, webhook_id))
        return count

    def _send(self, of_firm: Database, sending: Sending) -> None:
        delivery, webhook = sending.delivery, sending.webhook
        now = of_firm.clock.now()
        headers = signed_headers(delivery.id, delivery.body, webhook.signers(now), now)
        try:
            outcome = self._poster.post(webhook.url, headers, delivery.body.encode())
        except Exception:  # of our own; it must not be sent without end
            log.exception("cannot post a delivery", delivery=delivery.id)
            outcome = Outcome(None, UNREACHABLE)
        due_at = None
        if outcome.answer is not None:
            said = SENTENCES[outcome.answer]
            failure = TransientSourceError(said.code, said.fr, said.en)
            now = of_firm.clock.now()
            due_at = self._next_attempt(failure, delivery.attempt, delivery.asked_at, now)
        settle(of_firm, sending, outcome, due_at)
        log.info(
            "delivery sent", delivery=delivery.id, webhook=webhook.id, kind=delivery.kind,
            status=outcome.status, answer=outcome.answer,
        )  # fmt: skip
