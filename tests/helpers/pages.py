"""A reader of the pages, without a browser: follows no redirect, keeps cookies, sends forms."""

from __future__ import annotations

import html
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2

    from helpers.running_service import RunningService

_TOKEN = re.compile(r'name="csrf_token" value="([^"]*)"')


class Reader:
    """One browser."""

    def __init__(self, client: httpx2.Client) -> None:
        self.client = client

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(path)

    def send(self, page: str, path: str | None = None, **fields: str) -> httpx2.Response:
        """Open a page, and send a form of it with its token."""
        return self.client.post(path or page, data={"csrf_token": self.token(page), **fields})

    def token(self, page: str) -> str:
        """The token of the forms of a page."""
        found = _TOKEN.search(self.get(page).text)
        assert found is not None
        return html.unescape(found[1])

    @property
    def session(self) -> str | None:
        """The cookie of the session."""
        return self.client.cookies.get("session")

    def carry(self, session: str) -> None:
        """Have the cookie of a session, wherever it comes from."""
        address = self.client.base_url.host
        self.client.cookies.set("session", session, domain=address)

    def sign_in(self, email: str, password: str, **more: str) -> httpx2.Response:
        return self.send("/sign-in", email=email, password=password, **more)


@contextmanager
def reader(service: RunningService, **headers: str) -> Iterator[Reader]:
    """A browser of somebody who has not signed in."""
    with service.client(None, **headers) as client:
        client.follow_redirects = False
        yield Reader(client)


def said(answer: httpx2.Response) -> str:
    """What a page says, as one reads it."""
    text = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())
