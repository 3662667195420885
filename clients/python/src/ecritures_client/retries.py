"""Repeats requests that may be repeated, when the service says so or after growing pauses."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ecritures_client.errors import RefusedError, UnansweredError
from ecritures_client.steps import Answer, NoAnswer, Pause, Request

if TYPE_CHECKING:
    from ecritures_client.steps import Attempts, Conversation, T

TOO_MANY = 429
IN_TROUBLE = {500, 502, 503, 504}
"""The service, or what is in front of it: the request may have been carried out."""

FIRST_ERROR = 400


@dataclass(frozen=True, slots=True)
class Retries:
    """How requests are repeated.

    Attributes:
        attempts: How often a request is sent at most.
        pause: Before the second time, in seconds; doubled each time.
        pause_max: The pause grows no further.
        wait_max: A `Retry-After` that is longer ends the call.
    """

    attempts: int = 5
    pause: float = 0.5
    pause_max: float = 30
    wait_max: float = 300

    def wait(self, sent: int, answer: Answer | NoAnswer) -> float:
        """Return how long to wait after a request was sent so many times."""
        asked = retry_after(answer) if isinstance(answer, Answer) else None
        if asked is not None:
            return asked
        pause: float = min(self.pause * 2 ** (sent - 1), self.pause_max)
        return pause * random.uniform(0.5, 1)  # noqa: S311 - so that callers do not come together


def retry_after(answer: Answer) -> float | None:
    """Return how many seconds a service asks to wait: it gives their number, or a date."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    now = datetime.now(UTC)
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())


def persisting(
    conversation: Conversation[T], retries: Retries, *, honours_keys: bool
) -> Attempts[T]:
    """Run a conversation, repeating requests; an error or a missing answer ends it.

    Args:
        conversation: What to say.
        retries: How requests are repeated.
        honours_keys: The service knows `Idempotency-Key`: a write may be repeated when it is not
            known whether it was carried out.

    Raises:
        RefusedError: The service has answered with an error.
        UnansweredError: It has not answered.
    """
    try:
        step = next(conversation)
        while True:
            if isinstance(step, Pause):
                yield step
                step = conversation.send(Answer())
            else:
                safe = honours_keys or step.method != "POST"
                step = conversation.send((yield from _answered(step, retries, safe=safe)))
    except StopIteration as end:
        result: T = end.value
        return result


def _answered(request: Request, retries: Retries, *, safe: bool) -> Attempts[Answer]:
    sent = 0
    while True:
        answer = yield request
        sent += 1
        if isinstance(answer, Answer) and answer.status < FIRST_ERROR:
            return answer
        wait = retries.wait(sent, answer)
        if sent < retries.attempts and wait <= retries.wait_max and _may_repeat(answer, safe=safe):
            yield Pause(wait)
        elif isinstance(answer, NoAnswer):
            raise UnansweredError(answer.reason, sent=answer.sent)
        else:
            raise RefusedError(answer)


def _may_repeat(answer: Answer | NoAnswer, *, safe: bool) -> bool:
    if isinstance(answer, NoAnswer):
        return safe or not answer.sent
    return answer.status == TOO_MANY or (safe and answer.status in IN_TROUBLE)
