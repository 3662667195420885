"""The address of the service, as its callers know it."""

from fastapi import Request

from ecritures.config.settings import Settings


def address_of(request: Request, settings: Settings) -> str:
    """Return the address of this service as the caller knows it, without a slash at its end.

    It is that of its own request, unless the operator gives one. Only the caller gets the answer.
    Starlette ignores an invalid `Host`.
    """
    return (settings.public_url or str(request.base_url)).rstrip("/")
