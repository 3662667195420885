"""Conversations with `/v1`: what `Client` and `AsyncClient` do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ecritures_client.errors import reading
from ecritures_client.models import Anomaly, Attachment, Import
from ecritures_client.shared import followed, new_key, put_deposit
from ecritures_client.steps import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

    from ecritures_client.steps import Conversation

IMPORTS = "/v1/imports"
DEPOSIT = "/loop-api-publiques/getFileUrlDeposit"
PAGE = "1000"

ReportForm = Literal["csv", "xlsx", "html", "fec"]


def import_file(
    path: str | PathLike[str],
    *,
    dossier: str,
    dry_run: bool = False,
    options: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
) -> Conversation[Import]:
    """Ask for the import of a file that is sent with the request.

    Args:
        path: The file.
        dossier: The code of the dossier.
        dry_run: Check everything, post nothing.
        options: More fields of `POST /v1/imports`, by their names there.
        idempotency_key: The same key and the same request are carried out once; a new one by
            default.
    """
    fields = _fields(dossier, options, dry_run=dry_run)
    answer = yield Request(
        "POST",
        IMPORTS,
        headers=new_key(idempotency_key),
        form={name: _text(value) for name, value in fields.items()},
        file=Path(path),
    )
    with reading(answer):
        return Import.of(answer.json())


def import_address(  # noqa: PLR0913 - the fields of the request
    *,
    dossier: str,
    url: str | None = None,
    uri: str | None = None,
    dry_run: bool = False,
    options: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
) -> Conversation[Import]:
    """Ask for the import of a file that the service fetches.

    Args:
        dossier: The code of the dossier.
        url: An address that needs no other permission, valid for at least 24 hours.
        uri: What `deposit` has returned, in place of an address.
        dry_run: Check everything, post nothing.
        options: As for `import_file`, like the next.
        idempotency_key: Its key.
    """
    fields = _fields(dossier, options, dry_run=dry_run)
    fields |= {name: value for name, value in (("url", url), ("uri", uri)) if value}
    answer = yield Request("POST", IMPORTS, headers=new_key(idempotency_key), json=fields)
    with reading(answer):
        return Import.of(answer.json())


def deposit(path: str | PathLike[str]) -> Conversation[str]:
    """Put a file into the storage of the service; return the URI to import it by."""
    return (yield from put_deposit(DEPOSIT, Path(path)))


def get_import(import_: Import | str) -> Conversation[Import]:
    """Return an import as it is now."""
    answer = yield Request("GET", _address(import_))
    with reading(answer):
        return Import.of(answer.json())


def wait(
    import_: Import | str,
    *,
    progress: Callable[[Import], object] | None = None,
    timeout: float | None = None,
) -> Conversation[Import]:
    """Wait for the end of an import.

    Args:
        import_: The import, or its id.
        progress: Called each time something has changed.
        timeout: After how many seconds to give up; None: never.

    Raises:
        WaitTooLongError: It has not ended in time.
    """
    return (yield from followed(lambda: get_import(import_), progress, timeout))


def confirm(
    import_: Import | str, *, if_plan: str | None = None, idempotency_key: str | None = None
) -> Conversation[Import]:
    """Have posted what a dry run has prepared.

    Args:
        import_: The dry run, or its id.
        if_plan: The `planDigest` expected; by default, that of the dry run.
        idempotency_key: As for `import_file`.
    """
    body = {"ifPlan": if_plan} if if_plan else {}
    address = f"{_address(import_)}/confirm"
    answer = yield Request("POST", address, headers=new_key(idempotency_key), json=body)
    with reading(answer):
        return Import.of(answer.json())


def cancel(import_: Import | str) -> Conversation[Import]:
    """Stop an import that has not ended."""
    answer = yield Request("POST", f"{_address(import_)}/cancel", headers=new_key(None))
    with reading(answer):
        return Import.of(answer.json())


def anomalies(
    import_: Import | str, *, lang: Literal["fr", "en"] = "fr"
) -> Conversation[list[Anomaly]]:
    """Return what was found in the file of an import, in the order of its lines."""
    found: list[Anomaly] = []
    params = {"lang": lang, "limit": PAGE}
    while True:
        answer = yield Request("GET", f"{_address(import_)}/anomalies", params=params)
        with reading(answer):
            page = answer.json()
            found += [Anomaly.of(one) for one in page["items"]]
            cursor = page["nextCursor"]
        if not cursor:
            return found
        params = params | {"cursor": cursor}


def attachments(import_: Import) -> Conversation[list[Attachment]]:
    """Return the documents that an import has brought into the ledger."""
    found: list[Attachment] = []
    address = f"/v1/dossiers/{import_.dossier}/attachments"
    params = {"import": import_.id, "limit": PAGE}
    while True:
        answer = yield Request("GET", address, params=params)
        with reading(answer):
            page = answer.json()
            found += [Attachment.of(one, import_.dossier) for one in page["items"]]
            cursor = page["nextCursor"]
        if not cursor:
            return found
        params = params | {"cursor": cursor}


def save_attachment(attachment: Attachment, target: str | PathLike[str]) -> Conversation[Path]:
    """Download a document, as it was received."""
    address = f"/v1/dossiers/{attachment.dossier}/attachments/{attachment.id}"
    return (yield from _saved(address, {}, Path(target)))


def save_report(
    import_: Import | str,
    form: ReportForm,
    target: str | PathLike[str],
    *,
    lang: Literal["fr", "en"] = "fr",
) -> Conversation[Path]:
    """Download the report of an import; `fec`: the entries to mend."""
    address = f"{_address(import_)}/anomalies"
    return (yield from _saved(address, {"as": form, "lang": lang}, Path(target)))


def save_fec(dossier: str, target: str | PathLike[str], **filters: str) -> Conversation[Path]:
    """Download the FEC of a dossier; `filters`: the parameters of its route, as `year`."""
    return (yield from _saved(f"/v1/dossiers/{dossier}/fec", filters, Path(target)))


def save_export(
    dossier: str, form: str, target: str | PathLike[str], **filters: str
) -> Conversation[Path]:
    """Download the ledger of a dossier: `csv`, `xlsx`, `parquet`, `tra`, or an import model."""
    address = f"/v1/dossiers/{dossier}/export"
    return (yield from _saved(address, {**filters, "as": form}, Path(target)))


def _saved(address: str, params: Mapping[str, str], target: Path) -> Conversation[Path]:
    yield Request("GET", address, params=params, save_to=target)
    return target


def _address(import_: Import | str) -> str:
    return f"{IMPORTS}/{import_ if isinstance(import_, str) else import_.id}"


def _fields(dossier: str, options: Mapping[str, Any] | None, *, dry_run: bool) -> dict[str, Any]:
    return {"dossier": dossier, **({"dryRun": True} if dry_run else {}), **(options or {})}


def _text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Write the value of a field as a form holds it."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return value if isinstance(value, str) else json.dumps(value)
