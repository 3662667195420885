"""The address of the service, as its callers know it."""

import re

from fastapi import Request

from ecritures.config.settings import Settings

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")


def address_of(request: Request, settings: Settings) -> str:
    """Return the address of this service as the caller knows it, without a slash at its end.

    It is that of its own request, unless the operator gives one. Only the caller gets the answer;
    an invalid `Host` is not repeated.
    """
    if settings.public_url:
        return settings.public_url.rstrip("/")
    if _HOST.fullmatch(request.headers.get("host", "")):
        return str(request.base_url).rstrip("/")
    host, port = request.scope["server"]
    return f"{request.url.scheme}://{host}:{port}"
