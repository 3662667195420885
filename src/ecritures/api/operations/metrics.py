"""`/metrics`, for Prometheus."""

from fastapi import APIRouter, Response

from ecritures.api.http.app_state import CurrentState

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def metrics(state: CurrentState) -> Response:
    """Show the figures of the service. They name no domain, dossier or key."""
    return Response(state.metrics.text(), media_type=state.metrics.MEDIA_TYPE)
