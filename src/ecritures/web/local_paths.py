"""Addresses that a form or a link may send a reader to: pages of this service alone."""

from __future__ import annotations

from urllib.parse import urlsplit


def local_path(text: str) -> str:
    """Return a path of this service with its query; anything else becomes the home."""
    if not text.startswith("/") or text.startswith(("//", "/\\")):
        return "/"
    if any(ord(character) <= ord(" ") or character == "\\" for character in text):
        return "/"
    parts = urlsplit(text)
    return "/" if parts.scheme or parts.netloc else text
