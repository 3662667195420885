"""Optional traces, from the HTTP request to the attempt that runs its import.

FastAPI creates the spans of requests. The trace of a request is stored in the import's row, and
each attempt has a trace of its own, linked to it: an attempt may begin hours later, on another
machine. Without the `otel` extra and its environment variables, tracing costs nothing.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_PROPAGATOR = TraceContextTextMapPropagator()


def configure_traces(service_name: str) -> None:
    """Send traces where the standard environment variable says, if it is set."""
    if not os.environ.get(_ENDPOINT):
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - the extra
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": service_name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


def present_trace() -> str | None:
    """Return the current span in the form of `traceparent`; None if there is none."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def attempt_span(import_id: str, attempt: int, traceparent: str | None) -> Iterator[None]:
    """Open the span of an attempt, linked to the request that asked for the import."""
    carrier = {"traceparent": traceparent} if traceparent else {}
    asked = trace.get_current_span(_PROPAGATOR.extract(carrier)).get_span_context()
    links = [trace.Link(asked)] if asked.is_valid else []
    attributes: dict[str, str | int] = {
        "ecritures.import_id": import_id,
        "ecritures.attempt": attempt,
    }
    tracer = trace.get_tracer("ecritures")
    with tracer.start_as_current_span("import", links=links, attributes=attributes):
        yield
