"""Addresses that a form or a link may send a reader to: pages of this service alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import URL

if TYPE_CHECKING:
    from starlette.requests import Request

READING = frozenset({"GET", "HEAD"})


def local_path(text: str) -> str:
    """Return a path of this service with its query; anything else becomes the home."""
    if not text.startswith("/") or text.startswith(("//", "/\\")):
        return "/"
    if any(ord(character) <= ord(" ") or character == "\\" for character in text):
        return "/"
    parts = urlsplit(text)
    return "/" if parts.scheme or parts.netloc else text


def page_of(request: Request) -> str:
    """Return the page that a request is for: a form, or a part of a page, is sent from one."""
    if request.method in READING and "hx-request" not in request.headers:
        whole = request.url
    else:
        sender = request.headers.get("hx-current-url") or request.headers.get("referer", "")
        whole = URL(sender)
    return local_path(f"{whole.path}?{whole.query}" if whole.query else whole.path)
