"""What stops a call."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ecritures_client.steps import Answer


class ClientError(Exception):
    """A call has not succeeded."""


class RefusedError(ClientError):
    """The service has answered with an error.

    Attributes:
        status: The HTTP status.
        code: Stable: programs rely on it. Empty when the service gave none.
        message: Why, in French.
        message_en: Why, in English, on the routes of Écritures.
        errors: What is wrong, field by field.
        request_id: What the service's log calls the request.
        body: The whole answer, if it was JSON.
    """

    def __init__(self, answer: Answer) -> None:
        body = answer.json()
        self.body: Mapping[str, Any] = body if isinstance(body, dict) else {}
        error = self.body.get("error")
        error = error if isinstance(error, dict) else self.body
        self.status = answer.status
        self.code = str(error.get("code", ""))
        self.message = str(error.get("detail") or error.get("message") or "")
        self.message_en = str(error.get("detailEn") or "")
        self.errors: Sequence[Mapping[str, str]] = error.get("errors", ())
        self.request_id = answer.headers.get("request-id", "")
        super().__init__(f"{self.status} {self.code}: {self.message_en or self.message}")


class UnansweredError(ClientError):
    """There was no answer.

    Attributes:
        sent: The service may have received the request, and carried it out.
    """

    def __init__(self, reason: str, *, sent: bool) -> None:
        self.sent = sent
        super().__init__(f"{reason}; the request may have been carried out" if sent else reason)


class UnreadableError(ClientError):
    """The answer is not one of this service: that of a proxy perhaps."""

    def __init__(self, answer: Answer) -> None:
        start = answer.content[:200].decode(errors="replace")
        super().__init__(f"status {answer.status}, not an answer of the service: {start}")


@contextmanager
def reading(answer: Answer) -> Iterator[None]:
    """Raise an `UnreadableError` for an answer that lacks what it should hold."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError(answer) from error


class WaitTooLongError(ClientError):
    """An import has not ended in time; it goes on."""


class SignatureError(ClientError):
    """A delivery was not signed with this secret, or is too old."""
