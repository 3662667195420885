"""The proof of a ledger, on the product's own API."""

from collections.abc import Callable
from typing import Annotated

from anyio import from_thread
from fastapi import APIRouter, Path, Query, Request
from starlette.requests import ClientDisconnect

from ecritures.api.http.app_state import AuthenticatedRoute, CurrentState, ReadingCaller
from ecritures.api.http.problems import problem_responses
from ecritures.app.queries import find_dossier, show_verification
from ecritures.app.views.verify import VerifyView

router = APIRouter(prefix="/v1/dossiers", tags=["Dossiers"], route_class=AuthenticatedRoute)

DossierCode = Annotated[str, Path(description="Code du dossier.")]
Full = Annotated[bool, Query(description="Nommer aussi l'écriture modifiée.")]
ExpectHead = Annotated[
    str | None,
    Query(
        alias="expect-head",
        description="Une empreinte gardée ailleurs, que l'historique doit encore contenir.",
        pattern="^[0-9a-f]{64}$",
    ),
]


@router.get(
    "/{code}/verify",
    operation_id="verifyLedger",
    summary="Vérifier le grand livre",
    description="Recalcule toutes les empreintes depuis les lignes, et nomme la première"
    " différence. Le temps croît avec le nombre de lignes ; fermer la connexion arrête le calcul.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def verify(  # noqa: PLR0917 - the parts of a request
    request: Request,
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    full: Full = False,
    expect_head: ExpectHead = None,
) -> VerifyView:
    """Verify a ledger, as long as its caller waits."""
    dossier = find_dossier(state.database, caller, code)
    return show_verification(
        state.database,
        dossier,
        full=full,
        expected_head=expect_head,
        progress=_while_connected(request),
    )


def _while_connected(request: Request) -> Callable[[int], None]:
    def check(_lines: int) -> None:
        if from_thread.run(request.is_disconnected):
            raise ClientDisconnect

    return check
