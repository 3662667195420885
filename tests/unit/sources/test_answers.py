"""What statuses and headers mean."""

from __future__ import annotations

import ssl

import httpx2
import pytest

from ecritures.core.errors import AbsentSourceError, SourceError, TransientSourceError
from ecritures.sources.answers import failure, retry_after_seconds, strong_etag, tls_failure

WHERE = "https://files.example/a"
NOW = "Fri, 20 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (401, SourceError, "download-forbidden"),
        (403, SourceError, "download-forbidden"),
        (404, AbsentSourceError, "download-not-found"),
        (410, AbsentSourceError, "download-not-found"),
        (204, SourceError, "download-http-status"),
        (206, SourceError, "download-http-status"),
        (304, SourceError, "download-http-status"),
        (400, SourceError, "download-http-status"),
        (416, SourceError, "download-http-status"),
        (408, TransientSourceError, "download-http-status"),
        (425, TransientSourceError, "download-http-status"),
        (429, TransientSourceError, "download-http-status"),
        (500, TransientSourceError, "download-server-error"),
        (503, TransientSourceError, "download-server-error"),
    ],
)
def test_a_status_tells_whether_another_try_may_succeed(status, kind, code):
    told = failure(httpx2.Response(status), WHERE)
    assert type(told) is kind
    assert told.sentence.code == code
    assert WHERE in told.sentence.fr
    assert WHERE in told.sentence.en


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 5000}, None),
        ({"Retry-After": "Fri, 20 Nov 2026 10:01:30 GMT"}, None),
        ({"Retry-After": "Fri, 20 Nov 2026 10:01:30 GMT", "Date": NOW}, 90),
        ({"Retry-After": "Fri, 20 Nov 2026 10:01:30", "Date": NOW}, None),
        ({"Retry-After": "Fri, 20 Nov 2026 09:00:00 GMT", "Date": NOW}, 0),
    ],
)
def test_the_pause_a_server_asks_for_is_understood(headers, seconds):
    assert retry_after_seconds(httpx2.Response(503, headers=headers)) == seconds


@pytest.mark.parametrize(
    ("etag", "kept"), [('"a"', '"a"'), ('W/"a"', None), ("a", None), ("", None)]
)
def test_only_a_strong_etag_tells_the_same_bytes(etag, kept):
    assert strong_etag(httpx2.Response(200, headers={"ETag": etag})) == kept


@pytest.mark.parametrize("cause", [ssl.SSLEOFError(8, "EOF"), ssl.SSLZeroReturnError(6, "EOF")])
def test_a_connection_closed_while_it_is_secured_may_be_made_later(cause):
    """Versions of Python name it differently."""
    error = httpx2.ConnectError("closed")
    error.__cause__ = cause

    assert isinstance(tls_failure(error, WHERE), TransientSourceError)
