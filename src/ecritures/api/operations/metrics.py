"""`/metrics`, for Prometheus."""

from fastapi import APIRouter, Response

from ecritures.api.http.app_state import TheState

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
def metrics(service: TheState) -> Response:
    """Tell the figures of the service. No domain, dossier nor key is named in them."""
    return Response(service.metrics.text(), media_type=service.metrics.MEDIA_TYPE)
