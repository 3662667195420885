"""The addresses given by getFileUrlDeposit, when this service takes the file itself.

Their signature is their authorization: they need no key.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from ecritures.api.http.app_state import CurrentState
from ecritures.api.http.disk_space import RequireDiskSpace
from ecritures.api.http.multipart import receive_body
from ecritures.app.actions.deposits import store_deposit
from ecritures.config.folders import make_folder
from ecritures.imports.submission.deposits import check_unused
from ecritures.sources.deposits import PATH

router = APIRouter(include_in_schema=False)
ROUTE = f"{PATH}{{key:path}}"


async def _signed_key(
    state: CurrentState, key: str, expires: str = "", sig: str = "", signature: str = ""
) -> str:
    state.deps.signer.check(key, expires, sig or signature, state.database.clock.now())
    return key


SignedKey = Annotated[str, Depends(_signed_key)]


@router.put(ROUTE, dependencies=[RequireDiskSpace])
async def put_deposit(request: Request, state: CurrentState, key: SignedKey) -> Response:
    """Take a file put as an Azure blob: `x-ms-blob-type` is accepted, not required."""
    await run_in_threadpool(check_unused, state.deps.database, key)
    scratch = state.settings.scratch_dir
    make_folder(scratch)
    with TemporaryDirectory(dir=scratch, prefix="deposit-") as folder:
        path = Path(folder) / "source"
        await receive_body(request, path)
        await run_in_threadpool(store_deposit, state.deps, key, path)
    return Response(status_code=201)


@router.get(ROUTE)
def get_deposit(state: CurrentState, key: SignedKey) -> StreamingResponse:
    """Return a file that was put."""
    stored = state.deps.storage.open(key)
    headers = {"content-length": str(stored.size)}
    return StreamingResponse(stored.blocks, media_type="application/octet-stream", headers=headers)
