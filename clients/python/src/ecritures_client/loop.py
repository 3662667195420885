"""Conversations by the routes of Cegid Loop: what `LoopClient` and `AsyncLoopClient` do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecritures_client.errors import RefusedError, reading
from ecritures_client.models import LoopStatus
from ecritures_client.shared import followed, new_key, put_deposit
from ecritures_client.steps import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

    from ecritures_client.steps import Conversation


def deposit(path: str | PathLike[str]) -> Conversation[str]:
    """Put a file into the storage that the service lends; return the URI to import it by."""
    return (yield from put_deposit("/getFileUrlDeposit", Path(path)))


def import_fec(
    code_ibs: str,
    *,
    url: str = "",
    uri: str = "",
    siret: str | None = None,
    idempotency_key: str | None = None,
) -> Conversation[str]:
    """Ask for the import of a FEC; return the number to follow it by.

    Args:
        code_ibs: The code of the dossier.
        url: An address that needs no other permission, valid for at least 24 hours.
        uri: What `deposit` has returned, in place of an address.
        siret: The establishment; by default, the main one.
        idempotency_key: The same key and the same request are carried out once, by Écritures; a
            new one by default.
    """
    body = _body(code_ibs, url, uri, SIRET=siret)
    return (yield from _asked("importFEC", body, idempotency_key))


def import_tra(
    code_ibs: str,
    *,
    url: str = "",
    uri: str = "",
    siret: str | None = None,
    idempotency_key: str | None = None,
) -> Conversation[str]:
    """Ask for the import of a TRA; as `import_fec`."""
    body = _body(code_ibs, url, uri, SIRET=siret)
    return (yield from _asked("importTRA", body, idempotency_key))


def import_perso(  # noqa: PLR0913 - the fields of the route
    code_ibs: str,
    modele: str,
    *,
    url: str = "",
    uri: str = "",
    siret: str | None = None,
    idempotency_key: str | None = None,
) -> Conversation[str]:
    """Ask for the import of a file that the import model `modele` reads; as `import_fec`."""
    body = _body(code_ibs, url, uri, SIRET=siret, MODELE=modele)
    return (yield from _asked("importPerso", body, idempotency_key))


def import_json(
    code_ibs: str,
    data: Mapping[str, Any],
    *,
    siret: str | None = None,
    idempotency_key: str | None = None,
) -> Conversation[str]:
    """Ask for the import of entries; `data` holds `contexte`, `options` and `ecritures`."""
    body = {"codeIbs": code_ibs, **({"SIRET": siret} if siret else {}), "data": data}
    return (yield from _asked("importJson", body, idempotency_key))


def get_import_status(request_id: str) -> Conversation[LoopStatus]:
    """Return an import as it is now."""
    params = {"accountingImportRequestId": request_id}
    answer = yield Request("GET", "/getImportStatus", params=params)
    with reading(answer):
        return LoopStatus.of(answer.json())


def wait(
    request_id: str,
    *,
    progress: Callable[[LoopStatus], object] | None = None,
    timeout: float | None = None,
) -> Conversation[LoopStatus]:
    """Wait for the end of an import.

    Args:
        request_id: The number of the request.
        progress: Called each time something has changed.
        timeout: After how many seconds to give up; None: never.

    Raises:
        WaitTooLongError: It has not ended in time.
    """
    return (yield from followed(lambda: get_import_status(request_id), progress, timeout))


def _body(code_ibs: str, url: str, uri: str, **more: str | None) -> dict[str, str]:
    given = {name: value for name, value in more.items() if value}
    return {"codeIbs": code_ibs, "URI": uri, "URL": url, **given}


def _asked(route: str, body: Mapping[str, Any], key: str | None) -> Conversation[str]:
    answer = yield Request("POST", f"/{route}", headers=new_key(key), json=body)
    accepted = answer.json()
    if isinstance(accepted, dict) and "error" in accepted:
        raise RefusedError(answer)  # with status 200, as the vendor refuses what importJson gets
    with reading(answer):
        return str(accepted["accountingImportRequestId"])
