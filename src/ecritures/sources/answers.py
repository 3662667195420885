"""Reads what a server answers: headers, refusals, and the reason of a broken connection."""

from __future__ import annotations

import re
import ssl
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from ecritures.sources import failures

if TYPE_CHECKING:
    import httpx2

    from ecritures.core.errors import SourceError

SECONDS = re.compile(r"[0-9]{1,9}")
_CUT = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
"""A connection closed while it was being secured: which one depends on the version of Python."""


def failure(response: httpx2.Response, where: str) -> SourceError:
    """Return what an answer without the file means."""
    status = response.status_code
    match status:
        case HTTPStatus.NOT_FOUND | HTTPStatus.GONE:
            return failures.not_found(where)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return failures.forbidden(where, status)
        case HTTPStatus.REQUEST_TIMEOUT | HTTPStatus.TOO_EARLY | HTTPStatus.TOO_MANY_REQUESTS:
            return failures.http_status_for_now(where, status, retry_after_seconds(response))
        case _ if response.is_server_error:
            return failures.server_error(where, status, retry_after_seconds(response))
        case _:
            return failures.http_status(where, status)


def retry_after_seconds(response: httpx2.Response) -> float | None:
    """Return how long the server asks to wait, or None when it does not say.

    A date is counted from the server's own `Date`, as the two clocks may differ.
    """
    text = response.headers.get("retry-after", "").strip()
    if SECONDS.fullmatch(text):
        return float(text)
    try:
        wait = parsedate_to_datetime(text) - parsedate_to_datetime(response.headers["date"])
    except (KeyError, ValueError, TypeError):  # absent, unreadable, or only one with a zone
        return None
    return max(wait.total_seconds(), 0.0)


def strong_etag(response: httpx2.Response) -> str | None:
    """Return the strong `ETag` that identifies the same bytes, if the server gives one."""
    etag: str = response.headers.get("etag", "")
    return etag if etag.startswith('"') else None


def content_length(response: httpx2.Response) -> int | None:
    """Return the announced length of the body; httpcore has refused any that is not a number."""
    text = response.headers.get("content-length")
    return None if text is None else int(text)


def tls_failure(error: Exception, where: str) -> SourceError:
    """Return the error for a connection that could not be secured."""
    cause = _origin(error)
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, _CUT):
        return failures.certificate(where, getattr(cause, "verify_message", "") or "TLS")
    return failures.reset(where)


def _origin(error: BaseException) -> BaseException:
    """Return the first error of a chain; httpcore keeps it as an argument, not as a cause."""
    inner = error.__cause__ or next(
        (argument for argument in error.args if isinstance(argument, BaseException)), None
    )
    return _origin(inner) if inner else error
