"""`/metrics`, for Prometheus."""

from fastapi import APIRouter, Response

from ecritures.api.http.app_state import CurrentState

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def metrics(state: CurrentState) -> Response:
    """Show the metrics of the service. They contain no domain, dossier or key."""
    return Response(state.metrics.text(), media_type=state.metrics.MEDIA_TYPE)
