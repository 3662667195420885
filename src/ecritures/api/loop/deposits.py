"""The addresses given by getFileUrlDeposit, when it is this service that takes the file.

They carry their own right: no key is asked for.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from ecritures.api.http.app_state import TheState
from ecritures.api.http.disk_space import RequireDiskSpace
from ecritures.api.http.multipart import receive_body
from ecritures.sources.deposits import PATH

router = APIRouter(include_in_schema=False)
ROUTE = f"{PATH}{{key:path}}"


async def _signed_key(service: TheState, key: str, expires: str = "", signature: str = "") -> str:
    service.deps.signer.check(key, expires, signature, service.database.clock.now())
    return key


SignedKey = Annotated[str, Depends(_signed_key)]


@router.put(ROUTE, dependencies=[RequireDiskSpace])
async def put_deposit(request: Request, service: TheState, key: SignedKey) -> Response:
    """Take a file, as an Azure blob would be put: `x-ms-blob-type` is accepted, not required."""
    scratch = service.settings.scratch_dir
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=scratch, prefix="deposit-") as folder:
        path = Path(folder) / "source"
        await receive_body(request, path)
        await run_in_threadpool(service.deps.storage.put, key, path)
    return Response(status_code=201)


@router.get(ROUTE)
def get_deposit(service: TheState, key: SignedKey) -> StreamingResponse:
    """Give back a file that was put."""
    stored = service.deps.storage.open(key)
    headers = {"content-length": str(stored.size)}
    return StreamingResponse(stored.blocks, media_type="application/octet-stream", headers=headers)
