"""The clients: their methods run the conversations of `service` and `loop` over `transport`."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from ecritures_client import loop, service
from ecritures_client.retries import Retries
from ecritures_client.transport import Asynchronous, Blocking, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    import httpx2

    from ecritures_client.steps import Conversation

P = ParamSpec("P")
T = TypeVar("T")

AGENT = "ecritures-client"


def _blocking(
    conversation: Callable[P, Conversation[T]],
) -> Callable[Concatenate[Blocking, P], T]:
    """Make a method of a conversation."""

    @wraps(conversation)
    def method(self: Blocking, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.run(conversation(*args, **kwargs))

    return method


def _awaited(
    conversation: Callable[P, Conversation[T]],
) -> Callable[Concatenate[Asynchronous, P], Coroutine[Any, Any, T]]:
    """Make a method to be awaited of a conversation."""

    @wraps(conversation)
    async def method(self: Asynchronous, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.run(conversation(*args, **kwargs))

    return method


def _service(
    address: str,
    api_key: str,
    subscription_key: str | None,
    retries: Retries | None,
    *,
    honours_keys: bool = True,
) -> Service:
    headers = {"x-apikey": api_key, "User-Agent": AGENT}
    if subscription_key:
        headers["Ocp-Apim-Subscription-Key"] = subscription_key
    return Service(address.rstrip("/"), headers, retries or Retries(), honours_keys)


class Client(Blocking):
    """Écritures, by its own routes.

    Args:
        address: Of the service, as `https://ecritures.example`.
        api_key: `key:secret`.
        subscription_key: If the operator requires one.
        retries: How requests are repeated.
        http: With a proxy, certificates or time limits of your own; the client closes it.
    """

    def __init__(
        self,
        address: str,
        api_key: str,
        *,
        subscription_key: str | None = None,
        retries: Retries | None = None,
        http: httpx2.Client | None = None,
    ) -> None:
        super().__init__(_service(address, api_key, subscription_key, retries), http)

    import_file = _blocking(service.import_file)
    import_address = _blocking(service.import_address)
    deposit = _blocking(service.deposit)
    get_import = _blocking(service.get_import)
    wait = _blocking(service.wait)
    confirm = _blocking(service.confirm)
    cancel = _blocking(service.cancel)
    anomalies = _blocking(service.anomalies)
    attachments = _blocking(service.attachments)
    save_attachment = _blocking(service.save_attachment)
    save_report = _blocking(service.save_report)
    save_fec = _blocking(service.save_fec)
    save_export = _blocking(service.save_export)


class AsyncClient(Asynchronous):
    """The same as `Client`, to be awaited."""

    def __init__(
        self,
        address: str,
        api_key: str,
        *,
        subscription_key: str | None = None,
        retries: Retries | None = None,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        super().__init__(_service(address, api_key, subscription_key, retries), http)

    import_file = _awaited(service.import_file)
    import_address = _awaited(service.import_address)
    deposit = _awaited(service.deposit)
    get_import = _awaited(service.get_import)
    wait = _awaited(service.wait)
    confirm = _awaited(service.confirm)
    cancel = _awaited(service.cancel)
    anomalies = _awaited(service.anomalies)
    attachments = _awaited(service.attachments)
    save_attachment = _awaited(service.save_attachment)
    save_report = _awaited(service.save_report)
    save_fec = _awaited(service.save_fec)
    save_export = _awaited(service.save_export)


class LoopClient(Blocking):
    """Cegid Loop, or Écritures by the same routes.

    Args:
        address: With the prefix of the routes, as `https://api.cegid.com/loop-api-publiques`.
        api_key: As for `Client`, like the others.
        subscription_key: What Cegid calls `Ocp-Apim-Subscription-Key`.
        retries: How requests are repeated.
        honours_idempotency_key: Repeat a request to import whose answer was lost: right for
            Écritures. A service that ignores the key might carry it out twice.
        http: The connections.
    """

    def __init__(  # noqa: PLR0913 - the settings of a client
        self,
        address: str,
        api_key: str,
        *,
        subscription_key: str | None = None,
        retries: Retries | None = None,
        honours_idempotency_key: bool = False,
        http: httpx2.Client | None = None,
    ) -> None:
        of = _service(
            address, api_key, subscription_key, retries, honours_keys=honours_idempotency_key
        )
        super().__init__(of, http)

    deposit = _blocking(loop.deposit)
    import_fec = _blocking(loop.import_fec)
    import_tra = _blocking(loop.import_tra)
    import_perso = _blocking(loop.import_perso)
    import_json = _blocking(loop.import_json)
    get_import_status = _blocking(loop.get_import_status)
    wait = _blocking(loop.wait)


class AsyncLoopClient(Asynchronous):
    """The same as `LoopClient`, to be awaited."""

    def __init__(  # noqa: PLR0913 - the settings of a client
        self,
        address: str,
        api_key: str,
        *,
        subscription_key: str | None = None,
        retries: Retries | None = None,
        honours_idempotency_key: bool = False,
        http: httpx2.AsyncClient | None = None,
    ) -> None:
        of = _service(
            address, api_key, subscription_key, retries, honours_keys=honours_idempotency_key
        )
        super().__init__(of, http)

    deposit = _awaited(loop.deposit)
    import_fec = _awaited(loop.import_fec)
    import_tra = _awaited(loop.import_tra)
    import_perso = _awaited(loop.import_perso)
    import_json = _awaited(loop.import_json)
    get_import_status = _awaited(loop.get_import_status)
    wait = _awaited(loop.wait)
